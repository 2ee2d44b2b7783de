"""The audit: what was done, tried and refused, in rows that nobody can change unseen."""
