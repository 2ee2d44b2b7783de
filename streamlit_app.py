"""The one object that is served, however the server is started.

Streamlit finds it by reading this file's syntax tree, so ``app`` is assigned here, literally: an
imported one would be served without its middleware.
"""

import streamlit as st

from dashboard.ui.failures import tell
from dashboard.ui.server import MIDDLEWARE, ROUTES, SECRETS, lifespan

app = st.App(
    "dashboard/ui/main.py",
    middleware=MIDDLEWARE,
    routes=ROUTES,
    secrets=SECRETS,
    lifespan=lifespan,
    on_script_error=tell,
)
