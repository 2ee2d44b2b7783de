"""Audit: what was done and tried, by whom, and whether every row still stands as it was written."""

from dashboard.access.permissions import Permission
from dashboard.ui.audit import chain_panel, rows_panel
from dashboard.ui.page import open_desk

open_desk("Audit", Permission.AUDIT_READ_GRANTS)

chain_panel()
rows_panel()
