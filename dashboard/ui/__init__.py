"""The only Streamlit code in dashboard/: the shell around every screen."""
