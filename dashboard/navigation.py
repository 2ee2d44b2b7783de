"""Every screen once: where it stands in the menu, its address and who may open it."""

from dataclasses import dataclass

from dashboard.access.permissions import Permission


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. ``file`` is relative to the product's folder, ``url_path`` has no slashes."""

    file: str
    title: str
    icon: str
    section: str
    url_path: str
    permission: Permission
    is_default: bool = False


OPERATIONS = "Operations"
"""The section where people act; its pages show no figures to filter."""

PAGES: tuple[Screen, ...] = (
    Screen(
        file="pages/executive/overview.py",
        title="Overview",
        icon=":material/dashboard:",
        section="Executive",
        url_path="overview",
        permission=Permission.OVERVIEW_READ,
        is_default=True,
    ),
    Screen(
        file="pages/executive/growth.py",
        title="Growth",
        icon=":material/trending_up:",
        section="Executive",
        url_path="growth",
        permission=Permission.GROWTH_READ,
    ),
    Screen(
        file="pages/executive/cost_per_mau.py",
        title="Cost per MAU",
        icon=":material/payments:",
        section="Executive",
        url_path="cost_per_mau",
        permission=Permission.COST_READ,
    ),
    Screen(
        file="pages/executive/content_velocity.py",
        title="Content velocity",
        icon=":material/video_library:",
        section="Executive",
        url_path="content_velocity",
        permission=Permission.VELOCITY_READ,
    ),
    Screen(
        file="pages/operations/changes.py",
        title="Changes",
        icon=":material/rule:",
        section=OPERATIONS,
        url_path="changes",
        permission=Permission.CHANGES_READ,
    ),
    Screen(
        file="pages/operations/people.py",
        title="People",
        icon=":material/group:",
        section=OPERATIONS,
        url_path="people",
        permission=Permission.PEOPLE_READ,
    ),
    Screen(
        file="pages/operations/geofence.py",
        title="Geofence",
        icon=":material/public_off:",
        section=OPERATIONS,
        url_path="geofence",
        permission=Permission.GEOFENCE_READ,
    ),
    Screen(
        file="pages/operations/status.py",
        title="Status",
        icon=":material/monitor_heart:",
        section=OPERATIONS,
        url_path="status",
        permission=Permission.STATUS_READ,
    ),
    Screen(
        file="pages/operations/audit.py",
        title="Audit",
        icon=":material/fact_check:",
        section=OPERATIONS,
        url_path="audit",
        permission=Permission.AUDIT_READ_GRANTS,
    ),
)

_OF_CONTENT = frozenset({"uploads", "active_creators", "upload_queue"})
_CONTENT = "content_velocity"
_GROWTH = "growth"


def page_of(metric: str) -> Screen:
    """The screen where a metric's surprise is looked into: content's own, else Growth."""
    screens = {screen.url_path: screen for screen in PAGES}
    wanted = _CONTENT if metric in _OF_CONTENT else _GROWTH
    return screens.get(wanted, screens[_GROWTH])
