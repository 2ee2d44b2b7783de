"""Waits: how long a video takes to be published, to be seen a hundred times, and to fade."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from dashboard.access.reader import Reach
from dashboard.periods import MONTH_DAYS, Period, period_start
from dashboard.slices import Grain, Slice, Span
from dashboard.velocity.question import ONE_DAY, Question
from dashboard.velocity.survival import Survival, Whole, survival
from dashboard.warehouse.engine import Warehouse

PUBLISH, HUNDRED = "velocity/period_time_to_publish", "velocity/period_time_to_100_views"
_HALF_LIFE = "velocity/period_video_half_lives"
_HOUR_SECONDS = 3600
DAY_SECONDS = 24 * _HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class Waits:
    """The videos of some periods: how many, how many had not come so far, and the estimate."""

    videos: Whole
    censored: Whole
    estimate: Survival


def time_to_publish(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """How long the uploads of each period took to be published, those still waiting included.

    One row per period of the upload's start: ``day`` (its last), ``videos``, ``waiting`` (not
    published as of the choice; Int64), ``p50_seconds``, ``p90_seconds`` (Kaplan and Meier, Float64,
    null while fewer are published than that) and ``is_complete``.
    """
    question = Question(warehouse, chosen, reach)
    parts = question.periods()
    waits = _by_period(question, PUBLISH, parts)
    return _frame(question, parts, waits, "waiting", {
        "p50_seconds": waits.estimate.quantile(0.5),
        "p90_seconds": waits.estimate.quantile(0.9),
    })  # fmt: skip


def time_to_100_views(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """How long the videos of each period took from being published to their hundredth view.

    One row per period of the upload's start: ``day`` (its last), ``videos``, ``not_yet`` (without
    100 views as of the choice; Int64), ``share_within_hour``, ``share_within_day``,
    ``share_within_week`` (null where none has been out so long), ``p50_seconds``, ``p90_seconds``
    (Kaplan and Meier, Float64, null while fewer came so far) and ``is_complete``.
    """
    question = Question(warehouse, chosen, reach)
    parts = question.periods()
    waits = _by_period(question, HUNDRED, parts)
    return _frame(question, parts, waits, "not_yet", {
        "share_within_hour": waits.estimate.ended_within(_HOUR_SECONDS),
        "share_within_day": waits.estimate.ended_within(DAY_SECONDS),
        "share_within_week": waits.estimate.ended_within(7 * DAY_SECONDS),
        "p50_seconds": waits.estimate.quantile(0.5),
        "p90_seconds": waits.estimate.quantile(0.9),
    })  # fmt: skip


def waits_of_span(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """Both waits over all uploads of the span together.

    One row for ``publish`` and one for ``first_100_views``, none when the span holds no complete
    day: ``wait``, ``videos``, ``not_yet`` (Int64), ``p50_seconds``, ``p90_seconds`` and
    ``share_within_day`` (Float64, null where it is not known yet).
    """
    question = Question(warehouse, chosen, reach)
    rows = []
    for name, query in (("publish", PUBLISH), ("first_100_views", HUNDRED)):
        if question.is_empty:
            continue
        waits = over_span(question, query, question.seen)
        rows.append((
            name, int(waits.videos[0]) * question.weight, int(waits.censored[0]) * question.weight,
            *waits.estimate.quantile(0.5), *waits.estimate.quantile(0.9),
            *waits.estimate.ended_within(DAY_SECONDS),
        ))  # fmt: skip
    return pl.DataFrame(rows, schema=_OF_SPAN, orient="row")


def half_life(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """After how long the videos of each period had half of the views of their first 28 days.

    One row per period of the upload's start: ``day`` (its last), ``videos`` (whose 28 days are over
    as of the choice; Int64, of the platform's), ``p25_seconds``, ``p50_seconds``, ``p75_seconds``
    (Float64, null without such a video) and ``is_complete``, which periods are not while some of
    their videos are younger.
    """
    question = Question(warehouse, chosen, reach)
    parts = question.periods()
    mature_until = question.complete_until - (MONTH_DAYS - 1) * ONE_DAY
    counted, estimate = _half_lives(question, parts, mature_until)
    columns = {f"p{n}_seconds": estimate.quantile(n / 100) for n in (25, 50, 75)}
    return pl.DataFrame(
        {
            "day": [part.last_day for part in parts],
            "videos": (counted * warehouse.weight("video_days")).tolist(),
            **columns,
            "is_complete": [p.is_complete and p.span.until <= mature_until for p in parts],
        },
        schema={"day": pl.Date, "videos": pl.Int64, **dict.fromkeys(columns, pl.Float64),
                "is_complete": pl.Boolean},
    )  # fmt: skip


def over_span(question: Question, query: str, span: Span) -> Waits:
    """The wait of all uploads of a span together, as one group."""
    return _waits(_asked(question, query, span, Grain.QUARTER), {}, groups=1)


def _half_lives(
    question: Question, parts: list[Period], mature_until: date
) -> tuple[Whole, Survival]:
    """How many videos of each period are old enough, and by when half of their views had come."""
    rows = question.warehouse.read(
        _HALF_LIFE, question.scope, zone=question.zone, grain=question.chosen.grain.value,
        mature_until=question.midnight(mature_until), first_day=question.seen.since,
        **question.instants(question.seen),
    )  # fmt: skip
    numbers = _numbers(parts, question.chosen)
    group, minutes, videos = _in_groups(rows, "half_life_minutes", "videos", numbers)
    none = np.zeros(len(videos), dtype=np.int64)
    counted = np.bincount(group, videos, minlength=len(parts)).astype(np.int64)
    return counted, survival(group, minutes * 60, reached=videos, censored=none, groups=len(parts))


def _by_period(question: Question, query: str, parts: list[Period]) -> Waits:
    rows = _asked(question, query, question.seen, question.chosen.grain)
    return _waits(rows, _numbers(parts, question.chosen), groups=len(parts))


def _asked(question: Question, query: str, span: Span, grain: Grain) -> pl.DataFrame:
    return question.warehouse.read(
        query, question.scope, zone=question.zone, grain=grain.value,
        seen_until=question.seen_until, **question.instants(span),
    )  # fmt: skip


def _waits(rows: pl.DataFrame, numbers: dict[date, int], *, groups: int) -> Waits:
    group, seconds, reached = _in_groups(rows, "seconds", "reached", numbers)
    censored = rows["censored"].to_numpy()
    return Waits(
        np.bincount(group, reached + censored, minlength=groups).astype(np.int64),
        np.bincount(group, censored, minlength=groups).astype(np.int64),
        survival(group, seconds, reached=reached, censored=censored, groups=groups),
    )


def _in_groups(
    rows: pl.DataFrame, duration: str, count: str, numbers: dict[date, int]
) -> tuple[Whole, Whole, Whole]:
    """The group of each row by its period's number, 0 where there are none; duration and count."""
    days, at = np.unique(rows["period"].to_physical().to_numpy(), return_inverse=True)
    first = date(1970, 1, 1)
    of_day = [numbers.get(first + int(day) * ONE_DAY, 0) for day in days]
    group = np.array(of_day, dtype=np.int64)[at]
    return group, rows[duration].to_numpy(), rows[count].to_numpy()


def _numbers(parts: list[Period], chosen: Slice) -> dict[date, int]:
    """The number of each period by the first day of the calendar's."""
    return {period_start(part.span.since, chosen.grain): at for at, part in enumerate(parts)}


def _frame(
    question: Question, parts: list[Period], waits: Waits, open_: str,
    columns: dict[str, list[float | None]],
) -> pl.DataFrame:  # fmt: skip
    return pl.DataFrame(
        {
            "day": [part.last_day for part in parts],
            "videos": (waits.videos * question.weight).tolist(),
            open_: (waits.censored * question.weight).tolist(),
            **columns,
            "is_complete": [part.is_complete for part in parts],
        },
        schema={"day": pl.Date, "videos": pl.Int64, open_: pl.Int64,
                **dict.fromkeys(columns, pl.Float64), "is_complete": pl.Boolean},
    )  # fmt: skip


_OF_SPAN: dict[str, pl.DataType] = {
    "wait": pl.String(),
    "videos": pl.Int64(),
    "not_yet": pl.Int64(),
    **dict.fromkeys(("p50_seconds", "p90_seconds", "share_within_day"), pl.Float64()),
}
