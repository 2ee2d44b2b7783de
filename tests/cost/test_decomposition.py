"""A change of cost comes from people, units per person and prices, and the three add up to it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dashboard.cost.decomposition import Charge, Effects, effects, total

costs = st.decimals(-(10**8), 10**8, places=12)
quantities = st.floats(0, 1e12, allow_subnormal=False)
charges = st.builds(Charge, costs, quantities)
crowds = st.floats(0, 2e9, allow_subnormal=False)


@given(st.lists(st.tuples(charges, charges), max_size=8), crowds, crowds)
def test_effects_add_up_to_the_change_exactly(
    pairs: list[tuple[Charge, Charge]], before: float, now: float
) -> None:
    found = total(effects(old, new, (before, now)) for old, new in pairs)
    change = sum((new.cost_usd - old.cost_usd for old, new in pairs), Decimal(0))
    parts = found.people + found.units_per_person + found.unit_price + found.unmetered
    assert parts == change


def test_more_people_alone_explain_a_bill_that_grew_with_them() -> None:
    found = effects(Charge(Decimal(100), 50.0), Charge(Decimal(120), 60.0), (10.0, 12.0))
    assert found == Effects(Decimal(20), Decimal(0), Decimal(0), Decimal(0))


def test_more_units_for_the_same_people_are_units_per_person() -> None:
    found = effects(Charge(Decimal(100), 50.0), Charge(Decimal(120), 60.0), (10.0, 10.0))
    assert found == Effects(Decimal(0), Decimal(20), Decimal(0), Decimal(0))


def test_the_same_units_at_another_price_are_price() -> None:
    found = effects(Charge(Decimal(100), 50.0), Charge(Decimal(90), 50.0), (10.0, 10.0))
    assert found == Effects(Decimal(0), Decimal(0), Decimal(-10), Decimal(0))


def test_no_order_of_the_factors_is_preferred() -> None:
    """Each of three factors that doubled together has a third of the change."""
    found = effects(Charge(Decimal(1), 1.0), Charge(Decimal(8), 4.0), (1.0, 2.0))
    thirds = (found.people, found.units_per_person, found.unit_price)
    assert all(abs(part - Decimal(7) / 3) < Decimal("1e-11") for part in thirds)


def test_what_has_no_units_in_both_months_stands_apart() -> None:
    assert effects(Charge(Decimal(0), 0.0), Charge(Decimal(5), 1.0), (1.0, 1.0)).unmetered == 5
    assert effects(Charge(Decimal(3), 1.0), Charge(Decimal(5), 1.0), (0.0, 1.0)).unmetered == 2


def test_gigabytes_that_became_bytes_are_not_taken_for_a_fall_in_price() -> None:
    assert effects(Charge(Decimal(3), 1.0), Charge(Decimal(5), 1e9), (1.0, 1.0)).unmetered == 2
