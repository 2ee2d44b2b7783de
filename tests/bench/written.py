"""The page of figures: one section for each part, so that a part can be measured again alone."""

from collections.abc import Mapping, Sequence

from tests.bench.figures import Figure, table

_HEADING = "## "
OPENING = """\
# Benchmarks

`make bench` measures all parts, `python -m tests.bench PART --write` one of them again. The figures
of one section are of one run and may be compared with each other; absolute times belong to the
machine. Invented user-days have 150 countries, three platforms and a few travellers
(`tests/bench_data.py`). Server time is measured over a WebSocket from the request for the page to
its last message, with the process warm and the remembered results emptied before each run; sets
once read, the people of a month by country, incident marks and the list of platforms stay with the
open version. Growth is asked over 90 days, and over the sample's ten years. A start is measured
from the command to the first chart in a waiting browser.
"""


def section(about: str, figures: Sequence[Figure], *, machine: str) -> str:
    """What stands under a part's heading: what it is about, where it was measured, its figures."""
    return f"{about} One run, on: {machine}.\n\n{table(figures)}\n"


def with_sections(page: str, measured: Mapping[str, str], order: Sequence[str]) -> str:
    """The page with these sections in the place of those of their names, the others as they were.

    Parts stand in the order given; a section of a part that there is no more is left out.
    """
    _, *held = f"\n{page}".split(f"\n{_HEADING}")
    sections = {name: text for name, _, text in (each.partition("\n\n") for each in held)}
    sections |= measured
    parts = [
        f"{_HEADING}{name}\n\n{sections[name].strip()}\n" for name in order if name in sections
    ]
    return "\n".join([OPENING, *parts])
