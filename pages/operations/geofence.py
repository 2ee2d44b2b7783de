"""Geofence: which orders there are, what is in force where, and how far the edge follows."""

from dashboard.access.permissions import Permission
from dashboard.ui.geofence import draft_button, history_panel, register_panel
from dashboard.ui.geofence_edge import edge_panel
from dashboard.ui.geofence_in_force import elsewhere_note, in_force_panel
from dashboard.ui.geofence_jobs import jobs_panel
from dashboard.ui.geofence_summary import summary_panel
from dashboard.ui.page import open_desk

desk = open_desk("Geofence", Permission.GEOFENCE_READ)

summary_panel(desk)
elsewhere_note(desk)
draft_button(desk)
register_panel(desk)
in_force_panel(desk)
jobs_panel(desk)
edge_panel(desk)
history_panel(desk)
