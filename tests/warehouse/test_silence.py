"""A silent server is asked less often, and a question that takes too long makes way for others."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.errors import ReadTooLong, WarehouseError, WarehouseSilent
from dashboard.warehouse.silence import Silence

BEGAN = datetime(2024, 1, 1, 9, tzinfo=UTC)


class _Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.passed = 100.0

    def seconds(self) -> float:
        return self.passed

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self.passed - 100)


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def silence(clock: _Clock) -> Silence:
    return Silence(seconds=clock.seconds, now=clock.now)


def test_the_trouble_is_dated_from_the_first_failure_until_an_answer(
    silence: Silence, clock: _Clock
) -> None:
    _fail(silence)
    clock.passed += 300
    _fail(silence)
    assert silence.trouble is not None
    assert (silence.trouble.what, silence.trouble.since) == ("It does not answer.", BEGAN)
    clock.passed += 300
    _answer(silence)
    assert silence.trouble is None


def test_reads_fail_at_once_for_some_seconds_and_longer_each_time(
    silence: Silence, clock: _Clock
) -> None:
    pauses = []
    for _ in range(6):
        _fail(silence)
        began = clock.passed
        while not _may_ask(silence):
            clock.passed += 1
        pauses.append(clock.passed - began)
    assert pauses == [4, 8, 16, 32, 60, 60]


def test_reads_under_way_together_count_as_one_failure(silence: Silence, clock: _Clock) -> None:
    with pytest.raises(WarehouseSilent), silence.reading(1), silence.reading(2):
        raise WarehouseSilent("It does not answer.")
    clock.passed += 4
    assert _may_ask(silence)


def test_a_server_that_was_down_is_read_at_its_first_answer(
    silence: Silence, clock: _Clock
) -> None:
    _fail(silence)
    with pytest.raises(WarehouseSilent), silence.looking():
        raise WarehouseSilent("It does not answer.")
    assert not _may_ask(silence)
    with silence.looking():
        clock.passed += 0.1
    assert silence.trouble is None
    assert _may_ask(silence)


def test_a_server_that_answers_looks_and_no_reads_is_not_read_before_the_pause_is_over(
    silence: Silence, clock: _Clock
) -> None:
    _fail(silence)
    with silence.looking():
        clock.passed += 1
    assert not _may_ask(silence)
    clock.passed += 3
    with silence.looking():
        clock.passed += 0
    assert silence.trouble is None


def test_a_question_that_took_too_long_waits_a_minute_while_others_are_asked(
    silence: Silence, clock: _Clock
) -> None:
    with pytest.raises(ReadTooLong), silence.reading(7):
        raise ReadTooLong("It took too long.")
    clock.passed += 4
    with pytest.raises(ReadTooLong, match="shorter span"), silence.reading(7):
        pytest.fail("it was asked again")
    assert _may_ask(silence, question=8)
    clock.passed += 56
    assert _may_ask(silence, question=7)


def test_a_failure_that_is_an_answer_is_no_silence(silence: Silence) -> None:
    with pytest.raises(WarehouseError), silence.reading(1):
        raise WarehouseError("too many rows")
    assert silence.trouble is None


def _fail(silence: Silence) -> None:
    with pytest.raises(WarehouseSilent), silence.reading(1):
        raise WarehouseSilent("It does not answer.")


def _answer(silence: Silence) -> None:
    with silence.reading(1):
        pass


def _may_ask(silence: Silence, question: int = 1) -> bool:
    """Whether a read would be put to the server; it is not answered."""
    try:
        with silence.reading(question):
            raise _NotAsked
    except _NotAsked:
        return True
    except WarehouseSilent:
        return False


class _NotAsked(Exception):
    """The read got through, and nothing was asked."""
