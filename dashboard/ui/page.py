"""A page that is open: who reads it, what they chose, and how to ask the warehouse."""

from dataclasses import dataclass

import streamlit as st

from dashboard.access.permissions import Permission
from dashboard.access.reader import Reader
from dashboard.charts.drawing import Look
from dashboard.charts.marks import Mark, drawn, in_scope
from dashboard.charts.theme import DARK, LIGHT
from dashboard.errors import OutsideReach
from dashboard.settings import read_settings
from dashboard.slices import Slice
from dashboard.ui.filters import current_choice
from dashboard.ui.freshness import desk_heading, page_heading
from dashboard.ui.identity import reader
from dashboard.ui.memory import (
    Read,
    Reading,
    asked,
    in_any_version,
    last_good,
    memory,
    remembered,
)
from dashboard.warehouse.engine import Warehouse
from dashboard.warehouse.opening import open_warehouse


@dataclass(frozen=True, slots=True)
class Page:
    """One open page.

    ``happened`` is everything that happened up to the as-of instant; ``look`` has the part of it
    that the page's drawings show.
    """

    reader: Reader
    warehouse: Warehouse
    folder: str
    chosen: Slice
    happened: tuple[Mark, ...]
    look: Look

    @property
    def life(self) -> Look:
        """How drawings over all that was known look: with everything that happened here."""
        concerned = (mark for mark in self.happened if mark.concerns(self.chosen.countries))
        return Look(self.look.palette, drawn(sorted(concerned, key=lambda m: (m.since, m.key))))

    def ask(self, read: Read) -> Reading:
        """What a read answers for this choice and this reader, remembered."""
        return remembered(
            read, self.warehouse, self.folder, chosen=self.chosen, reach=self.reader.reach
        )

    def remembers(self, read: Read) -> bool:
        """Whether that answer is there already."""
        question = asked(
            read, self.warehouse, self.folder, chosen=self.chosen, reach=self.reader.reach
        )
        return memory().holds(question)

    def last_good(self, read: Read) -> Reading | None:
        """What it last answered to the same question, over this version or an earlier one."""
        question = in_any_version(
            read, self.warehouse, self.folder, chosen=self.chosen, reach=self.reader.reach
        )
        return last_good().of(question, version=self.warehouse.version)


@dataclass(frozen=True, slots=True)
class Desk:
    """One open page of operations, where people act: who is at it, and over which warehouse."""

    reader: Reader
    warehouse: Warehouse
    folder: str


def open_desk(title: str, permission: Permission) -> Desk:
    """Open a page of operations and head it; raises OutsideReach without the permission."""
    who = _let_in(title, permission)
    desk_heading(title)
    place = read_settings().warehouse
    return Desk(who, open_warehouse(place), str(place))


def open_page(title: str, permission: Permission) -> Page:
    """Open a page for its reader and head it; raises OutsideReach without the permission."""
    who = _let_in(title, permission)
    choice = current_choice()
    page_heading(title, choice)
    marks = in_scope(choice.marks, choice.chosen.span, choice.chosen.countries)
    look = Look(DARK if st.context.theme.type == "dark" else LIGHT, drawn(marks))
    return Page(who, choice.warehouse, choice.folder, choice.chosen, choice.marks, look)


def _let_in(title: str, permission: Permission) -> Reader:
    who = reader()
    if permission not in who.permissions:
        raise OutsideReach(f"Your roles do not open {title}. An administrator can give you one.")
    return who
