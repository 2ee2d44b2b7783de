"""Anomalies: on which days a driver cost what nobody could expect of it the day before.

A bill is judged by what its days were, and not by what happened: it is in whole dollars, so that
less than a tenth is nothing to act on, however regular the days before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import numpy as np
import polars as pl

from dashboard.access.reader import Reach
from dashboard.cost.allocation import AMOUNT
from dashboard.cost.bill import BILL, Bill, month_range, months_on
from dashboard.cost.drivers import ALL_DRIVERS, daily_cost_by_driver
from dashboard.expectation.bands import edges, usual_bands
from dashboard.expectation.seasonal_filter import Flags, Floats, Whole
from dashboard.periods import next_period, period_start
from dashboard.slices import Grain, Slice, Span
from dashboard.warehouse.engine import Warehouse

LEAST_DAYS, MOST_DAYS = 91, 366
"""So many days are told at least, and at most, up to the end of the span."""
HISTORY_MONTHS = 12
"""Each month's days are judged by so many months before it, whatever span they are shown in."""
WIDTH_SCALES = 4.0
"""Six drivers a day in a band this wide leave it by chance on one day of some three hundred."""
LEAST_SHARE = 0.1
"""The band is never narrower than this share of the expected on either side."""
_BANDS: dict[str, pl.DataType] = {
    **dict.fromkeys(("expected_usd", "low_usd", "high_usd"), pl.Float64()),
    "is_outside": pl.Boolean(), "left_on": pl.Date(),
}  # fmt: skip
_ANSWER = {"day": pl.Date(), "driver": pl.String(), "cost_usd": AMOUNT, **_BANDS}


def cost_in_band(warehouse: Warehouse, chosen: Slice, reach: Reach) -> pl.DataFrame:
    """What each driver cost a day beside what was expected of it the day before.

    One row per complete day and driver with any cost, LEAST_DAYS to MOST_DAYS up to the end of the
    span: ``day``, ``driver``, ``cost_usd`` (Decimal, of charges of a day or less), ``expected_usd``
    and the band's ``low_usd`` and ``high_usd`` (Float64, null before there is history enough),
    ``is_outside`` the band, and ``left_on`` (the day on which it left the band, null inside). Days
    without a line, and of refunds alone, are not judged. Raises OutsideReach for a reader who may
    not see the world.
    """
    bill = Bill(warehouse, chosen, reach)
    span = _shown(bill)
    if not span.length_days:
        return pl.DataFrame(schema=_ANSWER)
    past = _histories(bill, span)
    whole = Span(past[0].since, span.until)
    costs = daily_cost_by_driver(warehouse, chosen.over(whole), reach)
    judged = _judged(_by_day(costs, whole), past)
    places = product(range(len(past)), range(len(ALL_DRIVERS)))
    rows = pl.concat([_month(judged, past, place) for place in places])
    cost = pl.col("cost_usd").fill_null(0)
    return (
        rows.join(costs, on=["day", "driver"], how="left", maintain_order="left")
        .filter(pl.col("day").is_between(span.since, span.last_day))
        .filter((cost != 0).any().over("driver"))
        .sort("day", maintain_order=True)
        .select("day", "driver", cost, *_BANDS)
    )


@dataclass(frozen=True, slots=True)
class _Judged:
    """Days x histories x drivers; ``left`` numbers the day that left the band, -1 inside it."""

    expected: Floats
    low: Floats
    high: Floats
    left: Whole


def _shown(bill: Bill) -> Span:
    """The days to tell of, as far as they are complete."""
    first = bill.warehouse.first_day(BILL) or bill.complete_until
    until = min(bill.chosen.span.until, bill.complete_until)
    days = min(max((until - bill.chosen.span.since).days, LEAST_DAYS), MOST_DAYS)
    return Span(min(max(until - timedelta(days=days), first), until), until)


def _histories(bill: Bill, span: Span) -> list[Span]:
    """What the days of each month are judged by, and these days themselves."""
    first = bill.warehouse.first_day(BILL) or span.since
    months = month_range(period_start(span.since, Grain.MONTH), span.last_day)
    return [
        Span(
            max(months_on(month, -HISTORY_MONTHS), first),
            min(next_period(month, Grain.MONTH), span.until),
        )
        for month in months
    ]


def _by_day(costs: pl.DataFrame, span: Span) -> Floats:
    """What each driver cost on each day; nothing is known of a day without any line."""
    days = (costs["day"] - span.since).dt.total_days().to_numpy()
    drivers = [ALL_DRIVERS.index(driver) for driver in costs["driver"].to_list()]
    values = np.full((span.length_days, len(ALL_DRIVERS)), np.nan)
    values[days] = 0.0
    values[days, drivers] = costs["cost_usd"].cast(pl.Float64).to_numpy()
    values[values < 0] = np.nan
    return values


def _judged(values: Floats, past: Sequence[Span]) -> _Judged:
    """Every day of each history, as the days before it in that history have it."""
    shape = (max(span.length_days for span in past), len(past), len(ALL_DRIVERS))
    each = np.full(shape, np.nan)
    for at, span in enumerate(past):
        begins = (span.since - past[0].since).days
        each[: span.length_days, at] = values[begins : begins + span.length_days]
    flat = each.reshape(shape[0], -1)
    band, _ = usual_bands(flat, np.full(flat.shape, np.inf), np.isfinite(flat))
    low, high = edges(band.expected, band.scale, WIDTH_SCALES)
    low = np.minimum(low, band.expected * (1 - LEAST_SHARE))
    high = np.maximum(high, band.expected * (1 + LEAST_SHARE))
    is_outside = band.is_judged & ((flat < low) | (flat > high))
    left = _left(band.run, is_outside).reshape(shape)
    expected, low, high = (
        np.where(band.is_judged, each, np.nan).reshape(shape) for each in (band.expected, low, high)
    )
    return _Judged(expected, low, high, left)


def _left(run: Whole, is_outside: Flags) -> Whole:
    """For each day outside, the number of the day its excursion left the band; -1 for others."""
    left = np.full(run.shape, -1)
    began = np.full(run.shape[1], -1)
    for day in range(len(run)):
        began = np.where(run[day] <= 1, -1, began)
        began = np.where(is_outside[day] & (began < 0), day, began)
        left[day] = np.where(is_outside[day], began, -1)
    return left


def _month(judged: _Judged, past: Sequence[Span], place: tuple[int, int]) -> pl.DataFrame:
    """One driver's days of the month that a history ends in; ``place`` numbers the two."""
    at, of = place
    span = past[at]
    first = max(period_start(span.last_day, Grain.MONTH), span.since)
    inside = (slice((first - span.since).days, span.length_days), at, of)
    left_on = pl.lit(span.since) + pl.duration(days="left")
    return pl.DataFrame(
        {
            "day": Span(first, span.until).days(),
            "driver": ALL_DRIVERS[of],
            "expected_usd": judged.expected[inside],
            "low_usd": judged.low[inside],
            "high_usd": judged.high[inside],
            "left": judged.left[inside],
        }
    ).select(
        "day",
        "driver",
        pl.col("expected_usd", "low_usd", "high_usd").fill_nan(None),
        is_outside=pl.col("left") >= 0,
        left_on=pl.when(pl.col("left") >= 0).then(left_on),
    )
