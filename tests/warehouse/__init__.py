"""Behaviours of the warehouse, and the brute force they are held to."""
