"""Cost per MAU in a real browser: a clicked bar opens its lines, a lever moves, a file is whole."""

import hashlib
import io
from datetime import date, timedelta
from pathlib import Path
from typing import TypedDict, cast
from urllib.parse import urlencode

import polars as pl
import pytest
from playwright.sync_api import Browser, Locator, expect
from polars.testing import assert_frame_equal

from dashboard.access.reader import WORLD
from dashboard.charts.numbers import dollars
from dashboard.cost import reads
from dashboard.slices import Slice, Span
from dashboard.warehouse.duckdb_engine import open_folder
from tests.browser.story import CHART, Story, story
from tests.places import LAST_DAY
from tests.servers import Server

pytestmark = pytest.mark.browser

MAY, COMPUTE, FILMS = date(2020, 5, 1), "Compute", "Video processing"
UNTIL = LAST_DAY + timedelta(days=1)
SHOWN = Span(UNTIL - timedelta(days=90), UNTIL)
JUNE_USD, JUNE_DELIVERY_USD = 30 * (30 + 20 + 10), 30 * 30
CHARTS = {"Drivers": 4, "Outlook": 3, "Record": 1}
"""How many charts each view has with the one above it."""
EGRESS_OF_DELIVERY = 0.85
"""What the page says of delivery's cost: so much of it is bought by the gigabyte."""


class Cell(TypedDict):
    """What one driver cost in one month."""

    lines: int
    cost_usd: float


@pytest.mark.parametrize("driver", [COMPUTE, FILMS])
def test_a_clicked_bar_opens_its_own_lines_of_the_bill(
    browser: Browser, dashboard: Server, tiny_warehouse: Path, driver: str
) -> None:
    [cell] = costs(tiny_warehouse).filter(month=MAY, driver=driver).rows(named=True)
    with story(browser, dashboard.address) as visit:
        open_view(visit, "Drivers")
        click_bar(visit, driver, month=MAY)
        expect_lines(visit, driver, cast(Cell, cell))


def test_a_bar_can_be_clicked_again_after_coming_back(
    browser: Browser, dashboard: Server, tiny_warehouse: Path
) -> None:
    [cell] = costs(tiny_warehouse).filter(month=MAY, driver=COMPUTE).rows(named=True)
    with story(browser, dashboard.address) as visit:
        open_view(visit, "Drivers")
        for _ in range(2):
            click_bar(visit, COMPUTE, month=MAY)
            expect_lines(visit, COMPUTE, cast(Cell, cell))
            visit.page.get_by_role("tab", name="Drivers").click()
            visit.wait_until_still()
            expect(chart(visit, "drivers")).to_be_visible()


def test_the_lines_that_a_click_opened_stay_when_a_filter_changes(
    browser: Browser, dashboard: Server, tiny_warehouse: Path
) -> None:
    [cell] = costs(tiny_warehouse).filter(month=MAY, driver=FILMS).rows(named=True)
    with story(browser, dashboard.address) as visit:
        open_view(visit, "Drivers")
        click_bar(visit, FILMS, month=MAY)
        expect_lines(visit, FILMS, cast(Cell, cell))
        compared = visit.page.get_by_role("combobox", name="Compared with").first
        visit.pick(compared, "Year before")
        expect_lines(visit, FILMS, cast(Cell, cell))


def test_the_same_lines_can_be_opened_by_the_keyboard(
    browser: Browser, dashboard: Server, tiny_warehouse: Path
) -> None:
    [cell] = costs(tiny_warehouse).filter(month=MAY, driver=FILMS).rows(named=True)
    with story(browser, dashboard.address) as visit:
        open_view(visit, "Record")
        for label, choice in (("Month", "May 2020"), ("For", FILMS)):
            visit.page.get_by_role("combobox", name=label, exact=True).focus()
            visit.page.keyboard.type(choice)
            expect(visit.page.get_by_role("option", name=choice)).to_be_visible()
            visit.page.keyboard.press("Enter")
            visit.wait_until_still()
        expect_lines(visit, FILMS, cast(Cell, cell))


