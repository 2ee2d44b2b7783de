"""People: who there is, what they hold, and the acts that the register itself takes."""

from dashboard.access.permissions import Permission
from dashboard.ui.page import open_desk
from dashboard.ui.people import register_panel

desk = open_desk("People", Permission.PEOPLE_READ)

register_panel(desk.reader)
