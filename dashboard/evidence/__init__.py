"""Evidence: what others say about the platform, graded, and never a measurement."""
