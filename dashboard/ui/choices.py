"""What a reader may choose from: named spans, comparisons, and the keys they have in the URL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dashboard.charts.marks import Mark, MarkKind
from dashboard.slices import Comparison, Span

VIEW = "view"
"""The open view of a page, by its name in the URL; a page without views has none."""
CUSTOM = "Custom dates"
USUAL = "Last 90 days"
COMPARISONS = {
    Comparison.PREVIOUS: "Previous span",
    Comparison.YEAR_BEFORE: "Year before",
}
_PRESETS = {USUAL: 90, "Last 28 days": 28, "Last 7 days": 7, "Last 365 days": 365}
_ALL = "All time"
_BEFORE_INCIDENT = timedelta(days=30)
_AFTER_INCIDENT = timedelta(days=60)


class Key(StrEnum):
    """The filters by their names in the URL."""

    SPAN = "span"
    DATES = "dates"
    COMPARE = "compare"
    COUNTRIES = "country"
    PLATFORMS = "platform"
    AS_OF = "as_of"
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days there is anything to say about: ``known`` is half-open, marks lie in it."""

    known: Span
    marks: Sequence[Mark] = ()

    def spans(self) -> dict[str, Span]:
        """Every named span by its label, in the order they are offered, cut to what is known."""
        until = self.known.until
        presets = {name: Span(until - timedelta(days=n), until) for name, n in _PRESETS.items()}
        phases = self._labelled(MarkKind.PHASE, "Phase")
        incidents = self._labelled(MarkKind.INCIDENT, "Incident")
        named = {
            **presets,
            _ALL: self.known,
            **{label: Span(m.since, m.until or until) for label, m in phases.items()},
            **{label: _around(m) for label, m in incidents.items()},
        }
        return {label: self._cut(span) for label, span in named.items()}

    def chosen(self, label: str, dates: Sequence[date]) -> Span:
        """The span of a label; for custom dates the days from the first to the last of them.

        While no dates are given, custom dates are the usual span.
        """
        if label == CUSTOM and dates:
            return self._cut(Span(dates[0], dates[-1] + timedelta(days=1)))
        spans = self.spans()
        return spans.get(label, spans[USUAL])

    def _labelled(self, kind: MarkKind, word: str) -> dict[str, Mark]:
        of_kind = [mark for mark in self.marks if mark.kind is kind]
        titles = [mark.title for mark in of_kind]
        return {
            f"{word}: {mark.title}"
            + (f" ({mark.since})" if titles.count(mark.title) > 1 else ""): mark
            for mark in of_kind
        }

    def _cut(self, span: Span) -> Span:
        since = min(max(span.since, self.known.since), self.known.until)
        return Span(since, max(since, min(span.until, self.known.until)))


def _around(incident: Mark) -> Span:
    ended = incident.until or incident.since
    return Span(incident.since - _BEFORE_INCIDENT, ended + _AFTER_INCIDENT)
