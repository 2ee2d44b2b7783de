"""What the Content velocity screen alone owes, over whole, filtered and broken warehouses."""

import shutil
from pathlib import Path

import pytest

from dashboard.velocity import reads
from dashboard.warehouse.manifest import read_manifest
from tests.pages.opened import damage, noting_reads, opened, rename_column, texts
from tests.velocity.uploading import END, at, some_uploads, taken_in, upload, watched
from tests.warehouse.hand_made import Row, day

SCREEN = "content_velocity"
ALWAYS = ["Uploads"]
VIEWS = {
    "Who creates": ["Who began, came back and stopped", "By cohort", "Creators kept",
                    "The largest"],
    "How fast": ["Time to publish", "Still waiting", "First 100 views", "Half-life of a video"],
    "What is made": ["Rising", "Subjects", "Languages", "Countries"],
    "What it is worth": ["By the head", "Supply against demand", "Payouts beside creators"],
}  # fmt: skip
READS = {
    "Who creates": {"creators", "creator_retention", "creator_retention_curve", "concentration"},
    "How fast": {"time_to_publish", "time_to_100_views", "half_life"},
    "What is made": {"rising", "uploads_by_category", "uploads_by_language", "uploads_by_country"},
    "What it is worth": {"pace", "supply_and_demand", "payouts"},
}
CARDS = ["Uploads a day", "Uploads a minute", "Creators, 28 days", "Time to publish, half",
         "Time to publish, 90%"]  # fmt: skip

in_each_view = pytest.mark.parametrize("view", VIEWS)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four months of uploads with everything that the screen tells of them."""
    folder = tmp_path_factory.mktemp("screen")
    taken_in(folder, uploads=_uploads(), video_days=_watched(), revenue_lines=_paid())
    return folder / "warehouse"


@pytest.fixture(scope="module")
def without_uploads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People who watch, and nobody who uploads."""
    folder = tmp_path_factory.mktemp("watched")
    taken_in(folder)
    return folder / "warehouse"


@pytest.fixture
def own_copy(house: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(house, tmp_path / "copy"))


@in_each_view
def test_each_view_is_drawn_whole(house: Path, monkeypatch: pytest.MonkeyPatch, view: str) -> None:
    page = opened(monkeypatch, house, screen=SCREEN, view=view)
    assert not page.exception
    assert not page.error
    assert [card.label for card in page.metric] == CARDS
    assert [title.value for title in page.subheader] == [*ALWAYS, *VIEWS[view]]
    charts = page.get("plotly_chart")
    assert len(charts) == len(ALWAYS) + len(VIEWS[view])


@in_each_view
def test_only_the_open_view_asks_its_reads(
    house: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    asked = noting_reads(monkeypatch, reads)
    opened(monkeypatch, house, screen=SCREEN, view=view)
    assert asked == {"headline", "pace"} | READS[view]


@in_each_view
def test_a_warehouse_without_uploads_draws_nothing_of_them(
    without_uploads: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    page = opened(monkeypatch, without_uploads, screen=SCREEN, view=view)
    assert not page.exception
    assert not page.error
    assert not page.get("plotly_chart")


@in_each_view
def test_a_country_without_uploads_says_that_there_is_too_little(
    house: Path, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    page = opened(monkeypatch, house, screen=SCREEN, view=view, country="United States")
    assert not page.exception
    assert "There is too little of United States here." in texts(page)


def test_a_choice_of_platforms_has_no_figures_and_is_told_why(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, house, screen=SCREEN, platform="ios")
    assert not page.exception
    assert [card.value for card in page.metric] == ["n/a"] * len(CARDS)
    assert "uploads name no platform; " in texts(page)
    assert "Clear the platforms to see those of all of them." in texts(page)
    assert not page.get("plotly_chart")


def test_a_chart_turns_into_its_table_with_files_to_take_away(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(monkeypatch, house, screen=SCREEN, view="How fast")
    page.segmented_control(key="publishing view").set_value(":material/table:").run()
    assert not page.exception
    [table] = [t.value for t in page.dataframe if "p50_seconds" in t.value.columns]
    assert len(table) == 90
    assert {button.proto.label for button in page.get("download_button")} == {"CSV", "Parquet"}


@pytest.mark.parametrize("harm", ["missing", "truncated", "renamed"])
def test_a_damaged_file_of_uploads_is_named_where_it_is_read_and_the_page_stands(
    own_copy: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    path = read_manifest(own_copy).tables["uploads"].files[0].path
    if harm == "renamed":
        path = rename_column(own_copy, "uploads", "uploaded_at", "started_at")
    else:
        content = (own_copy / path).read_bytes()
        damage(own_copy, path, None if harm == "missing" else content[:-9])
    page = opened(monkeypatch, own_copy, screen=SCREEN)
    assert not page.exception
    assert path in texts(page)
    assert [title.value for title in page.subheader] == [*ALWAYS, *VIEWS["Who creates"]]
    assert page.selectbox(key="span").value == "Last 90 days"


def test_uploads_of_a_day_that_is_not_over_are_told_by_their_newest_instant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day itself is not drawn yet; that they come in is seen all the same."""
    taken_in(tmp_path, unstated="uploads", uploads=[*_uploads(), upload(9, 9, at(END, 5.5))])
    now, past = (
        opened(monkeypatch, tmp_path / "warehouse", screen=SCREEN, **chosen)
        for chosen in ({}, {"as_of": "2024-03-31"})
    )
    assert "data complete to 29 Apr 2024 · uploads are in up to 05:30 on 30 Apr 2024" in texts(now)
    assert "uploads are in" not in texts(past)


def _uploads() -> list[Row]:
    """Those of chance, and daily ones that are all that a screen can tell of a video."""
    rows = [{**row, "category": "dance", "language": "hi"} for row in some_uploads(11)]
    for number in range(1, 121):
        began = at(day(number), 10)
        rows += [
            upload(10_000 + 50 * number + n, 100 + n, began, category="music", language="en",
                   hashtags=["wave"] if number > 114 else ["steady"],
                   first_100_views_at=began.replace(hour=15) if n % 2 else None)
            for n in range(20)
        ]  # fmt: skip
    return rows


def _watched() -> list[Row]:
    return [watched(10_000 + 50 * number, day(number + age), 100 // (age + 1))
            for number in range(1, 100) for age in range(3)]  # fmt: skip


def _paid() -> list[Row]:
    return [
        {"day": day(n), "country": "IN", "stream": stream, "kind": "creator payout",
         "certainty": "booked", "net_usd": -100.0}
        for n in range(1, 121) for stream in ("creator fund", "creator incentive")
    ]  # fmt: skip
