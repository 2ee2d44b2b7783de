"""The sample platform: an invented ten-year history of a short-video platform, always the same."""
