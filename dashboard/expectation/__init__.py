"""Expectation: what each day of a series should have been, known the day before."""
