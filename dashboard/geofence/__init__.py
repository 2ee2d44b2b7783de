"""Geofence: which rules hold where, what they decide, and what they would cost."""
