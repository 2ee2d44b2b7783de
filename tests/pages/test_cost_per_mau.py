"""What the Cost per MAU screen alone owes, over real bills, over none, and over the sample."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.cost.billed import REAL_ROWS, build_billed_warehouse
from tests.pages.opened import damage, opened, texts
from tests.places import ROOT
from tests.warehouse.taking_in import Place, visits

SCREEN = "cost_per_mau"
CARDS = ["Cost per MAU", "Cost a month", "Per 1,000 views", "Per 1,000 uploads",
         "Per 1,000 hours watched"]  # fmt: skip
VIEWS = {
    "Drivers": ["By driver", "Day by day", "By system", "Commitments"],
    "Countries": ["Cost", "Contribution", "Streams"],
    "Changes": ["Why it moved", "One more person", "Unit costs"],
    "Outlook": ["This month", "Half a year", "What if"],
    "Record": ["Lines of the bill", "Claims", "By phase", "Bills"],
}
STORY = {
    "cost/cost_a_month_usd": [1e6, 1e7, 1e7, 5e7, 5e7, 2e8, 2e8, 3e8, 3e8],
    "cost/cost_a_year_usd": [1e7, 3e9],
    "cost/cost_per_person_usd": [0.10, 0.20, 0.25, 0.25],
    "cost/share_of_ai_and_ml": [0.25], "cost/share_of_compute": [0.10],
    "cost/share_of_content_delivery": [0.40], "cost/share_of_security": [0.05],
    "cost/share_of_video_processing": [0.20],
    "cost/spent_on_ai_and_ml_usd": [75e6], "cost/spent_on_compute_usd": [30e6],
    "cost/spent_on_content_delivery_usd": [120e6], "cost/spent_on_security_usd": [15e6],
    "cost/spent_on_video_processing_usd": [60e6],
}  # fmt: skip
"""Every figure of the story's tables of cost."""

SEED = ROOT.parent / "shared" / "seed"
FIGURE = re.compile(r"(\$?)\b(\d+(?:\.\d+)?)(%|[MB]\b|)")
SIZES = {"": 1.0, "%": 0.01, "M": 1e6, "B": 1e9}

in_each_view = pytest.mark.parametrize("view", VIEWS)


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield build_billed_warehouse(tmp_path_factory.mktemp("billed") / "warehouse")


