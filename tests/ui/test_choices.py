"""What the filter bar offers, and the links that pin what was chosen."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from dashboard.charts.marks import Mark, MarkKind
from dashboard.slices import Comparison, Slice, Span
from dashboard.ui.choices import CUSTOM, USUAL, Calendar
from dashboard.ui.emptiness import why_empty
from dashboard.ui.links import pinned_link
from dashboard.ui.memory import spelled
from dashboard.ui.words import plain
from tests.warehouse.hand_made import visit, write_warehouse

KNOWN = Span(date(2014, 1, 1), date(2021, 1, 1))
BAN = Mark(MarkKind.INCIDENT, "ban", "India ban", date(2020, 6, 29), None, frozenset({"IN"}))
SURGE = Mark(MarkKind.INCIDENT, "surge", "Surge", date(2020, 4, 1), date(2020, 4, 15))
GLOBAL = Mark(MarkKind.PHASE, "global", "Global", date(2020, 1, 1))
CALENDAR = Calendar(KNOWN, (BAN, SURGE, GLOBAL))
NOW = datetime(2021, 1, 1, tzinfo=UTC)


def test_presets_end_with_the_last_complete_day() -> None:
    assert CALENDAR.chosen("Last 7 days", ()) == Span(date(2020, 12, 25), date(2021, 1, 1))
    assert CALENDAR.chosen("All time", ()) == KNOWN


def test_an_incident_is_shown_from_thirty_days_before_to_sixty_after() -> None:
    assert CALENDAR.chosen("Incident: Surge", ()) == Span(date(2020, 3, 2), date(2020, 6, 14))
    assert CALENDAR.chosen("Incident: India ban", ()).since == date(2020, 5, 30)


def test_a_phase_without_an_end_reaches_to_now() -> None:
    assert CALENDAR.chosen("Phase: Global", ()) == Span(date(2020, 1, 1), KNOWN.until)


def test_two_marks_of_one_title_are_told_apart() -> None:
    again = Mark(MarkKind.INCIDENT, "surge 2", "Surge", date(2020, 9, 1))
    labels = Calendar(KNOWN, (SURGE, again)).spans()
    assert "Incident: Surge (2020-04-01)" in labels
    assert "Incident: Surge (2020-09-01)" in labels


def test_custom_dates_include_the_last_one_and_wait_for_the_second() -> None:
    both = CALENDAR.chosen(CUSTOM, (date(2020, 6, 1), date(2020, 6, 28)))
    assert both == Span(date(2020, 6, 1), date(2020, 6, 29))
    assert CALENDAR.chosen(CUSTOM, (date(2020, 6, 1),)).length_days == 1
    assert CALENDAR.chosen(CUSTOM, ()) == CALENDAR.chosen(USUAL, ())


def test_no_span_reaches_beyond_what_is_known() -> None:
    young = Calendar(Span(date(2020, 12, 30), date(2021, 1, 1)), (BAN,))
    assert all(span.since >= date(2020, 12, 30) for span in young.spans().values())
    assert young.spans()[USUAL].length_days == 2


def test_a_pinned_link_says_dates_day_and_version_outright() -> None:
    chosen = Slice(
        Span(date(2020, 6, 1), date(2020, 6, 29)), NOW, frozenset({"IN", "BR"}),
        frozenset({"ios"}), Comparison.YEAR_BEFORE,
    )  # fmt: skip
    link = pinned_link("http://127.0.0.1:8501/growth?span=Last+7+days", chosen, version=12)
    assert link.startswith("http://127.0.0.1:8501/growth?")
    assert parse_qs(urlsplit(link).query) == {
        "span": ["Custom dates"],
        "dates": ["2020-06-01", "2020-06-28"],
        "compare": ["Year before"],
        "country": ["Brazil", "India"],
        "platform": ["ios"],
        "as_of": ["2020-12-31"],
        "version": ["12"],
    }


def test_a_pinned_link_keeps_the_view_and_is_whole_at_the_root() -> None:
    link = pinned_link("http://127.0.0.1:8501", Slice(KNOWN, NOW), version=1, view="Who stays")
    assert link.startswith("http://127.0.0.1:8501/?")
    assert parse_qs(urlsplit(link).query)["view"] == ["Who stays"]


def test_different_choices_are_remembered_apart_and_equal_ones_together() -> None:
    one = Slice(KNOWN, NOW, frozenset({"IN", "BR"}))
    assert spelled(one) == spelled(Slice(KNOWN, NOW, frozenset({"BR", "IN"})))
    others = [
        Slice(KNOWN, NOW),
        Slice(KNOWN, NOW, frozenset()),
        Slice(KNOWN, NOW, frozenset({"IN"})),
        Slice(KNOWN, NOW, None, frozenset({"IN", "BR"})),
        Slice(KNOWN, NOW - timedelta(days=1), frozenset({"IN", "BR"})),
    ]
    assert len({spelled(choice) for choice in (one, *others)}) == 6


def test_an_empty_chart_says_why(tmp_path: Path) -> None:
    warehouse = write_warehouse(tmp_path, user_days=[visit(1, 1)])
    last = Span(date(2024, 12, 1), date(2025, 1, 1))
    india = Slice(last, warehouse.now, frozenset({"IN"}))
    assert "India ban, since 29 June 2020" in why_empty(warehouse, india, (BAN,))
    before = Slice(Span(date(2023, 1, 1), date(2023, 2, 1)), warehouse.now)
    assert why_empty(warehouse, before, ()).startswith("The data begins on 1 January 2024.")
    brazil = Slice(last, warehouse.now, frozenset({"BR"}))
    assert "too little of Brazil" in why_empty(warehouse, brazil, (BAN,))


def test_text_of_people_is_never_markup() -> None:
    assert plain("![x](a.b)") == r"\!\[x\]\(a\.b\)"
    # What is read once more after Markdown stands in a span of its own.
    assert plain("http://a") == r"http:color[\:]{}//a"
