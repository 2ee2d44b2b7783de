"""Cost drawn over time, by what it was for and by why it changed, or nothing without any."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from dashboard.charts import descriptions as words
from dashboard.charts.bars import Bar, contribution_bars, ranked_bars, stacked_bars_over_time
from dashboard.charts.columns import known
from dashboard.charts.drawing import Drawing, Headline, Look, Measure
from dashboard.charts.lines import lines_over_time
from dashboard.charts.marks import Mark, in_scope
from dashboard.charts.numbers import (
    Unit,
    dollars,
    long_day,
    per_cent,
    plural,
    relative_change,
    signed,
    signed_share,
    written,
)
from dashboard.charts.theme import Figure, Role
from dashboard.charts.waterfalls import waterfall
from dashboard.cost.allocation import DRIVERS, UNALLOCATED
from dashboard.countries import country_name
from dashboard.slices import Span

_MOST_BARS = 12
_COST = Measure("cost_per_mau_usd", "cost per MAU", Role.FIRST, Unit.USD)
_INDEXED = (
    Measure("cost_per_mau_usd", "per MAU", Role.FIRST, Unit.RATIO),
    Measure("cost_per_thousand_views_usd", "per view", Role.SECOND, Unit.RATIO),
    Measure("cost_per_thousand_uploads_usd", "per upload", Role.THIRD, Unit.RATIO),
    Measure("cost_per_thousand_hours_usd", "per hour watched", Role.FOURTH, Unit.RATIO),
)
_DRIVER_ROLES = (Role.FIRST, Role.SECOND, Role.THIRD, Role.FOURTH, Role.RETURN)
_EFFECTS = {
    "people_usd": "people",
    "units_per_person_usd": "units a person",
    "unit_price_usd": "price of a unit",
    "unmetered_usd": "without units",
}
_COMMITTED = (
    Measure("used_usd", "used", Role.GAIN, Unit.USD),
    Measure("unused_usd", "not used", Role.LOSS, Unit.USD),
)

_BILLED, _USE = "cost/month_effective_cost", "cost/month_use_by_country"
_SENT = "cost/month_uploads_by_country"
HEADLINES: tuple[Headline, ...] = tuple(
    Headline(metric, label, Unit.USD, definition, table, is_better_low=True, sampled=sampled)
    for metric, label, definition, table, sampled in (
        ("cost_per_mau_usd", "Cost per MAU", _BILLED, "user_days", "people"),
        ("cost_usd", "Cost a month", _BILLED, "cost_lines", ""),
        ("cost_per_thousand_views_usd", "Per 1,000 views", _USE, "user_days", "views"),
        ("cost_per_thousand_uploads_usd", "Per 1,000 uploads", _SENT, "uploads", "uploads"),
        ("cost_per_thousand_hours_usd", "Per 1,000 hours watched", _USE, "user_days", "hours"),
    )
)


def cost_per_mau(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Cost per MAU, month by month."""
    if not known(frame, _COST.column):
        return None
    return Drawing(
        lines_over_time(frame, [_COST], marks=_marks(frame, look), palette=look.palette),
        words.latest(frame, _COST),
        words.in_words(words.extremes(frame, _COST), words.happenings(_marks(frame, look))),
    )


