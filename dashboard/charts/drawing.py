"""A drawing: a figure, and the words that stand in for it where it cannot be seen."""

from dataclasses import dataclass

from dashboard.charts.marks import Mark
from dashboard.charts.numbers import Unit
from dashboard.charts.theme import Figure, Palette, Role


@dataclass(frozen=True, slots=True)
class Look:
    """What every drawing of a page shares: its colours, and the marks in scope."""

    palette: Palette
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure, the sentence that says what it shows, and what more there is to hear about it.

    Both texts are made from the figure's own data; together they are its description.
    """

    figure: Figure
    takeaway: str
    more: str = ""

    @property
    def description(self) -> str:
        """The drawing in words, for those who do not see it."""
        return f"{self.takeaway} {self.more}".strip()


@dataclass(frozen=True, slots=True)
class Measure:
    """One column of a frame, as it is drawn: what it is called and which colour it has.

    ``sign`` is -1 for people who are taken away; ``hatched`` sets it apart from its neighbour.
    """

    column: str
    label: str
    role: Role
    unit: Unit = Unit.PEOPLE
    sign: int = 1
    hatched: bool = False


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure of a card: the metric's name in its read, its label, unit and definition.

    ``table`` is the one whose rows are counted; a figure that ``is_better_low`` shows a fall as a
    gain.
    ``sampled`` names what of a figure of the bill is counted, since the bill itself is whole.
    """

    metric: str
    label: str
    unit: Unit
    definition: str
    table: str = "user_days"
    is_better_low: bool = False
    sampled: str = ""
