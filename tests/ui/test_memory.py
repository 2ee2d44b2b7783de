"""What was read before is not read again, and a failure is never what is remembered."""

from threading import Event, Thread

import pytest

from dashboard.ui.memory import Memory

_SOON_SECONDS = 10


def _refuse() -> int:
    raise OSError("the disk is gone")


def test_a_question_is_asked_once() -> None:
    memory: Memory[int] = Memory(2)
    assert not memory.holds(("a",))
    assert memory.answer(("a",), lambda: 1) == 1
    assert memory.holds(("a",))
    assert memory.answer(("a",), _refuse) == 1


def test_the_question_nobody_asked_for_longest_makes_room() -> None:
    memory: Memory[int] = Memory(2)
    for name in ("a", "b", "a", "c"):
        memory.answer((name,), lambda: 1)
    assert [memory.holds((name,)) for name in "abc"] == [True, False, True]


def test_a_failure_reaches_who_asked_and_is_asked_again() -> None:
    memory: Memory[int] = Memory(2)
    with pytest.raises(OSError, match="the disk is gone"):
        memory.answer(("a",), _refuse)
    assert not memory.holds(("a",))
    assert memory.answer(("a",), lambda: 2) == 2


def test_who_asks_at_the_same_time_waits_for_the_same_answer() -> None:
    memory: Memory[int] = Memory(2)
    asked, let_go = Event(), Event()

    def slowly() -> int:
        asked.set()
        assert let_go.wait(_SOON_SECONDS)
        return 3

    answers: list[int] = []
    first = Thread(target=lambda: answers.append(memory.answer(("a",), slowly)))
    first.start()
    assert asked.wait(_SOON_SECONDS)
    assert not memory.holds(("a",))
    second = Thread(target=lambda: answers.append(memory.answer(("a",), _refuse)))
    second.start()
    let_go.set()
    first.join(_SOON_SECONDS)
    second.join(_SOON_SECONDS)
    assert answers == [3, 3]
