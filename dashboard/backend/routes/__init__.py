"""The routes of the control plane, each subject's in a module of its own."""