def test_a_fifth_off_the_price_of_egress_shows_the_new_total_in_words_and_bars(
    browser: Browser, dashboard: Server
) -> None:
    total = JUNE_USD - JUNE_DELIVERY_USD * EGRESS_OF_DELIVERY * 0.20
    with story(browser, dashboard.address) as visit:
        open_view(visit, "Outlook")
        bars = chart(visit, "what_if")
        expect(bars).to_be_visible()
        expect(visit.page.get_by_text("Of delivery 85%").first).to_be_visible()
        visit.page.get_by_role("slider", name="Egress price").focus()
        for _ in range(20):
            visit.page.keyboard.press("ArrowLeft")
        said = f"{dollars(total)} a month instead of {dollars(JUNE_USD)} (\N{MINUS SIGN}8.5%)"
        expect(visit.page.get_by_text(said)).to_be_visible()
        expect(bars.locator("text", has_text=dollars(total))).to_be_visible()
        drawn = bars.evaluate("chart => chart.data[0].y.at(-1)")
        assert drawn == pytest.approx(total)


def test_a_parquet_file_holds_what_is_on_the_screen_to_the_last_decimal(
    browser: Browser, dashboard: Server, tiny_warehouse: Path
) -> None:
    with story(browser, dashboard.address) as visit:
        open_view(visit, "Drivers")
        as_table = visit.page.get_by_role("radiogroup", name="By driver as")
        as_table.get_by_role("radio").last.click()
        visit.wait_until_still()
        with visit.page.expect_download() as saved:
            visit.page.get_by_role("button", name="Parquet").first.click()
        content = Path(saved.value.path()).read_bytes()
        said = f"Parquet sha256 {hashlib.sha256(content).hexdigest()[:12]}"
        expect(visit.page.get_by_text(said)).to_be_visible()
    here, there = pl.read_parquet(io.BytesIO(content)), costs(tiny_warehouse)
    assert here.schema == there.schema
    assert here["cost_usd"].dtype.is_decimal()
    for name in there.columns:
        assert here[name].to_list() == there[name].to_list(), name
    assert_frame_equal(here, there, check_exact=True)


def costs(folder: Path) -> pl.DataFrame:
    """What the read behind the bars answers to the choice a page opens with."""
    warehouse = open_folder(folder)
    return reads.cost_by_driver(warehouse, Slice(SHOWN, warehouse.now), WORLD)


def open_view(visit: Story, view: str) -> None:
    """A view with every chart of the page drawn."""
    visit.open(f"/cost_per_mau?{urlencode({'view': view})}")
    visit.wait_for_charts(CHARTS[view])


def click_bar(visit: Story, driver: str, *, month: date) -> None:
    """Click the middle of one bar, which lies under a layer that takes the pointer."""
    bars = chart(visit, "drivers")
    bars.scroll_into_view_if_needed()
    place = bars.evaluate(
        """(chart, [driver, month]) => {
            const trace = chart.data.findIndex(each => each.name === driver);
            const point = chart.data[trace].x.indexOf(month);
            const bar = chart.querySelectorAll('.trace.bars')[trace]
                .querySelectorAll('.point')[point].getBoundingClientRect();
            return [bar.x + bar.width / 2, bar.y + bar.height / 2];
        }""",
        [driver, str(month)],
    )
    visit.page.mouse.move(*place)
    expect(bars.locator(".hoverlayer .hovertext")).to_contain_text(driver)
    visit.page.mouse.click(*place)


def expect_lines(visit: Story, driver: str, cell: Cell) -> None:
    """The lines of that driver in May are shown, as many and as dear as the bar says."""
    expect(visit.page.get_by_role("heading", name="Lines of the bill")).to_be_visible(
        timeout=30_000
    )
    visit.wait_until_still()
    for label, choice in (("Month", "May 2020"), ("For", driver)):
        box = visit.page.get_by_role("combobox", name=label, exact=True)
        expect(box).to_have_value(choice)
    said = f"{cell['lines']} lines of the bill come to {dollars(float(cell['cost_usd']))}."
    expect(visit.page.get_by_text(said)).to_be_visible()


def chart(visit: Story, name: str) -> Locator:
    return visit.page.locator(f".st-key-{name}-chart {CHART}")
