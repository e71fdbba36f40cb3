"""Tests of the arithmetic of belief; `reference` computes everything again, slowly and from the definitions."""
