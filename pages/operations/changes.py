"""Changes: what waits for whom, how each one stands, and everything that can be done to it."""

import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.control.changes import View
from dashboard.ui.acting import tell_outcome
from dashboard.ui.change_forms import begin_asked, form, new_buttons, writing
from dashboard.ui.change_lists import CHOSEN, change_list
from dashboard.ui.change_panel import change_panel
from dashboard.ui.page import open_desk
from dashboard.ui.views import views

desk = open_desk("Changes", Permission.CHANGES_READ)

begin_asked(desk.reader.permissions)
if writing():
    form()
elif CHOSEN in st.query_params:
    change_panel(st.query_params[CHOSEN])
else:
    tell_outcome()
    new_buttons(desk.reader.permissions)
    waiting, mine, all_of_them = views("Waiting for me", "Mine", "All")
    for tab, view in ((waiting, View.WAITING), (mine, View.MINE), (all_of_them, View.ALL)):
        if tab.open:
            with tab:
                change_list(view)
