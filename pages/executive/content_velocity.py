"""Content velocity: how much is uploaded, by whom, how fast it gets out, and what it is."""

import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.incidents.reads import expected_uploads
from dashboard.ui.cards import headline_cards
from dashboard.ui.page import open_page
from dashboard.ui.panels import NARROWEST_PX, panel
from dashboard.ui.views import views
from dashboard.velocity import figures, rankings, reads

UPLOADS, PAID = "velocity/day_uploads", "velocity/day_creator_payouts"
PUBLISH, HUNDRED = "velocity/period_time_to_publish", "velocity/period_time_to_100_views"
UNEQUAL, HALF_LIFE = "velocity/span_creators_by_uploads", "velocity/period_video_half_lives"
FLOWS, KEPT = "velocity/window_creators", "velocity/cohort_creators"
SUBJECT, LANGUAGE = "velocity/span_uploads_by_category", "velocity/span_uploads_by_language"
COUNTRY, TAGS = "velocity/span_uploads_by_country", "velocity/day_uploads_by_hashtag"

page = open_page("Content velocity", Permission.VELOCITY_READ)

headline_cards(page, figures.HEADLINES, reads.headline, course=reads.pace)
if page.chosen.platforms:
    st.info("Uploads name no platform. Clear the platforms to see those of all of them.")
    st.stop()
panel(page, "Uploads", expected_uploads, figures.uploads_in_band, definition=UPLOADS)

who, fast, what, worth = views("Who creates", "How fast", "What is made", "What it is worth")

if who.open:
    with who:
        panel(page, "Who began, came back and stopped", reads.creators, figures.flows,
              definition=FLOWS)  # fmt: skip
        panel(page, "By cohort", reads.creator_retention, figures.cohorts, definition=KEPT)
    with who, st.grid(2, min_column_width=NARROWEST_PX):
        panel(page, "Creators kept", reads.creator_retention_curve, figures.kept, definition=KEPT)
        panel(page, "The largest", reads.concentration, rankings.concentration, definition=UNEQUAL)

if fast.open:
    with fast:
        panel(page, "Time to publish", reads.time_to_publish, figures.publishing,
              definition=PUBLISH)  # fmt: skip
        panel(page, "Still waiting", reads.time_to_publish, figures.waiting, definition=PUBLISH)
        panel(page, "First 100 views", reads.time_to_100_views, figures.hundred, definition=HUNDRED)
        panel(page, "Half-life of a video", reads.half_life, figures.half_lives,
              definition=HALF_LIFE)  # fmt: skip

if what.open:
    with what, st.grid(2, min_column_width=NARROWEST_PX):
        panel(page, "Rising", reads.rising, rankings.rising, definition=TAGS)
        panel(page, "Subjects", reads.uploads_by_category, rankings.categories, definition=SUBJECT)
        panel(page, "Languages", reads.uploads_by_language, rankings.languages, definition=LANGUAGE)
        panel(page, "Countries", reads.uploads_by_country, rankings.countries, definition=COUNTRY)

if worth.open:
    with worth:
        panel(page, "By the head", reads.pace, figures.by_the_head, definition=UNEQUAL)
        panel(page, "Supply against demand", reads.supply_and_demand, figures.supply,
              definition=UPLOADS)  # fmt: skip
        panel(page, "Payouts beside creators", reads.payouts, figures.paid, definition=PAID)
