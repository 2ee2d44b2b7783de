"""What happened, drawn on a chart over time: bands for incidents, thin rules for phases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias, TypedDict, cast
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.charts.numbers import long_day
from dashboard.charts.theme import Palette, Spec
from dashboard.slices import Span

LANE_PX = 15
_LANES = 6
_USUAL_LANES = 4
NARROWEST_PX = 440
"""How wide a figure stands alone in its row on a screen of 800 px. Words that have room there have
room on any wider one, where everything stands farther apart."""
_LETTER_PX = 6.3
_LONGEST_LABEL = 34
_SHORTER_LABELS = (22, 14)


_Stretch: TypeAlias = tuple[float, float]


class MarkKind(StrEnum):
    """What kind of happening a mark stands for."""

    INCIDENT = "incident"
    PHASE = "phase"
    MEASURE = "measure"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Mark:
    """One happening over the half-open days ``since`` to ``until``; open-ended without it.

    ``begins_inside_day`` is whether its first day was partly over when it began.
    """

    kind: MarkKind
    key: str
    title: str
    since: date
    until: date | None = None
    countries: frozenset[str] | None = None
    detail: str = ""
    begins_inside_day: bool = False

    def touches(self, span: Span) -> bool:
        """Whether any of it lies inside the span."""
        return self.since < span.until and (self.until is None or self.until > span.since)

    def concerns(self, countries: frozenset[str] | None) -> bool:
        """Whether it touched any of these countries; ``None`` means all of them."""
        return countries is None or self.countries is None or bool(self.countries & countries)


class _Row(TypedDict):
    kind: str
    id: str
    title: str
    since: datetime
    until: datetime | None
    countries: list[str] | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class Label:
    """A mark's words and where they stand: a lane above the plot and the side they run to."""

    mark: Mark
    text: str
    lane: int
    leftwards: bool


@dataclass(frozen=True, slots=True)
class MarksLayout:
    """The parts of a figure's layout that marks take: shapes, words, and room above the plot.

    ``taller_px`` is how much taller the figure stands, so that many lanes do not flatten its plot.
    """

    shapes: list[Spec]
    words: list[Spec]
    top_px: int
    taller_px: int


def marks_from(frame: pl.DataFrame, zone: str = "UTC") -> tuple[Mark, ...]:
    """The rows of a frame of marks (kind, id, title, since, until, countries, detail).

    Instants become days of the zone; a phase is told in days already.
    """
    return tuple(
        _mark(cast(_Row, row), ZoneInfo("UTC" if row["kind"] == MarkKind.PHASE else zone))
        for row in frame.iter_rows(named=True)
    )


def _mark(row: _Row, zone: ZoneInfo) -> Mark:
    since = row["since"].astimezone(zone)
    return Mark(
        kind=MarkKind(row["kind"]),
        key=row["id"],
        title=row["title"],
        since=since.date(),
        until=_day_after(row["until"] and row["until"].astimezone(zone)),
        countries=frozenset(row["countries"]) if row["countries"] else None,
        detail=row["detail"] or "",
        begins_inside_day=since.time() != time(),
    )


def in_scope(
    marks: Sequence[Mark], span: Span, countries: frozenset[str] | None
) -> tuple[Mark, ...]:
    """The marks of a span that concern these countries, in the order of time."""
    shown = (m for m in marks if m.touches(span) and m.concerns(countries))
    return tuple(sorted(shown, key=lambda mark: (mark.since, mark.key)))


