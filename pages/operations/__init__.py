"""Screens of those who run the platform."""
