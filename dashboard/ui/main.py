"""The script Streamlit runs for every reader: the menu, the filters, then the page."""

import streamlit as st

from dashboard.errors import WarehouseSilent
from dashboard.navigation import PAGES
from dashboard.settings import ROOT_FOLDER, read_settings
from dashboard.ui.failures import told
from dashboard.ui.filters import filter_bar
from dashboard.ui.first_start import sample_is_missing
from dashboard.ui.server.browser_files import MARK
from dashboard.ui.silence import trouble_on_top, wait_for_server
from dashboard.ui.waiting import wait_for_sample


def _menu() -> dict[str, list[st.Page]]:
    sections: dict[str, list[st.Page]] = {}
    for screen in PAGES:
        page = st.Page(
            ROOT_FOLDER / screen.file,
            title=screen.title,
            icon=screen.icon,
            url_path=screen.url_path,
            default=screen.is_default,
        )
        sections.setdefault(screen.section, []).append(page)
    return sections


st.set_page_config(page_icon=str(MARK), layout="wide")
st.logo(str(MARK))
page = st.navigation(_menu())
with told(), trouble_on_top():
    if sample_is_missing(read_settings()):
        wait_for_sample()
    else:
        try:
            filter_bar()
            page.run()
        except WarehouseSilent:
            wait_for_server()
