"""What was read before: frames remembered by question, data version, choice and reach.

A frame is handed out as it is, to everyone, so nobody changes one in place. Streamlit's own memory
would pickle it, and a frame that pickles holds Python's lock while it waits for Polars' threads.
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Lock
from typing import Generic, TypeAlias, TypeVar

import polars as pl
import streamlit as st

from dashboard.access.reader import Reach
from dashboard.slices import Slice
from dashboard.warehouse.engine import Warehouse

Read: TypeAlias = Callable[[Warehouse, Slice, Reach], pl.DataFrame]
"""A named question of a subject's room; its name and room are part of what is remembered."""

Question: TypeAlias = tuple[str, ...]
"""A read in letters, with all that its answer depends on."""

_MOST_FRAMES = 1024
_MOST_LAST_GOOD = 512
_ANY_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)

Answer = TypeVar("Answer")


class Memory(Generic[Answer]):
    """Answers by question; the one that nobody asked for longest makes room for a new one."""

    def __init__(self, most: int) -> None:
        """Remember at most so many answers."""
        self._most = most
        self._lock = Lock()
        self._answers: OrderedDict[Question, Future[Answer]] = OrderedDict()

    def holds(self, question: Question) -> bool:
        """Whether the answer is there already."""
        answer = self._answers.get(question)
        return answer is not None and answer.done()

    def answer(self, question: Question, ask: Callable[[], Answer]) -> Answer:
        """The answer remembered, else the one of ``ask``; who asks at the same time waits for it.

        A failure is not remembered.
        """
        with self._lock:
            known = self._answers.get(question)
            answer = known or self._answers.setdefault(question, Future())
            self._answers.move_to_end(question)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        if known is None:
            self._ask(question, answer, ask)
        return answer.result()

    def _ask(self, question: Question, answer: Future[Answer], ask: Callable[[], Answer]) -> None:
        try:
            answer.set_result(ask())
        # Whatever ended it, those who wait must not wait for ever.
        except BaseException as failure:
            with self._lock:
                self._answers.pop(question, None)
            answer.set_exception(failure)
            raise


@dataclass(frozen=True, slots=True)
class Reading:
    """What a read answered, and when (an aware UTC instant of this machine)."""

    frame: pl.DataFrame
    read_at: datetime


class LastGood(Generic[Answer]):
    """The last answer to each question, whatever the version; the oldest makes room."""

    def __init__(self, most: int) -> None:
        """Keep at most so many answers."""
        self._most = most
        self._lock = Lock()
        self._answers: OrderedDict[Question, tuple[int, Answer]] = OrderedDict()

    def keep(self, question: Question, answer: Answer, *, version: int) -> None:
        """Keep an answer of a version in the place of the one before."""
        with self._lock:
            self._answers[question] = (version, answer)
            self._answers.move_to_end(question)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)

    def of(self, question: Question, *, version: int) -> Answer | None:
        """The last answer to a question, or None; what came after the version is not shown."""
        kept_version, answer = self._answers.get(question, (0, None))
        return answer if kept_version <= version else None


def remembered(
    read: Read, warehouse: Warehouse, folder: str, *, chosen: Slice, reach: Reach
) -> Reading:
    """What a read answers, kept until newer answers need the room."""

    def ask() -> Reading:
        reading = Reading(read(warehouse, chosen, reach), datetime.now(UTC))
        lasting = in_any_version(read, warehouse, folder, chosen=chosen, reach=reach)
        last_good().keep(lasting, reading, version=warehouse.version)
        return reading

    question = asked(read, warehouse, folder, chosen=chosen, reach=reach)
    return memory().answer(question, ask)


def asked(
    read: Read, warehouse: Warehouse, folder: str, *, chosen: Slice, reach: Reach
) -> Question:
    """The question that a read is for this version, choice and reach."""
    return (
        f"{read.__module__}.{read.__qualname__}",
        folder,
        warehouse.fingerprint,
        spelled(chosen),
        spelled_set(reach.countries),
    )


def in_any_version(
    read: Read, warehouse: Warehouse, folder: str, *, chosen: Slice, reach: Reach
) -> Question:
    """The same question of this version or an earlier one.

    Who looks from now looks from the now of either; every other choice is the very same.
    """
    return (
        f"{read.__module__}.{read.__qualname__}",
        folder,
        looked_from(warehouse, chosen.as_of),
        spelled(replace(chosen, as_of=_ANY_INSTANT)),
        spelled_set(reach.countries),
    )


def looked_from(warehouse: Warehouse, as_of: datetime) -> str:
    """The instant looked from in letters, the same for the now of every version."""
    return "now" if as_of >= warehouse.now else as_of.isoformat()


def spelled(chosen: Slice) -> str:
    """A choice in letters: equal for equal choices, different for different ones."""
    parts = (
        chosen.span.since.isoformat(),
        chosen.span.until.isoformat(),
        chosen.as_of.isoformat(),
        spelled_set(chosen.countries),
        spelled_set(chosen.platforms),
        chosen.comparison.value,
        chosen.grain.value,
    )
    return "|".join(parts)


@st.cache_resource(show_spinner=False)
def memory() -> Memory[Reading]:
    """The memory of this process, which 'Clear cache' empties."""
    return Memory(_MOST_FRAMES)


@st.cache_resource(show_spinner=False)
def last_good() -> LastGood[Reading]:
    """What stands in while a server is silent, which 'Clear cache' empties too."""
    return LastGood(_MOST_LAST_GOOD)


def spelled_set(members: frozenset[str] | None) -> str:
    """A set in letters, ``None`` being all there is."""
    return "all" if members is None else repr(sorted(members))
