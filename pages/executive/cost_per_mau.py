"""Cost per MAU: what the platform costs, for whom, why it changed, and what comes next."""

from dataclasses import replace

import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.cost import anomaly_figures, figures, outlook_figures, reads
from dashboard.ui.bills import bar_panel, lines_panel, scope_note, what_if_panel
from dashboard.ui.cards import headline_cards
from dashboard.ui.page import open_page
from dashboard.ui.panels import NARROWEST_PX, panel, table_panel
from dashboard.ui.views import views

BILL, CHARGES = "cost/month_effective_cost", "cost/month_cost_by_charge"
USE, MONEY = "cost/month_use_by_country", "cost/month_revenue_by_stream"
DAYS, LINES, PERIODS = "cost/day_cost_by_charge", "cost/bill_lines", "cost/billing_periods"
CLAIMS = "evidence/claims_by_metric"

page = open_page("Cost per MAU", Permission.COST_READ)
year = replace(page, look=page.life)

headline_cards(page, figures.HEADLINES, reads.headline, course=reads.monthly_course)
scope_note(page)

panel(year, "Month by month", reads.monthly_course, figures.cost_per_mau, definition=BILL)

what, where, why, then, record = views("Drivers", "Countries", "Changes", "Outlook", "Record")

if what.open:
    with what:
        bar_panel(year, "By driver", reads.cost_by_driver, figures.drivers, definition=CHARGES)
        panel(page, "Day by day", reads.cost_in_band, anomaly_figures.daily_bands, definition=DAYS)
    with what, st.grid(2, min_column_width=NARROWEST_PX):
        panel(page, "By system", reads.cost_by_system, figures.cost_by_system, definition=CHARGES)
        panel(year, "Commitments", reads.commitments, figures.commitments, definition=CHARGES)
if where.open:
    with where, st.grid(2, min_column_width=NARROWEST_PX):
        panel(page, "Cost", reads.cost_by_country, figures.cost_by_country, definition=USE)
        panel(page, "Contribution", reads.contribution_by_country, figures.margin, definition=MONEY)
    with where:
        panel(page, "Streams", reads.contribution_by_stream, figures.streams, definition=MONEY)
if why.open:
    with why, st.grid(2, min_column_width=NARROWEST_PX):
        panel(page, "Why it moved", reads.change_explained, figures.why, definition=CHARGES)
        panel(page, "One more person", reads.marginal_cost, outlook_figures.slope, definition=BILL)
    with why:
        panel(year, "Unit costs", reads.unit_costs, figures.unit_costs, definition=USE)
if then.open:
    with then, st.grid(2, min_column_width=NARROWEST_PX):
        panel(page, "This month", reads.month_end, outlook_figures.month_end, definition=DAYS)
        panel(page, "Half a year", reads.forecast, outlook_figures.forecast, definition=BILL)
    with then:
        what_if_panel(page, "What if", reads.cost_by_driver)
if record.open:
    with record:
        lines_panel(page, "Lines of the bill", reads.cost_by_driver, definition=LINES)
        table_panel(page, "Claims", reads.claims_beside_bill, definition=CLAIMS)
        table_panel(page, "By phase", reads.unit_costs_by_phase, definition=USE)
        table_panel(page, "Bills", reads.billing_periods, definition=PERIODS)
