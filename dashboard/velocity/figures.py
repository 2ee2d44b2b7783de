"""Velocity drawn over time: what is uploaded, by whom, how fast it gets out and what it earns."""

from datetime import date, datetime
from operator import itemgetter
from typing import TypedDict, cast

import polars as pl

from dashboard.charts import descriptions as words
from dashboard.charts.bands import line_in_band
from dashboard.charts.bars import stacked_bars_over_time
from dashboard.charts.cohorts import Again, cohorts_by_step, grain_of, retention_over_steps
from dashboard.charts.columns import has_any, known, known_days, total
from dashboard.charts.drawing import Drawing, Headline, Look, Measure
from dashboard.charts.lines import lines_over_time
from dashboard.charts.numbers import (
    Unit,
    compact,
    dollars,
    duration,
    long_day,
    per_cent,
    relative_change,
    signed_share,
)
from dashboard.charts.paired import bars_above_line
from dashboard.charts.theme import Role

_TABLE = "uploads"
_AGAIN = Again("publishing", "published")
_UPLOADS = Measure("uploads", "uploads", Role.FIRST, Unit.VIDEOS)
_FLOWS = (
    Measure("new", "new", Role.GAIN),
    Measure("returning", "returning", Role.RETURN),
    Measure("lapsed", "lapsed", Role.LOSS, sign=-1),
)
_WAITING = Measure("waiting", "not published", Role.LOSS, Unit.VIDEOS)
_QUEUE_SHARE = 0.1
"""Uploads fail now and then; where more of a day than this are not out, a queue is."""
_NET = Measure("net", "net change", Role.TOTAL)

HEADLINES: tuple[Headline, ...] = (
    Headline("uploads_a_day", "Uploads a day", Unit.VIDEOS, "velocity/day_uploads", _TABLE),
    Headline("uploads_a_minute", "Uploads a minute", Unit.VIDEOS, "velocity/day_uploads", _TABLE),
    Headline("active_creators", "Creators, 28 days", Unit.PEOPLE, "velocity/window_creators",
             _TABLE),
    Headline("publish_p50_seconds", "Time to publish, half", Unit.SECONDS,
             "velocity/period_time_to_publish", _TABLE, is_better_low=True),
    Headline("publish_p90_seconds", "Time to publish, 90%", Unit.SECONDS,
             "velocity/period_time_to_publish", _TABLE, is_better_low=True),
)  # fmt: skip


