"""Changes: the one document of every kind, what may be done to it, and what is in force."""
