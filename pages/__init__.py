"""The screens, one folder down: Streamlit would run a file here without the shell."""
