"""The India order of June 2020 in a real browser, from its receipt to the edge and back."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acting import PATIENCE_MS, act, choose, come, fill, saved, set_clock
from tests.browser.story import Story
from tests.servers import Server, Way, serving

pytestmark = [
    pytest.mark.browser, pytest.mark.patient, pytest.mark.sample, pytest.mark.timeout(600),
]  # fmt: skip

RECEIVED = datetime(2020, 6, 29, 15, tzinfo=UTC)
AFTERWARDS = datetime(2020, 7, 2, 9, tzinfo=UTC)
PEOPLE = "195,300,000"
"""The people of India in the sample's month up to the order: a fifth of the world's."""
_A_MINUTE_MS = 150_000


@pytest.fixture
def demo(sample_warehouse: Path, tmp_path: Path) -> Iterator[Server]:
    """The dashboard over a sample of its own, whose clock stands where the order came."""
    own = Path(shutil.copytree(sample_warehouse, tmp_path / "sample", copy_function=os.link))
    with serving(Way.UP, own, tmp_path / "log.txt") as server:
        set_clock(server, RECEIVED)
        yield server


def test_an_order_is_obeyed_at_the_edge_relaxed_in_part_and_back(
    browser: Browser, demo: Server
) -> None:
    with ExitStack() as stack:
        operator = come(stack, browser, demo, "operator", "/changes")
        order = _drafted(operator, "block all")
        _submitted(operator)
        ann = come(stack, browser, demo, "approver", order)
        ben = come(stack, browser, demo, "second-approver", order)
        _approved_by(ann, ben)
        executive = come(stack, browser, demo, "executive", "/geofence")
        _expect(executive, "People under the rules in force: India 195M (block all).")
        _expect(executive, re.compile("None straggles"))
        _expect(executive, re.compile("lacks 5 duties of 6"))
        _relaxed_and_back(operator, ann, ben)
        # Closed, relaxed, closed again: the history tells it to whoever only looks on.
        _expect(executive, re.compile("^3 rows"))
        _expect(executive, re.compile(r"India in the minute of .*: 0 served"), _A_MINUTE_MS)
        executive.keep_screenshot("india-geofence")
        set_clock(demo, AFTERWARDS)
        executive.open("/")
        _expect(executive, "Reachable MAU")
        executive.keep_screenshot("india-overview")
        auditor = come(stack, browser, demo, "auditor", "/audit")
        _expect(auditor, re.compile("Checked up to row"))


def _approved_by(ann: Story, ben: Story) -> None:
    """Two type the number and approve; with one alone it cannot be applied."""
    act(ann, "approve", act_people=PEOPLE)
    expect(ann.page.locator(".st-key-act-apply button:visible")).to_have_count(0)
    act(ben, "approve", act_people=PEOPLE)
    act(ben, "apply")


def _relaxed_and_back(operator: Story, ann: Story, ben: Story) -> None:
    """Reading is opened again by two, and closed again by one."""
    operator.open("/changes")
    relaxed = _drafted(operator, "read only")
    _submitted(operator)
    _expect(operator, "0 of 2 approvals that it needs")
    for approver in (ann, ben):
        approver.open(relaxed)
    _approved_by(ann, ben)
    operator.open(relaxed)
    act(operator, "stop", act_reason="The authority takes it back.")


def _drafted(visit: Story, action: str) -> str:
    visit.page.locator(".st-key-new-geofence button").click()
    expect(visit.page.locator(".st-key-rule-id")).to_be_visible(timeout=PATIENCE_MS)
    choose(visit, "rule_places", "India")
    _expect(visit, PEOPLE)
    choose(visit, "rule_action", action)
    fill(visit, written_title=f"India: {action}", rule_id="in-69a", rule_title="India, section 69A",
         rule_authority="MeitY", rule_document="archive/69a.pdf",
         rule_contact="legal", written_reason="An order was received.")  # fmt: skip
    # Its name has an underscore of its own.
    visit.page.locator(".st-key-rule-order_number input").fill("IT Act 69A")
    return saved(visit)


def _submitted(visit: Story) -> None:
    act(visit, "preview")
    _expect(visit, PEOPLE)
    act(visit, "submit")


def _expect(visit: Story, text: str | re.Pattern[str], patience_ms: int = PATIENCE_MS) -> None:
    expect(visit.page.get_by_text(text).first).to_be_visible(timeout=patience_ms)