def drawn(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """The marks that charts show: all but changes, which are too many to tell apart."""
    return tuple(mark for mark in marks if mark.kind is not MarkKind.CHANGE)


def labels(marks: Sequence[Mark], span: Span, width_px: int) -> list[Label]:
    """Room for each mark's words, incidents first.

    Words that find no room are cut; a mark that finds none even then goes without.
    """
    taken: list[list[_Stretch]] = [[] for _ in range(_LANES)]
    placed = []
    for mark in sorted(marks, key=lambda m: (m.kind is not MarkKind.INCIDENT, m.since)):
        starts = _place_px(max(mark.since, span.since), span, width_px)
        for text in _texts(mark, span):
            length = len(text) * _LETTER_PX + 10
            stretches = [(starts, starts + length), (starts - length, starts)]
            found = _room(taken, stretches, width_px)
            if found:
                lane, stretch = found
                taken[lane].append(stretch)
                placed.append(Label(mark, text, lane, leftwards=stretch == stretches[1]))
                break
    return placed


def marks_layout(
    marks: Sequence[Mark], span: Span, *, palette: Palette, beside_px: int
) -> MarksLayout:
    """How the marks of a span are drawn behind a plot, their words in lanes above it.

    ``beside_px`` is how much of the figure's width the plot leaves to its two sides.
    """
    visible = [m for m in marks if m.kind is MarkKind.INCIDENT or m.since >= span.since]
    placed = labels(visible, span, NARROWEST_PX - beside_px)
    lanes = 1 + max((label.lane for label in placed), default=-1)
    return MarksLayout(
        shapes=[_shape(m, span, palette) for m in visible if m.until or m.since >= span.since],
        words=[_words(label, span, palette) for label in placed],
        top_px=10 + LANE_PX * lanes,
        taller_px=LANE_PX * max(0, lanes - _USUAL_LANES),
    )


def _day_after(end: datetime | None) -> date | None:
    """The first day that an end leaves untouched: a day it reaches into still belongs to it."""
    return None if end is None else (end + timedelta(days=1, microseconds=-1)).date()


def _shape(mark: Mark, span: Span, palette: Palette) -> Spec:
    """A band for what ended, a rule where something began that goes on."""
    since = max(mark.since, span.since)
    shape: Spec = {
        "xref": "x",
        "yref": "paper",
        "x0": str(since),
        "y0": 0,
        "y1": 1,
        "layer": "below",
    }
    if mark.kind is MarkKind.INCIDENT and mark.until is not None:
        least = timedelta(days=max(1, span.length_days // 300))
        until = max(min(mark.until, span.until), since + least)
        fill = f"rgba({palette.incident}, 0.14)"
        return shape | {"type": "rect", "x1": str(until), "fillcolor": fill, "line": {"width": 0}}
    dash = "solid" if mark.kind is MarkKind.INCIDENT else "dot"
    line = {"color": _colour(mark, palette), "width": 1, "dash": dash}
    return shape | {"type": "line", "x1": str(since), "line": line}


def _colour(mark: Mark, palette: Palette) -> str:
    return f"rgb({palette.incident})" if mark.kind is MarkKind.INCIDENT else palette.muted


def _words(label: Label, span: Span, palette: Palette) -> Spec:
    mark = label.mark
    return {
        "x": str(max(mark.since, span.since)), "xref": "x", "y": 1, "yref": "paper",
        "xanchor": "right" if label.leftwards else "left", "yanchor": "bottom",
        "yshift": label.lane * LANE_PX, "xshift": -2 if label.leftwards else -1,
        "text": plain_text(label.text), "showarrow": False,
        "font": {"size": 11, "color": _colour(mark, palette)}, "hovertext": _hover(mark),
        "align": "left",
    }  # fmt: skip


def plain_text(text: str) -> str:
    """Text that Plotly draws letter by letter: its few tags are taken out of force."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def short_label(text: str, most: int = _LONGEST_LABEL) -> str:
    """The text, cut where it is too long to stand beside a drawing."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _hover(mark: Mark) -> str:
    when = f"since {long_day(mark.since)}"
    if mark.until:
        when = f"{long_day(mark.since)} to {long_day(mark.until - timedelta(days=1))}"
    detail = f"<br>{plain_text(mark.detail)}" if mark.detail else ""
    return f"<b>{plain_text(mark.title)}</b><br>{when}{detail}"


def _texts(mark: Mark, span: Span) -> list[str]:
    """The title, cut where it is long, and shorter; an arrow: it began before the span."""
    begins = "" if mark.since >= span.since else "◂ "
    return [begins + short_label(mark.title, most) for most in (_LONGEST_LABEL, *_SHORTER_LABELS)]


def _room(
    taken: Sequence[Sequence[_Stretch]], stretches: Sequence[_Stretch], width_px: int
) -> tuple[int, _Stretch] | None:
    """The lowest lane in which one of these stretches is free, and that stretch."""
    return next(
        ((lane, stretch) for lane, row in enumerate(taken) for stretch in stretches
         if stretch[0] >= 0 and stretch[1] <= width_px and _is_free(row, stretch)),
        None,
    )  # fmt: skip


def _place_px(day: date, span: Span, width_px: int) -> float:
    return (day - span.since).days / max(1, span.length_days) * width_px


def _is_free(row: Sequence[_Stretch], stretch: _Stretch) -> bool:
    return all(stretch[1] <= left or stretch[0] >= right for left, right in row)
