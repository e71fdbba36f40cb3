"""Labelled runs in; how well the probabilities fit, and fitted frequencies as an overlay of the rulebook, out."""
