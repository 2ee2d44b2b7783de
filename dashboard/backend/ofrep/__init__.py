"""OFREP: the live rules as flags, asked for over HTTP, and what the edge tells of them."""
