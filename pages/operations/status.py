"""Status: whether everything that the figures and the changes rest on is there and up to date."""

from dashboard.access.permissions import Permission
from dashboard.ui.page import open_desk
from dashboard.ui.status import clock_panel, control_panel, warehouse_panel
from dashboard.ui.stop_tokens import stop_tokens_panel

desk = open_desk("Status", Permission.STATUS_READ)

control_panel(desk)
clock_panel(desk)
warehouse_panel(desk)
if Permission.STOP in desk.reader.permissions:
    stop_tokens_panel()
