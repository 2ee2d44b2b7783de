"""What a reader is told when something fails: what to do next, and never the program's insides."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

import streamlit as st

from dashboard.errors import DashboardError
from dashboard.ui.words import plain

_LOG = logging.getLogger(__name__)


def tell(failure: Exception) -> bool:
    """Show a failure where the script stands; True, because nothing is left to show.

    One of ours is its own sentence. Any other goes to the log under a reference that the reader
    can pass on.
    """
    if isinstance(failure, DashboardError):
        st.error(plain(str(failure)), icon=":material/error:")
        return True
    reference = token_hex(4)
    _LOG.error("Failure %s", reference, exc_info=failure)
    st.error(
        f"This could not be shown. The log has the details under reference **{reference}**. "
        "Try again, or choose another page: the others go on working.",
        icon=":material/error:",
    )
    return True


@contextmanager
def told() -> Iterator[None]:
    """Run what is inside, and tell its failure in its place."""
    try:
        yield
    # Whatever it is, the reader must not see its insides.
    except Exception as failure:  # noqa: BLE001
        tell(failure)
