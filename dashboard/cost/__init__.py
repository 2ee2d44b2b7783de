"""Cost: what the platform costs, and what a person of it costs."""
