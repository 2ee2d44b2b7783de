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


PAGES: tuple[Screen, ...] = (
    Screen(
        file="pages/executive/growth.py",
        title="Growth",
        icon=":material/trending_up:",
        section="Executive",
        url_path="growth",
        permission=Permission.GROWTH_READ,
        is_default=True,
    ),
)
