"""Pair to verdict: one check a file, its settings as fields."""
