"""Lines of a bill go to drivers and systems by the file of rules, and amounts split to the cent."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.cost.allocation import (
    AMOUNT,
    DRIVERS,
    UNALLOCATED,
    parsed_rules,
    rules,
    split,
)

amounts = st.decimals(-(10**9), 10**9, places=12)
LINE = {"service_provider_name": "cloud", "service_category": "Other", "service_name": "thing",
        "sub_account_id": None, "tags": None}  # fmt: skip


def lines(*changes: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [LINE | change for change in changes], schema=dict.fromkeys(LINE, pl.String)
    )


def drivers(*changes: dict[str, str]) -> list[str]:
    return rules().allocated(lines(*changes))["driver"].to_list()


@given(amounts, st.lists(st.integers(0, 10**15), min_size=1, max_size=40))
def test_the_parts_of_an_amount_add_up_to_it_exactly(amount: Decimal, weights: list[int]) -> None:
    parts = split(amount, weights)
    if not sum(weights):
        assert parts is None
        return
    assert parts is not None
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) <= Decimal("1e-11")


@given(st.lists(st.tuples(st.sampled_from(["Networking", "Media", "Other"]), amounts), min_size=1))
def test_drivers_add_up_to_the_bill_whatever_the_lines(bill: list[tuple[str, Decimal]]) -> None:
    costs = pl.Series("cost_usd", [cost for _, cost in bill], dtype=AMOUNT)
    named = lines(*({"service_category": category} for category, _ in bill))
    rows = rules().allocated(named.with_columns(costs))
    sums = rows.group_by("driver").agg(pl.col("cost_usd").sum())["cost_usd"].to_list()
    assert sum(sums) == sum(cost for _, cost in bill)


def test_each_category_goes_to_its_driver_and_what_none_holds_for_stands_as_such() -> None:
    categories = ("Networking", "AI and Machine Learning", "Media", "Compute", "Security", "Other")
    found = drivers(*({"service_category": category} for category in categories))
    assert found == [*DRIVERS, UNALLOCATED]


def test_a_service_named_in_an_earlier_rule_beats_its_category() -> None:
    assert drivers({"service_category": "Storage", "service_name": "Amazon CloudFront"}) == [
        "Content delivery"
    ]


@pytest.mark.parametrize("tags", [None, "", "team=video", "[1]", '{"team": "sales"}'])
def test_without_a_known_tag_a_line_is_of_no_system(tags: str | None) -> None:
    frame = rules().allocated(pl.DataFrame([LINE | {"tags": tags}]))
    assert frame["system"].to_list() == [UNALLOCATED]


def test_a_tag_names_the_system() -> None:
    frame = rules().allocated(lines({"tags": '{"team": "video", "x": "y"}'}))
    assert frame["system"].to_list() == ["Transcoding and storage"]


def test_another_provider_needs_rules_and_nothing_else() -> None:
    stated = parsed_rules(
        """
        [[driver]]
        name = "Content delivery"
        providers = ["Edge Company"]
        service_names = ["Pipes", "More Pipes"]
        [[system]]
        name = "Edge delivery"
        sub_accounts = ["77"]
        [country_split]
        """
    )
    ours = {
        "service_provider_name": "Edge Company",
        "service_name": "Pipes",
        "sub_account_id": "77",
    }
    frame = stated.allocated(lines(ours, ours | {"service_provider_name": "Other Company"}))
    assert frame["driver"].to_list() == ["Content delivery", UNALLOCATED]
    assert frame["system"].to_list() == ["Edge delivery", "Edge delivery"]


def test_a_rule_that_would_take_every_line_is_refused() -> None:
    with pytest.raises(ValueError, match="'Compute' names nothing that must hold"):
        parsed_rules('system = []\n[country_split]\n[[driver]]\nname = "Compute"')


def test_every_driver_is_split_by_something_that_is_counted() -> None:
    counted = {"watch_seconds", "views", "uploads", "sessions", "person_days"}
    assert set(rules().country_split) == set(DRIVERS)
    assert set(rules().country_split.values()) <= counted
    assert {rule.name for rule in rules().drivers} == set(DRIVERS)
