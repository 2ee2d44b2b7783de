"""What a reader sees while the sample is built for the first time: how far it is."""

import streamlit as st

from dashboard.ui.failures import tell
from dashboard.ui.first_start import sample_build

_LOOK_EVERY_SECONDS = 0.5


def wait_for_sample() -> None:
    """Show the building of the sample until it has ended, then run the page."""
    sample_build().start()
    st.title("Preparing the sample platform")
    st.write(
        "This is the first start. Ten years of an invented short-video platform are being written "
        "beside the program; it takes about half a minute, once."
    )
    _progress()


@st.fragment(run_every=_LOOK_EVERY_SECONDS)
def _progress() -> None:
    build = sample_build()
    if build.failure is not None:
        tell(build.failure)
        st.button("Try again", on_click=build.start_again)
    elif build.is_underway:
        st.progress(build.share_done, text=build.sentence)
    else:
        st.rerun()
