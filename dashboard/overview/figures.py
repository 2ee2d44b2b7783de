"""The Overview drawn: its cards, and the platform's life on one line."""

import polars as pl

from dashboard.charts import descriptions as words
from dashboard.charts.columns import has_any
from dashboard.charts.drawing import Drawing, Headline, Look, Measure
from dashboard.charts.lines import lines_over_time
from dashboard.charts.numbers import Unit, plural
from dashboard.charts.stones import with_stones
from dashboard.charts.theme import Role

_MAU = Measure("mau_28", "MAU", Role.FIRST)

HEADLINES: tuple[Headline, ...] = (
    Headline("mau_28", "MAU, 28 days", Unit.PEOPLE, "growth/window_active_people"),
    Headline("reachable_mau", "Reachable MAU", Unit.PEOPLE, "incidents/applied_changes"),
    Headline(
        "cost_per_mau_usd", "Cost per MAU, month", Unit.USD, "cost/month_effective_cost",
        is_better_low=True, sampled="people",
    ),
    Headline(
        "uploads_a_day", "Uploads a day", Unit.VIDEOS, "velocity/day_uploads", table="uploads"
    ),
    Headline("views_a_day", "Views a day", Unit.VIEWS, "growth/daily_activity"),
)  # fmt: skip
SCALE: tuple[Headline, ...] = (
    Headline(
        "monthly_cost_usd", "Cost a month", Unit.USD, "cost/month_effective_cost",
        is_better_low=True,
    ),
    Headline("countries", "Countries", Unit.COUNT, "scale/named_figures"),
    Headline("languages", "Languages", Unit.COUNT, "scale/named_figures"),
    Headline("downloads", "Downloads", Unit.COUNT, "scale/named_figures"),
    Headline("creator_payouts_usd", "Creator payouts", Unit.USD, "scale/named_figures"),
    Headline("engineers", "Engineers", Unit.PEOPLE, "scale/headcount_by_team"),
    Headline("bandwidth_bytes_a_day", "Bandwidth a day", Unit.BYTES, "scale/named_figures"),
)  # fmt: skip


def timeline(frame: pl.DataFrame, look: Look) -> Drawing | None:
    """MAU over the platform's life, with its phases, incidents and milestones."""
    months = frame.filter(pl.col("kind") == "people")
    if not has_any(months, "mau_28"):
        return None
    stones = frame.filter(pl.col("kind") != "people")
    figure = lines_over_time(months, [_MAU], marks=look.marks, palette=look.palette)
    return Drawing(
        with_stones(figure, stones, marks=look.marks, palette=look.palette),
        _takeaway(months),
        words.in_words(
            f"{plural(stones.height, 'milestone', 'milestones')} along its foot.",
            words.happenings(look.marks),
        ),
    )


def _takeaway(months: pl.DataFrame) -> str:
    return words.latest(months, _MAU)