def unit_costs(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Each unit cost as a multiple of what it was in the first month shown."""
    measures = [measure for measure in _INDEXED if known(frame, measure.column)]
    if not measures or not frame["is_complete"].any():
        return None
    first = [pl.col(m.column) / pl.col(m.column).drop_nulls().first() for m in measures]
    indexed = frame.with_columns(first)
    return Drawing(
        lines_over_time(indexed, measures, marks=_marks(frame, look), palette=look.palette),
        f"Each as a multiple of what it was in {frame['month'][0]:%B %Y}.",
        words.in_words(*(words.latest(indexed, measure) for measure in measures)),
    )


def drivers(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """What each driver cost in each month, stacked to the bill."""
    if not _sum(frame, "cost_usd"):
        return None
    wide = frame.with_columns(pl.col("cost_usd").cast(pl.Float64)).pivot(
        "driver", index=["day", "month", "is_complete"], values="cost_usd"
    )
    measures = [
        *(Measure(d, d, r, Unit.USD) for d, r in zip(DRIVERS, _DRIVER_ROLES, strict=True)),
        Measure(UNALLOCATED, UNALLOCATED.lower(), Role.TOTAL, Unit.USD, hatched=True),
    ]
    shown = [measure for measure in measures if any(known(wide, measure.column))]
    whole = wide.filter("is_complete")
    last = (whole if whole.height else wide).row(-1, named=True)
    total = sum(last[measure.column] for measure in shown) or 1.0
    spent = [measure for measure in shown if last[measure.column]]
    shares = [per_cent(last[measure.column] / total) for measure in spent]
    return Drawing(
        _stacked(wide, shown, look),
        f"{dollars(total)} in the month to {long_day(last['day'])}: "
        f"{words.listed([m.label for m in spent], shares, count=len(spent))}.",
        words.happenings(_marks(frame, look)),
    )


def cost_by_system(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """What each system cost."""
    return _ranked(frame, [str(name) for name in frame["system"].to_list()], look)


def cost_by_country(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """What it cost to serve each country, and what cannot be split."""
    codes = frame["country"].to_list()
    return _ranked(frame, [UNALLOCATED if c is None else country_name(c) for c in codes], look)


def why(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """From an earlier month's cost to the last one's, by people, units and price."""
    before, now = _sum(frame, "before_usd"), _sum(frame, "cost_usd")
    if not now:
        return None
    then, last = _month(frame, "month_before"), _month(frame, "month")
    effects = [(label, _sum(frame, name)) for name, label in _EFFECTS.items()]
    steps = [(label, value) for label, value in effects if value]
    figure = waterfall(
        Bar(then, before, dollars(before)),
        [Bar(label, value, signed(value, Unit.USD)) for label, value in steps],
        Bar(last, now, dollars(now)),
        palette=look.palette,
        unit=Unit.USD,
    )
    said = words.listed(
        [label for label, _ in steps], [signed(value, Unit.USD) for _, value in steps], count=4
    )
    return Drawing(
        figure,
        f"From {dollars(before)} in {then} to {dollars(now)} in {last}: "
        f"{said or 'nothing changed'}.",
        "The effects add up to the change to the cent, in each driver of the table too.",
    )


def _month(frame: pl.DataFrame, column: str) -> str:
    month = frame[column][0]
    return "before" if month is None else f"{month:%b %Y}"


def commitments(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """What was committed to, used and not used."""
    if not _sum(frame, "used_usd") + _sum(frame, "unused_usd"):
        return None
    plain = frame.with_columns(pl.col("used_usd", "unused_usd").cast(pl.Float64))
    last = frame.row(-1, named=True)
    return Drawing(
        _stacked(plain, _COMMITTED, look),
        f"{per_cent(last['used_share'])} of what was committed to was used in the month to "
        f"{long_day(last['day'])}; {dollars(float(last['unused_usd']))} was paid for nothing.",
    )


def imagined_month(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """From what a month cost to what it would cost, by driver."""
    now, then = _sum(frame, "cost_usd"), _sum(frame, "imagined_usd")
    if not now:
        return None
    rows = frame.select(
        "driver", (pl.col("imagined_usd") - pl.col("cost_usd")).cast(pl.Float64)
    ).rows()
    steps = [Bar(driver, change, signed(change, Unit.USD)) for driver, change in rows if change]
    figure = waterfall(
        Bar("as it is", now, dollars(now)),
        steps,
        Bar("imagined", then, dollars(then)),
        palette=look.palette,
        unit=Unit.USD,
    )
    change = signed_share(relative_change(then, now))
    said = words.listed([step.name for step in steps], [step.note for step in steps])
    return Drawing(
        figure,
        f"{dollars(then)} a month instead of {dollars(now)} ({change}).",
        f"{said or 'Nothing changes'}.",
    )


def margin(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """Revenue less payouts and infrastructure, of the countries whose revenue is known."""
    told = frame.filter(pl.col("contribution_usd").is_not_null())
    if told.is_empty():
        return None
    rows = told.select("country", pl.col("contribution_usd").cast(pl.Float64)).rows()
    unknown = frame.height - told.height
    largest = sorted(rows, key=lambda row: -abs(row[1]))[:_MOST_BARS]
    bars = [
        Bar(country_name(code), value, written(value, Unit.USD))
        for code, value in sorted(largest, key=lambda row: -row[1])
    ]
    total = sum(value for _, value in rows)
    return Drawing(
        contribution_bars(bars, palette=look.palette, unit=Unit.USD),
        f"{dollars(total)} from {plural(len(rows), 'country', 'countries')}; "
        f"of {plural(unknown, 'other', 'others')} the revenue is unknown.",
        f"{words.listed([bar.name for bar in bars], [bar.note for bar in bars])}.",
    )


def streams(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """What each stream brought in, or took out."""
    if frame.is_empty():
        return None
    rows = frame.select(
        "stream", pl.col("net_usd").cast(pl.Float64), pl.col("estimated_share").fill_null(0.0)
    ).rows()
    bars = [
        Bar(stream, net, f"{dollars(net)}, {per_cent(guess, 0)} estimated")
        for stream, net, guess in rows
    ]
    return Drawing(
        contribution_bars(bars, palette=look.palette, unit=Unit.USD),
        f"{dollars(sum(net for _, net, _ in rows))} in all, payouts to creators taken off.",
    )


def _stacked(frame: pl.DataFrame, measures: Sequence[Measure], look: Look) -> Figure:
    marks = _marks(frame, look)
    return stacked_bars_over_time(frame, measures, net=None, marks=marks, palette=look.palette)


def _marks(frame: pl.DataFrame, look: Look) -> tuple[Mark, ...]:
    """What happened within the months drawn, which are more than the span."""
    days = frame["day"]
    return in_scope(look.marks, Span(days[0], days[-1] + timedelta(days=1)), None)


def _ranked(frame: pl.DataFrame, names: Sequence[str], look: Look) -> Drawing | None:
    """Bars of cost, the largest on top and the rest together."""
    if not _sum(frame, "cost_usd"):
        return None
    costs = [float(cost) for cost in frame["cost_usd"].to_list()]
    shares = [share or 0.0 for share in frame["share"].to_list()]
    rows = list(zip(names, costs, shares, strict=True))
    shown = rows[:_MOST_BARS]
    if len(rows) > _MOST_BARS:
        rest = rows[_MOST_BARS:]
        left = (sum(cost for _, cost, _ in rest), sum(share for _, _, share in rest))
        shown.append((plural(len(rest), "other", "others"), *left))
    bars = [Bar(name, cost, f"{dollars(cost)} ({per_cent(share)})") for name, cost, share in shown]
    said = words.listed(names, [per_cent(share) for share in shares])
    return Drawing(
        ranked_bars(bars, role=Role.FIRST, palette=look.palette, unit=Unit.USD),
        f"{dollars(sum(costs))} in all; {said}.",
    )


def _sum(frame: pl.DataFrame, name: str) -> float:
    return float(frame[name].sum() or 0.0)
