"""Incidents and phases: what happened to the platform, and when."""
