"""Tests of the shell around the screens."""
