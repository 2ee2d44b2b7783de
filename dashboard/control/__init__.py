"""The road of changes: what the screen and the control plane say to each other, and how."""
