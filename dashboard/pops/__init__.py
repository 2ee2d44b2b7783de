"""Points of presence, simulated: each fetches the rules, keeps the last good ones and serves."""
