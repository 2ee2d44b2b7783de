"""Cost read from the warehouse: what the platform costs, for whom, why, and what comes next.

Each part has a module of its own; this is the list of what can be asked.
"""

from dashboard.cost.anomalies import cost_in_band
from dashboard.cost.contribution import contribution_by_country, contribution_by_stream
from dashboard.cost.drivers import (
    bill_lines,
    change_explained,
    commitments,
    cost_by_country,
    cost_by_driver,
    cost_by_system,
    daily_cost_by_driver,
)
from dashboard.cost.outlook import forecast, marginal_cost, month_end
from dashboard.cost.record import billing_periods, claims_beside_bill
from dashboard.cost.units import (
    cost_per_mau,
    headline,
    monthly_course,
    unit_costs,
    unit_costs_by_phase,
)

__all__ = [
    "bill_lines", "billing_periods", "change_explained", "claims_beside_bill", "commitments",
    "contribution_by_country", "contribution_by_stream", "cost_by_country", "cost_by_driver",
    "cost_by_system", "cost_in_band", "cost_per_mau", "daily_cost_by_driver", "forecast",
    "headline", "marginal_cost", "month_end", "monthly_course", "unit_costs", "unit_costs_by_phase",
]  # fmt: skip
