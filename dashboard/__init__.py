"""The admin and analytics dashboard of a short-video platform: what is happening on it, and why."""

VERSION = "0.1.0"
"""The version of this program."""