def uploads_in_band(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Uploads by day, the band they usually lie in, and when they left it."""
    if not has_any(frame, "uploads"):
        return None
    last = frame.row(-1, named=True)
    said = f"{compact(last['uploads'])} on {long_day(last['day'])}"
    if last["expected"]:
        off = signed_share(relative_change(last["uploads"], last["expected"]))
        said += f", {off} against {compact(last['expected'])} expected the day before"
    return Drawing(
        line_in_band(frame, _UPLOADS, marks=look.marks, palette=look.palette),
        words.in_words(_left_the_band(frame), f"{said}."),
        words.in_words(words.extremes(frame, _UPLOADS), words.happenings(look.marks)),
    )


def by_the_head(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Videos of a month for each person who published, and for each who was active."""
    if not known_days(frame, "uploads_per_creator"):
        return None
    measures = (
        Measure("uploads_per_creator", "per creator", Role.FIRST, Unit.VIDEOS),
        Measure("uploads_per_mau", "per MAU", Role.SECOND, Unit.VIDEOS),
    )
    day, each = known_days(frame, "uploads_per_creator")[-1]
    said = f"{compact(each)} videos in 28 days for each who published, on {long_day(day)}"
    if of_all := known_days(frame, "uploads_per_mau"):
        said += f"; {compact(of_all[-1][1])} for each who was active"
    return _lines(frame, measures, look, f"{said}.")


def flows(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Creators who began, came back and stopped in each period."""
    if not has_any(frame, "creators") and not has_any(frame, "creators_before"):
        return None
    net = frame.hstack([(frame["creators"] - frame["creators_before"]).alias("net")])
    by = grain_of(net["day"].to_list())
    new, back, gone = (compact(total(frame, name)) for name in ("new", "returning", "lapsed"))
    last = frame.row(-1, named=True)
    return Drawing(
        stacked_bars_over_time(net, _FLOWS, net=_NET, marks=look.marks, palette=look.palette),
        f"{compact(last['creators'])} creators at the end; {new} new and {back} returning against "
        f"{gone} lapsed, counted {by} by {by}.",
        words.in_words(words.extremes(net, _NET), words.happenings(look.marks)),
    )


def cohorts(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """The triangle of cohorts of creators, by when they first published."""
    return cohorts_by_step(frame, look, _AGAIN)


def kept(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Retention of creators over the cohorts old enough to have reached each step."""
    return retention_over_steps(frame, look, _AGAIN)


def publishing(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """By when half of the uploads of each period were published, and nine in ten."""
    if not known_days(frame, "p50_seconds"):
        return None
    measures = (
        Measure("p90_seconds", "90%", Role.SECOND, Unit.SECONDS),
        Measure("p50_seconds", "half", Role.FIRST, Unit.SECONDS),
    )
    day, half = known_days(frame, "p50_seconds")[-1]
    said = f"Half were published within {duration(half)} on {long_day(day)}."
    last = frame.row(-1, named=True)
    if last["p50_seconds"] is None and last["videos"]:
        said = f"Most videos uploaded on {long_day(last['day'])} still wait to be published. {said}"
    if slow := known_days(frame, "p90_seconds"):
        worst, most = max(slow, key=itemgetter(1))
        said += f" Slowest on {long_day(worst)}, when 90% took up to {duration(most)}."
    return _lines(frame, measures, look, said)


def waiting(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """The videos of each period that are not published yet, which a queue is first seen by."""
    if not has_any(frame, "videos"):
        return None
    days = frame.with_columns(share=pl.col("waiting") / pl.col("videos"))
    last = days.row(-1, named=True)
    said = f"{_out_of(cast(_Queue, last))} are not published yet."
    worst = days[:-1].filter(pl.col("share") > _QUEUE_SHARE).sort("share").tail(1)
    if worst.height:
        said += f" Nor are {_out_of(cast(_Queue, worst.row(0, named=True)))}."
    return Drawing(
        stacked_bars_over_time(frame, (_WAITING,), net=None, marks=look.marks,
                               palette=look.palette),
        said,
        words.in_words(words.extremes(frame, _WAITING), words.happenings(look.marks)),
    )  # fmt: skip


def hundred(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """The share of the videos of each period that had 100 views within an hour, a day, a week."""
    if not known_days(frame, "share_within_hour"):
        return None
    measures = (
        Measure("share_within_week", "within a week", Role.THIRD, Unit.SHARE),
        Measure("share_within_day", "within a day", Role.FIRST, Unit.SHARE),
        Measure("share_within_hour", "within an hour", Role.SECOND, Unit.SHARE),
    )
    half = known(frame, "p50_seconds")
    said = "Fewer than half of the videos ever get there, so there is no median."
    if half:
        said = f"Half of the videos take {duration(half[-1])}."
    if within := known_days(frame, "share_within_day"):
        day, share = within[-1]
        said = f"{per_cent(share)} within a day, of those uploaded by {long_day(day)}. {said}"
    return _lines(frame, measures, look, said)


def half_lives(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """After how long videos had half of the views of their first 28 days."""
    if not known_days(frame, "p50_seconds"):
        return None
    measures = (
        Measure("p75_seconds", "three quarters", Role.THIRD, Unit.SECONDS),
        Measure("p50_seconds", "half of the videos", Role.FIRST, Unit.SECONDS),
        Measure("p25_seconds", "a quarter", Role.SECOND, Unit.SECONDS),
    )
    day, half = known_days(frame, "p50_seconds")[-1]
    return _lines(frame, measures, look, (
        f"Half of the videos have had half of their views after {duration(half)}, of those "
        f"uploaded by {long_day(day)}. Videos younger than 28 days are left out."
    ))  # fmt: skip


def supply(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """New videos for every thousand hours watched."""
    if not known_days(frame, "videos_per_1000_hours"):
        return None
    ratio = Measure("videos_per_1000_hours", "per 1,000 hours", Role.FIRST, Unit.VIDEOS)
    day, videos = known_days(frame, ratio.column)[-1]
    said = f"{compact(videos)} new videos for every 1,000 hours watched on {long_day(day)}."
    return _lines(frame, (ratio,), look, said)


def paid(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Payouts and incentives above, the creators there were below."""
    if not known(frame, "paid_usd_per_creator") and not any(known(frame, "paid_usd_a_day")):
        return None
    bars = (
        Measure("paid_usd_a_day", "payouts, USD a day", Role.FIRST, Unit.USD),
        Measure("incentives_usd_a_day", "incentives, USD a day", Role.SECOND, Unit.USD),
    )
    creators = Measure("creators", "creators, 28 days", Role.THIRD)
    last = frame.row(-1, named=True)
    each = last["paid_usd_per_creator"]
    said = f"{dollars(last['paid_usd_a_day'])} a day in payouts on {long_day(last['day'])}"
    said += "." if each is None else f", {dollars(each)} a month for each creator."
    most = max(known(frame, "incentives_usd_a_day"), default=0.0)
    extra = f" Incentives of up to {dollars(most)} a day." if most else " No incentives."
    return Drawing(
        bars_above_line(frame, bars, creators, marks=look.marks, palette=look.palette),
        said + extra,
        words.in_words(words.latest(frame, creators), words.happenings(look.marks)),
    )


def _out_of(row: "_Queue") -> str:
    share = f" ({per_cent(row['share'])})" if row["videos"] else ""
    return (
        f"{compact(row['waiting'])} of the {compact(row['videos'])} videos uploaded on "
        f"{long_day(row['day'])}{share}"
    )


class _Queue(TypedDict):
    """The uploads of a period, and how many of them are not published yet."""

    day: date
    videos: int
    waiting: int
    share: float


def _lines(frame: pl.DataFrame, measures: tuple[Measure, ...], look: Look, said: str) -> Drawing:
    return Drawing(
        lines_over_time(frame, measures, marks=look.marks, palette=look.palette),
        said,
        words.in_words(*(words.latest(frame, each) for each in measures),
                       words.happenings(look.marks)),
    )  # fmt: skip


def _left_the_band(frame: pl.DataFrame) -> str:
    """The last excursion of the span: when the band was left, by how much, and whether it lasts."""
    outside = frame.filter(pl.col("outside_since").is_not_null())
    if outside.is_empty():
        return "Inside the usual band all along." if known(frame, "expected") else ""
    last = cast(_Outside, outside.row(-1, named=True))
    if last["day"] == frame["day"][-1]:
        change = "fall" if _side(last) == "below" else "rise"
        since = f"The {change} goes back to {long_day(last['outside_since'])}."
        return f"Uploads left their expected band {_when(last)}. {since}"
    shares = per_cent(outside.height / frame.height, 0)
    return (
        f"Uploads last left their expected band {_when(last)}, until {long_day(last['day'])}; "
        f"outside it on {shares} of the days."
    )


def _when(last: "_Outside") -> str:
    """The moment and by how much, or the day alone where no more is known."""
    moment, share = last["left_at"], last["left_share"]
    if moment is None or share is None:
        return f"on {long_day(last['told_on'])}, {_side(last)} it"
    days = "the day" if last["left_over_days"] == 1 else "the seven days"
    more = "fewer" if share < 0 else "more"
    return (
        f"at {moment:%H:%M} on {long_day(moment.date())}: {days} to then had "
        f"{per_cent(abs(share))} {more} than expected"
    )


def _side(last: "_Outside") -> str:
    z, week_z = last["z"] or 0, last["week_z"] or 0
    return "below" if (z if abs(z) > abs(week_z) else week_z) < 0 else "above"


class _Outside(TypedDict):
    """A day of an excursion, as ``expected_uploads`` tells it."""

    day: date
    z: float | None
    week_z: float | None
    outside_since: date
    told_on: date
    left_at: datetime | None
    left_over_days: int | None
    left_share: float | None
