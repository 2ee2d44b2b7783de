"""Surprises as sentences a person reads first, and the choice of filters each of them opens."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TypedDict, cast

from dashboard.charts.numbers import compact, long_day, per_cent, plural
from dashboard.countries import country_name
from dashboard.incidents.metrics import WORDS, Metric, Unit
from dashboard.incidents.surprises import Judgement
from dashboard.slices import Slice, Span

MOST_SENTENCES = 5
_ENOUGH_DAYS = 91
"""A history of a quarter is long enough: where nothing is judged after it, too few are there."""
_LEAD_DAYS = 28
"""How many usual days a link shows before the excursion begins."""


class Row(TypedDict):
    """The columns of a surprise that are spoken of."""

    metric: str
    since: date
    day: date
    over_days: int
    of_kind: str
    of_name: str
    observed: float
    expected: float
    slice_kind: str
    slice_name: str
    contribution_share: float
    event_kind: str
    event_title: str | None


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, and the slice in which it can be seen."""

    text: str
    metric: Metric | None
    opens: Slice


def sentences(judged: Judgement) -> list[Sentence]:
    """Up to MOST_SENTENCES, the largest surprise first; one that says so where there is none."""
    rows = cast(list[Row], judged.surprises.head(MOST_SENTENCES).to_dicts())
    if not rows:
        return [Sentence(_nothing(judged), None, judged.chosen)]
    return [
        Sentence(_text(row, judged.chosen), Metric(row["metric"]), _opens(row, judged.chosen))
        for row in rows
    ]


def _nothing(judged: Judgement) -> str:
    if not judged.series_count:
        if judged.history_days < _ENOUGH_DAYS:
            return "There is not enough history yet to say what is usual."
        return "Too few people here to tell what is usual."
    looked = plural(judged.series_count, "series was", "series were")
    return f"Nothing is outside its usual band on {long_day(judged.day)}: {looked} looked at."


def _text(row: Row, chosen: Slice) -> str:
    subject = WORDS[Metric(row["metric"])].name + _where(row["of_kind"], row["of_name"])
    verb = "fell" if row["observed"] < row["expected"] else "rose"
    since = f"since {long_day(row['since'])}"
    why = _explained(row, chosen)
    change = f"{subject} {verb} to {_figure(row)}, {_against(row)}, {since}{why}."
    if row["event_title"] is None:
        return change
    return f"{change} {row['event_kind'].capitalize()} in that span: {row['event_title']}."


def _figure(row: Row) -> str:
    """The observed value as its unit is written, and of which days it is."""
    metric = Metric(row["metric"])
    share = WORDS[metric].unit is Unit.SHARE
    value = per_cent(row["observed"]) if share else compact(row["observed"])
    if row["over_days"] == 1:
        return value
    mean = "" if WORDS[metric].adds_up else "a mean of "
    return f"{mean}{value} in the seven days to {long_day(row['day'])}"


def _against(row: Row) -> str:
    """How far the value lies from the expected; as a multiple where per cent would not be read."""
    share = row["observed"] / row["expected"] - 1
    if share >= 2:
        return f"{share + 1:.3g} times the expected"
    side = "below" if share < 0 else "above"
    return f"{_in_words(abs(share))} {side} expected"


def _explained(row: Row, chosen: Slice) -> str:
    """The place that explains most of a change of the whole; of one country there is no other."""
    if row["of_kind"] != "whole":
        return ""
    if row["slice_kind"] == "whole":
        if chosen.countries is not None and len(chosen.countries) == 1:
            return ""
        return "; no single country or platform explains it"
    share = row["contribution_share"]
    part = "all" if share >= 0.995 else _in_words(share)
    return f"; {_named(row['slice_kind'], row['slice_name'])} explains {part} of it"


def _in_words(share: float) -> str:
    return f"{100 * share:.{0 if share >= 0.0995 else 1}f} per cent"


def _where(kind: str, name: str) -> str:
    if kind == "whole":
        return ""
    return f" {'in' if kind == 'country' else 'on'} {_named(kind, name)}"


def _named(kind: str, name: str) -> str:
    return country_name(name) if kind == "country" else name


def _opens(row: Row, chosen: Slice) -> Slice:
    """The days from four usual weeks before the excursion to now, in the place that explains it."""
    span = Span(row["since"] - timedelta(days=_LEAD_DAYS), row["day"] + timedelta(days=1))
    place = frozenset({row["slice_name"]})
    match row["slice_kind"]:
        case "country":
            return replace(chosen, span=span, countries=place)
        case "platform":
            return replace(chosen, span=span, platforms=place)
        case _:
            return replace(chosen, span=span)
