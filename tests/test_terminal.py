"""The bar that shows how far a command is."""

from io import StringIO

from dashboard.terminal import ProgressBar


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_bar_is_redrawn_in_its_line_and_ended_with_it() -> None:
    terminal = _Terminal()
    bar = ProgressBar(terminal)
    bar(0.5, "Half of it")
    bar(1.0, "All of it")
    first, second = terminal.getvalue().split("\r")[1:]
    assert first.count("█") == first.count("░")
    assert "50% Half of it" in first
    assert "░" not in second
    assert second.endswith("\n")


def test_in_a_log_it_is_a_line_for_each_tenth() -> None:
    log = StringIO()
    bar = ProgressBar(log)
    for hundredth in range(101):
        bar(hundredth / 100, "Going on")
    assert log.getvalue().count("\n") == 11


def test_a_long_sentence_stays_in_its_line() -> None:
    terminal = _Terminal()
    ProgressBar(terminal)(0.1, "word " * 200)
    assert len(terminal.getvalue()) < 200
