"""A field that was left empty is told as missing; what is wrong with a value is told as it is."""

import pytest

from dashboard.backend.changes.content import checked
from dashboard.backend.changes.freeze import Freeze
from dashboard.backend.plane import ControlPlane
from dashboard.errors import ContentRefused
from tests.backend.changes.acting import a_freeze, people
from tests.backend.changes.fences import THREE
from tests.backend.changes.story import ON_SQLITE


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (a_freeze(kinds=[]), "content.kinds: this is missing."),
        ({name: each for name, each in a_freeze().items() if name != "since"},
         "content.since: this is missing."),
        (a_freeze(kinds=["none"]), "content.kinds.0: Input should be"),
        (a_freeze(name="No Name"), "content.name: String should match"),
    ],
)  # fmt: skip
def test_content_says_what_is_missing(content: dict, said: str) -> None:
    with pytest.raises(ContentRefused, match=f"^{said}"):
        checked(Freeze, content)


@ON_SQLITE
def test_a_change_without_a_title_says_so(plane: ControlPlane) -> None:
    with people(plane, **THREE) as at:
        refused = at["olu"].create(a_freeze(), title="")
    assert refused.json()["detail"] == "title: this is missing."
