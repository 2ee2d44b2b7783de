"""Incidents, phases and surprises: what happened to the platform, when, and what stands out."""
