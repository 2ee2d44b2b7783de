"""Changes on their way into force and out of it again, by people of the demo, in a real browser."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.acting import PATIENCE_MS, act, choose, come, fill, saved, set_clock
from tests.browser.story import Story
from tests.servers import Server, Way, serving

pytestmark = [pytest.mark.browser, pytest.mark.sample, pytest.mark.timeout(400)]

TITLE = "Order 12 of the regulator in Portugal"
REVIEW = "Nothing changes while it is reviewed"
FROZEN_ON = datetime(2020, 9, 14, 9, tzinfo=UTC)
"""The morning of the seed's freeze of September 2020."""


@pytest.fixture(scope="module")
def demo(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard over the sample, where anybody may be one of the demo's people."""
    folder = tmp_path_factory.mktemp("change")
    # What is put in force is written into the warehouse, and its files are never changed.
    own = Path(shutil.copytree(sample_warehouse, folder / "sample", copy_function=os.link))
    with serving(Way.UP, own, folder / "log.txt") as server:
        yield server


def test_a_geofence_takes_two_people(browser: Browser, demo: Server) -> None:
    with ExitStack() as stack:
        engineer = come(stack, browser, demo, "engineer", "/changes")
        change = _drafted_rule(engineer)
        act(engineer, "preview")
        act(engineer, "submit")
        own = engineer.page.locator(".st-key-act-approve button:visible")
        expect(own).to_be_disabled()
        approver = come(stack, browser, demo, "approver", change)
        act(approver, "approve")
        act(approver, "apply")
        approver.keep_screenshot("change-live")
        # What others did is on the writer's screen by itself.
        expect(engineer.page.get_by_text("live", exact=True).first).to_be_visible(timeout=30_000)
        approver.open("/geofence")
        expect(approver.page.get_by_text("Portugal").first).to_be_attached(timeout=PATIENCE_MS)


def test_a_freeze_is_seen_where_the_figures_are_and_ended_by_one_who_is_reviewed(
    browser: Browser, demo: Server
) -> None:
    set_clock(demo, FROZEN_ON)
    with ExitStack() as stack:
        engineer = come(stack, browser, demo, "engineer", "/changes")
        change = _drafted_freeze(engineer)
        act(engineer, "preview")
        act(engineer, "submit")
        expect(engineer.page.locator(".st-key-act-approve button:visible")).to_be_disabled()
        approver = come(stack, browser, demo, "approver", change)
        act(approver, "approve")
        act(approver, "apply")
        set_clock(demo, FROZEN_ON + timedelta(days=9))
        _expect_on_the_chart(approver)
        operator = come(stack, browser, demo, "operator", change)
        act(operator, "stop", act_reason="The review is over.")
        approver.open(change)
        act(approver, "review", act_reason="It was in order.")
        expect(approver.page.get_by_text("Reviewed by Ana Pereira")).to_be_visible()
        auditor = come(stack, browser, demo, "auditor", "/audit")
        expect(auditor.page.get_by_text("Checked up to row")).to_be_visible(timeout=PATIENCE_MS)
        expect(auditor.page.get_by_text("tampered")).to_have_count(0)


def _drafted_rule(visit: Story) -> str:
    visit.page.locator(".st-key-new-geofence button").click()
    expect(visit.page.locator(".st-key-rule-id")).to_be_visible(timeout=PATIENCE_MS)
    fill(visit, written_title=TITLE, rule_id="portugal-order-12", rule_title=TITLE)
    choose(visit, "rule_places", "Portugal")
    choose(visit, "rule_action", "block upload")
    fill(visit, rule_authority="The regulator", rule_document="archive/12-2024.pdf",
         rule_contact="legal", written_reason="An order was received.")  # fmt: skip
    # Its name has an underscore of its own.
    visit.page.locator(".st-key-rule-order_number input").fill("12/2024")
    return saved(visit)


def _drafted_freeze(visit: Story) -> str:
    visit.page.locator(".st-key-new-freeze button").click()
    expect(visit.page.locator(".st-key-freeze-name")).to_be_visible(timeout=PATIENCE_MS)
    fill(visit, written_title=REVIEW, freeze_name="september-2020")
    choose(visit, "freeze_kinds", "ranking")
    fill(visit, written_reason="The government reviews the platform.")
    return saved(visit)


def _expect_on_the_chart(visit: Story) -> None:
    visit.open(f"/growth?{urlencode({'span': 'Last 28 days'})}")
    visit.wait_for_chart()
    named = visit.page.locator(".js-plotly-plot").get_by_text(REVIEW[:12]).first
    expect(named).to_be_visible(timeout=PATIENCE_MS)
    visit.keep_screenshot("freeze-on-the-chart")
