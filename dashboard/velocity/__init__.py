"""Velocity: how fast content comes onto the platform, and from whom."""
