"""The script Streamlit runs for everybody: who they are, the menu, the filters, then the page."""

import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.errors import ControlSilent, NotSignedIn, WarehouseSilent
from dashboard.navigation import OPERATIONS, PAGES, Screen
from dashboard.settings import ROOT_FOLDER, read_settings
from dashboard.ui.failures import told
from dashboard.ui.filters import filter_bar
from dashboard.ui.first_start import sample_is_missing
from dashboard.ui.identity import me
from dashboard.ui.server.browser_files import MARK
from dashboard.ui.sign_in import no_role_page, person_panel, sign_in_page
from dashboard.ui.silence import trouble_on_top, wait_for_server
from dashboard.ui.waiting import wait_for_sample


def _menu(permissions: frozenset[Permission]) -> dict[str, list[st.Page]]:
    """The pages; those that are not theirs stand in nobody's menu and say so when opened."""
    sections: dict[str, list[st.Page]] = {}
    for screen in PAGES:
        page = st.Page(
            ROOT_FOLDER / screen.file,
            title=screen.title,
            icon=screen.icon,
            url_path=screen.url_path,
            default=screen.is_default,
            visibility="visible" if screen.permission in permissions else "hidden",
        )
        sections.setdefault(screen.section, []).append(page)
    return sections


def _shown(page: st.Page) -> Screen:
    """The screen of a page."""
    by_path = {screen.url_path: screen for screen in PAGES}
    return by_path.get(page.url_path) or next(each for each in PAGES if each.is_default)


def _run_page(permissions: frozenset[Permission]) -> None:
    page = st.navigation(_menu(permissions))
    if sample_is_missing(read_settings()):
        wait_for_sample()
        return
    try:
        if _shown(page).section != OPERATIONS:
            filter_bar()
        page.run()
    except WarehouseSilent:
        wait_for_server()


def _nobody(why: Exception) -> None:
    """The sign-in page, whichever page was asked for; none of them has run."""
    st.navigation(_menu(frozenset()), position="hidden")
    if sample_is_missing(read_settings()):
        wait_for_sample()
    else:
        sign_in_page(why)


st.set_page_config(page_icon=str(MARK), layout="wide")
st.logo(str(MARK))
with told(), trouble_on_top():
    try:
        who = me()
    except (NotSignedIn, ControlSilent) as reason:
        _nobody(reason)
    else:
        person_panel(who)
        if who.permissions:
            _run_page(frozenset(who.permissions))
        else:
            no_role_page(who)
