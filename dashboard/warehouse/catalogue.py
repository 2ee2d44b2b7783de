"""The catalogue of queries: what their headers say, as the README of their folder."""

from collections.abc import Mapping
from itertools import groupby

from dashboard.warehouse.library import FOLDER, QUERIES, Query, Type

CATALOGUE = FOLDER / "README.md"

_OPENING = """\
# Catalogue of queries

One file answers one question; its path is its name and its header its contract. This page is
written from the headers by `python -m dashboard.warehouse.catalogue`: change them, not it.

Parameters are bound, never formatted. A type with `?` may be unknown. Days of a window ending on
day t are the days s with t - window < s <= t. The relations hold what was known at the as-of
instant, `user_days` only what lies in the scope's countries and on its platforms as well;
`platform_user_days` is the same table without that cut.
"""


def catalogue(queries: Mapping[str, Query]) -> str:
    """The page as Markdown, queries by subject in alphabetical order."""
    by_subject = groupby(queries.values(), key=lambda query: query.subject)
    sections = [_section(subject, list(group)) for subject, group in by_subject]
    return "\n".join([_OPENING, *sections])


def _section(subject: str, queries: list[Query]) -> str:
    return "\n".join([f"## {subject.capitalize()}\n", *(_entry(query) for query in queries)])


def _entry(query: Query) -> str:
    lines = [
        f"### {query.metric}\n",
        f"`{query.name}`: {query.grain}.\n",
        f"- gives {_listed(query.columns)}",
        f"- takes {_listed(query.params) or 'nothing'}",
        f"- reads {', '.join(f'`{relation}`' for relation in query.source)}\n",
    ]
    return "\n".join([*lines, f"{query.note}\n"] if query.note else lines)


def _listed(fields: Mapping[str, Type]) -> str:
    return ", ".join(f"`{name}` {kind}" for name, kind in fields.items())


if __name__ == "__main__":
    CATALOGUE.write_text(catalogue(QUERIES), encoding="utf-8")
