"""Overview: what moved, where the platform stands, and how it came there."""

from dashboard.access.permissions import Permission
from dashboard.overview import figures, reads
from dashboard.ui.briefing import briefing_panel
from dashboard.ui.cards import headline_cards, scale_cards
from dashboard.ui.clock import timeline_panel
from dashboard.ui.page import open_page
from dashboard.ui.panels import table_panel
from dashboard.ui.views import views

PEOPLE, CLAIMS = "growth/window_active_people", "evidence/claims_by_metric"

page = open_page("Overview", Permission.OVERVIEW_READ)

briefing_panel(page)

headline_cards(page, figures.HEADLINES, reads.headline, course=reads.course)

life, scale, claims = views("Ten years", "Scale", "Claims beside figures")

if life.open:
    with life:
        timeline_panel(page, "The platform's life", definition=PEOPLE)

if scale.open:
    with scale:
        scale_cards(page, figures.SCALE, reads.scale, course=reads.scale_course)

if claims.open:
    with claims:
        table_panel(page, "What others said", reads.claims_beside_sample, definition=CLAIMS)
