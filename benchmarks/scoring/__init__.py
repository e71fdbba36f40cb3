"""Scores on labelled runs: measuring once, judging often, and simulated consultations."""
