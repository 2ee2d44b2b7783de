"""What a month would cost otherwise follows from the stated elasticities alone."""

from decimal import Decimal

import pytest

from dashboard.cost.allocation import DRIVERS, UNALLOCATED
from dashboard.cost.what_if import (
    ASSUMPTIONS,
    BASE_AUTOMATION,
    BASE_CACHE_HIT,
    EGRESS_OF_DELIVERY,
    Levers,
    imagined,
)

MONTH = {driver: Decimal(100) for driver in (*DRIVERS, UNALLOCATED)}


def changed(levers: Levers) -> dict[str, float]:
    found = imagined(MONTH, levers)
    return {driver: float(cost) - 100 for driver, cost in found.items() if cost != 100}


def test_with_every_lever_where_it_stands_nothing_changes() -> None:
    assert imagined(MONTH, Levers()) == MONTH


def test_a_tenth_off_the_price_of_egress_moves_delivery_alone() -> None:
    assert changed(Levers(egress_price_change=-0.1)) == pytest.approx(
        {"Content delivery": -10 * EGRESS_OF_DELIVERY}
    )


def test_bitrate_moves_delivery_and_video() -> None:
    found = changed(Levers(bitrate_change=0.1))
    assert set(found) == {"Content delivery", "Video processing"}
    assert min(found.values()) > 0


def test_automation_trades_safety_for_machine_learning() -> None:
    found = changed(Levers(automation_share=BASE_AUTOMATION + 0.05))
    assert found["AI and ML infrastructure"] > 0 > found["Security and compliance"]


def test_caches_that_miss_less_make_delivery_cheaper() -> None:
    assert changed(Levers(cache_hit_share=BASE_CACHE_HIT + 0.04))["Content delivery"] < 0


def test_no_cost_falls_below_zero_and_every_elasticity_is_stated() -> None:
    extreme = Levers(-0.5, -0.5, 0.99, 0.99)
    assert min(imagined(MONTH, extreme).values()) >= 0
    assert len(ASSUMPTIONS) == 3
