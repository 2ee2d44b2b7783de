"""The admin and analytics dashboard of a short-video platform: what is happening on it, and why."""
