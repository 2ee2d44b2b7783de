"""Velocity ranked: what videos are about, their languages and places, who leads, what rises."""

from collections.abc import Callable
from typing import NamedTuple

import polars as pl

from dashboard.charts import descriptions as words
from dashboard.charts.bars import Bar, ranked_bars
from dashboard.charts.columns import has_any
from dashboard.charts.drawing import Drawing, Look
from dashboard.charts.numbers import (
    Unit,
    compact,
    per_cent,
    plural,
    relative_change,
    signed_share,
)
from dashboard.charts.theme import Role
from dashboard.countries import country_name
from dashboard.languages import language_name

_MOST_BARS = 12
_MOST_RISING = 10
_TELLING_SCORE = 3.0


class _Part(NamedTuple):
    """What was uploaded under one name; ``before`` is None where nothing is known."""

    name: str | None
    uploads_a_day: float
    before: float | None
    share: float


def categories(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """What the span's uploads are about."""
    return _ranked(frame, "category", look, str)


def languages(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Which languages they are in."""
    return _ranked(frame, "language", look, language_name)


def countries(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Where they are uploaded."""
    return _ranked(frame, "country", look, country_name)


def rising(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """The categories and hashtags that the last week is farthest above their usual share in."""
    rows = [row for row in frame.iter_rows(named=True) if row["score"] > 0][:_MOST_RISING]
    if not rows:
        return None
    bars = [Bar(_tag(row), row["score"], _note(row)) for row in rows]
    telling = [row for row in rows if row["score"] > _TELLING_SCORE]
    led = words.listed([_tag(row) for row in telling], [_note(row) for row in telling])
    said = f"Beyond chance: {led}." if telling else "Nothing rises beyond chance."
    return Drawing(
        ranked_bars(bars, role=Role.GAIN, palette=look.palette, unit=Unit.RATIO,
                    title="score; above 3 is more than chance"),
        f"The last week against the eight before. {said}",
    )  # fmt: skip


def concentration(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """How much the largest creators have of all uploads and of all views."""
    if not has_any(frame, "creators"):
        return None
    bars, said = [], []
    for row in frame.iter_rows(named=True):
        for top, name in (("top_1_share", "1%"), ("top_10_share", "10%")):
            bars.append(Bar(f"{row['measure']}, top {name}", row[top], per_cent(row[top])))
        said.append(f"The top 1% of creators have {per_cent(row['top_1_share'])} of the "
                    f"{row['measure']} (Gini {row['gini']:.2f}).")  # fmt: skip
    return Drawing(
        ranked_bars(bars, role=Role.FIRST, palette=look.palette, unit=Unit.SHARE,
                    title="share of the whole"),
        " ".join(said),
        "Gini is 0 where all have alike and near 1 where one has all. Views are of videos uploaded "
        "in the span.",
    )  # fmt: skip


def _ranked(
    frame: pl.DataFrame, column: str, look: Look, spoken: Callable[[str], str]
) -> Drawing | None:
    if not has_any(frame, "uploads_a_day"):
        return None
    names = (column, "uploads_a_day", "before", "share")
    parts = [_Part(*row) for row in zip(*(frame[name].to_list() for name in names), strict=True)]
    top, rest = parts[:_MOST_BARS], parts[_MOST_BARS:]
    named = [(spoken(part.name) if part.name else "not said", part) for part in top]
    if rest:
        named.append((plural(len(rest), "other", "others"), _together(rest)))
    led = words.listed([name for name, _ in named], [per_cent(part.share) for _, part in named])
    bars = [Bar(name, part.uploads_a_day, _beside(part)) for name, part in named]
    return Drawing(
        ranked_bars(bars, role=Role.FIRST, palette=look.palette, unit=Unit.VIDEOS,
                    title="uploads a day"),
        f"Share of uploads: {led}. Beside each bar: uploads a day, share, change.",
    )  # fmt: skip


def _together(parts: list[_Part]) -> _Part:
    before = [part.before for part in parts if part.before is not None]
    return _Part(
        None, sum(part.uploads_a_day for part in parts), sum(before) if before else None,
        sum(part.share for part in parts),
    )  # fmt: skip


def _beside(part: _Part) -> str:
    text = f"{compact(part.uploads_a_day)} ({per_cent(part.share)})"
    if part.before is None:
        return text
    grown = relative_change(part.uploads_a_day, part.before)
    return f"{text}, {'new' if grown is None else signed_share(grown)}"


def _tag(row: dict[str, str]) -> str:
    return f"#{row['name']}" if row["kind"] == "hashtag" else row["name"]


def _note(row: dict[str, float | None]) -> str:
    times = "new" if row["times"] is None else f"{row['times']:.2f} times its usual share"
    return f"{times}, {per_cent(row['share'])} of uploads"
