"""Growth: how many people are active, who came, who left, and where."""

import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.growth import figures, places, reads
from dashboard.ui.cards import headline_cards
from dashboard.ui.page import open_page
from dashboard.ui.panels import NARROWEST_PX, panel
from dashboard.ui.places import country_panel, subdivision_panel
from dashboard.ui.views import views

PEOPLE, FLOWS = "growth/window_active_people", "growth/window_people_accounting"
COUNTRIES, PLATFORMS = "growth/window_people_by_country", "growth/window_people_by_platform"
PARTS = "growth/window_people_by_subdivision"
RETENTION, HABIT = "growth/cohort_retention", "growth/window_people_by_days_active"

page = open_page("Growth", Permission.GROWTH_READ)

headline_cards(page, figures.HEADLINES, reads.headline, course=reads.active_people,
               reachable=reads.reachable_people)  # fmt: skip

panel(page, "Active people", reads.active_people, figures.active_people, definition=PEOPLE)

why, where, who = views("Why it moved", "Where people are", "Who stays")

if why.open:
    with why, st.grid(2, min_column_width=NARROWEST_PX):
        panel(page, "MAU, step by step", reads.mau_waterfall, figures.mau_waterfall,
              definition=FLOWS)  # fmt: skip
        panel(page, "Which countries explain the change", reads.people_by_country,
              places.country_contributions, definition=COUNTRIES)  # fmt: skip
    with why:
        panel(page, "Who came, who left", reads.mau_changes, figures.mau_changes, definition=FLOWS)

if where.open:
    with where, st.grid(2, min_column_width=NARROWEST_PX):
        panel(page, "On the map", reads.people_by_country, places.country_map,
              definition=COUNTRIES)  # fmt: skip
        panel(page, "Platforms", reads.people_by_platform, places.platforms, definition=PLATFORMS)
    with where:
        country_panel(page, reads.people_by_country, definition=COUNTRIES)
        if page.chosen.countries:
            subdivision_panel(page, reads.people_by_subdivision, places.subdivisions,
                              definition=PARTS)  # fmt: skip

if who.open:
    with who:
        panel(page, "Retention by cohort", reads.retention, figures.retention,
              definition=RETENTION)  # fmt: skip
    with who, st.grid(2, min_column_width=NARROWEST_PX):
        panel(page, "Retention over all cohorts", reads.retention_curve, figures.retention_curve,
              definition=RETENTION)  # fmt: skip
        panel(page, "Days active in a month", reads.days_active, figures.days_active,
              definition=HABIT)  # fmt: skip
