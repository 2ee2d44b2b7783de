"""Turns come in the order they were asked for, and never twice at once."""

import threading
from collections import Counter

import pytest

from dashboard.backend.turns import Turns
from dashboard.errors import DatabaseBusy
from tests.conditions import comes_true


def test_everyone_gets_as_many_turns_as_the_next() -> None:
    turns, taken, done = Turns(), Counter[int](), threading.Event()

    def work(who: int) -> None:
        while not done.is_set():
            with turns.one(patience_seconds=10):
                taken[who] += 1
                if sum(taken.values()) >= 4_000:
                    done.set()

    workers = [threading.Thread(target=work, args=(who,)) for who in range(16)]
    with turns.one(patience_seconds=1):
        for worker in workers:
            worker.start()
        comes_true(lambda: len(turns.waiting) == 16)
    for worker in workers:
        worker.join()
    assert min(taken[who] for who in range(16)) >= 0.5 * max(taken.values())


def test_those_who_wait_are_served_in_the_order_they_came() -> None:
    turns, served = Turns(), list[int]()

    def work(who: int) -> None:
        with turns.one(patience_seconds=10):
            served.append(who)

    workers = []
    with turns.one(patience_seconds=1):
        for who in range(8):
            workers.append(threading.Thread(target=work, args=(who,)))
            workers[-1].start()
            comes_true(lambda count=who + 1: len(turns.waiting) == count)
    for worker in workers:
        worker.join()
    assert served == list(range(8))


def test_who_runs_out_of_patience_is_told_and_holds_nobody_up() -> None:
    turns = Turns()
    impatient = turns.one(patience_seconds=0.01)
    with turns.one(patience_seconds=1), pytest.raises(DatabaseBusy, match="again"), impatient:
        pytest.fail("two hold it at once")
    with turns.one(patience_seconds=0.01):
        assert not turns.waiting


def test_a_failure_inside_passes_the_turn_on() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.one(patience_seconds=1):
        raise ZeroDivisionError
    with turns.one(patience_seconds=0.01):
        assert not turns.waiting
