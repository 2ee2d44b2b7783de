"""A part measured again replaces its own figures on the page, and no others."""

from tests.bench.__main__ import PAGE, PARTS
from tests.bench.figures import Figure
from tests.bench.written import OPENING, section, with_sections

ORDER = ["ingest", "growth", "live"]


def test_a_part_replaces_its_section_alone_and_the_others_stay_to_the_letter() -> None:
    before = with_sections("", {"ingest": _section("5 s"), "growth": _section("68 ms")}, ORDER)
    after = with_sections(before, {"growth": _section("60 ms")}, ORDER)
    assert after == before.replace("68 ms", "60 ms")


def test_a_part_measured_for_the_first_time_stands_in_its_place_among_the_others() -> None:
    before = with_sections("", {"live": _section("3 s"), "ingest": _section("5 s")}, ORDER)
    after = with_sections(before, {"growth": _section("68 ms")}, ORDER)
    assert [line[3:] for line in after.splitlines() if line.startswith("## ")] == ORDER


def test_a_part_that_there_is_no_more_leaves_the_page() -> None:
    before = with_sections("", {"ingest": _section("5 s"), "growth": _section("68 ms")}, ORDER)
    assert "68 ms" not in with_sections(before, {}, ["ingest"])


def test_each_section_says_what_it_is_about_and_where_it_was_measured() -> None:
    text = section("Server time.", [Figure("a page", "9 ms", "10 ms")], machine="one core")
    assert text.startswith("Server time. One run, on: one core.\n")
    assert "| a page | 9 ms | 10 ms |" in text


def test_the_page_as_it_stands_has_the_form_in_which_it_is_written() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.startswith(OPENING)
    assert with_sections(page, {}, list(PARTS)) == page


def _section(value: str) -> str:
    return section("About it.", [Figure("it", value)], machine="one core")