@pytest.fixture(scope="module")
def unbilled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People, and no bill of what they cost."""
    place = Place(tmp_path_factory.mktemp("unbilled") / "warehouse")
    place.take("user_days", visits(*((n, n % 3, "IN", "ios", 1) for n in range(1, 90))))
    return place.folder


@in_each_view
def test_each_view_of_real_bills_stands_whole(
    billed: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    page = opened(monkeypatch, billed, screen=SCREEN, view=view)
    assert not page.exception
    assert not page.error
    assert [card.label for card in page.metric] == CARDS
    assert [title.value for title in page.subheader] == ["Month by month", *VIEWS[view]]
    assert page.get("plotly_chart")


def test_the_page_says_what_lies_outside_its_figures(
    billed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = texts(opened(monkeypatch, billed, screen=SCREEN))
    assert "payouts to creators and salaries lie outside it" in whole
    assert "A bill names no countries" not in whole
    india = texts(opened(monkeypatch, billed, screen=SCREEN, country="India"))
    assert "A bill names no countries and no platforms" in india


def test_the_lines_behind_a_figure_can_be_looked_at(
    billed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, billed, screen=SCREEN, view="Record")
    page.selectbox(key="lines driver").set_value("AI and ML infrastructure").run()
    assert not page.exception
    assert "9 lines of the bill come to" in texts(page)
    [lines] = [t.value for t in page.dataframe if "charge_description" in t.value.columns]
    assert set(lines["service_category"]) == {"AI and Machine Learning"}
    assert len(lines) == 9


def test_of_more_lines_than_anybody_reads_the_dearest_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(build_billed_warehouse(tmp_path / "warehouse"))
    bill = pl.read_csv(REAL_ROWS, infer_schema_length=0, null_values=["NULL"])
    place.take("cost_lines", pl.concat([bill] * 3).with_columns(ServiceCategory=pl.lit("Compute")))
    page = opened(monkeypatch, place.folder, screen=SCREEN, view="Record")
    assert not page.exception
    said = texts(page)
    assert "The dearest 1,000 of 2,967 lines of the bill, which come to $44.9." in said
    assert "read cost/bill_lines --since 2024-09-01 --until 2024-10-01" in said
    [lines] = [t.value for t in page.dataframe if "charge_description" in t.value.columns]
    assert len(lines) == 1_000


def test_a_lever_moves_the_imagined_month_and_says_that_it_is_assumed(
    billed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, billed, screen=SCREEN, view="Outlook")
    assert "Assumed, not measured: Of delivery 85%" in texts(page)
    before = page.get("plotly_chart")[-1].proto.spec
    page.slider(key="lever Bitrate").set_value(-50).run()
    assert not page.exception
    assert page.get("plotly_chart")[-1].proto.spec != before


@in_each_view
def test_without_bills_each_view_says_why_it_is_empty(
    unbilled: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    page = opened(monkeypatch, unbilled, screen=SCREEN, view=view)
    assert not page.exception
    assert not page.error
    assert [card.value for card in page.metric] == ["n/a"] * 5


def test_a_damaged_file_of_bills_is_named_where_it_is_read(
    billed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Path(shutil.copytree(billed, tmp_path / "copy"))
    [file] = [p for p in (copy / "tables" / "charges").iterdir()]
    damage(copy, str(file.relative_to(copy)), None)
    page = opened(monkeypatch, copy, screen=SCREEN)
    assert not page.exception
    assert "the file is missing" in texts(page)


@pytest.mark.sample
def test_every_figure_of_the_storys_tables_of_cost_stands_beside_the_samples(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, sample_warehouse, screen=SCREEN, view="Record")
    [claims] = [t.value for t in page.dataframe if "claimed" in t.value.columns]
    found = {metric: sorted(rows["claimed"].to_list()) for metric, rows in claims.groupby("metric")}
    assert found == STORY
    assert claims["here"].notna().all()
    assert claims["here_last_quarter"].notna().all()
    phases = [t.value for t in page.dataframe if "last_quarter_cost_per_mau_usd" in t.value.columns]
    costs = phases[0].set_index("phase")["last_quarter_cost_per_mau_usd"]
    assert costs.round(2).to_list() == [0.10, 0.25, 0.20, 0.25]


@pytest.mark.sample
def test_a_card_says_what_of_it_was_sampled_and_that_the_bill_was_not(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, sample_warehouse, screen=SCREEN)
    said = [each.value.replace("\\", "") for each in page.caption]
    begins = ["bill exact, people sample 1:100,000 ($0.24", "exact",
              "bill exact, views sample 1:100,000", "bill exact, uploads sample 1:500,000",
              "bill exact, hours sample 1:100,000"]  # fmt: skip
    certain = [text for text in said if text.startswith(("bill exact", "exact"))]
    assert len(certain) == len(begins)
    assert all(text.startswith(start) for text, start in zip(certain, begins, strict=True))


def test_every_figure_of_the_storys_tables_is_one_that_the_page_is_held_to() -> None:
    texts = sorted(SEED.glob("*.txt"))
    if not texts:
        pytest.skip("The story is not beside this checkout: put its text into ../shared/seed.")
    told = Counter(figures_of_cost("\n".join(text.read_text() for text in texts)))
    assert told.total() >= 24
    held = Counter(round(value, 4) for values in STORY.values() for value in values)
    assert told <= held, f"Claims are missing for {told - held}: add them to evidence.csv."


def figures_of_cost(story: str) -> Iterator[float]:
    """Every amount and share of the section on cost, and of the line that sums it up."""
    section = re.search(r"^## Cost Evolution$(.*?)^## ", story, re.M | re.S)
    summary = re.search(r"^- \*\*Infrastructure cost\*\*:.*$", story, re.M)
    assert section
    assert summary
    for dollar, number, size in FIGURE.findall(section[1] + summary[0]):
        if dollar or size:
            yield round(float(number) * SIZES[size], 4)
