"""The reference control plane: a program of its own that decides what is put in force."""
