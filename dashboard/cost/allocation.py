"""Allocation: which driver and which system each line of a bill is for, by rules in a file."""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypeAlias

import polars as pl

_APART, _UNKNOWN = "\x1f", "\x1e"
UNALLOCATED = "Not allocated"
DRIVERS = (
    "Content delivery", "AI and ML infrastructure", "Video processing", "Compute",
    "Security and compliance",
)  # fmt: skip
"""The five things that cost money, in the order they are shown in."""
AMOUNT: pl.DataType = pl.Decimal(38, 12)
SMALLEST = Decimal(1).scaleb(-12)
"""The smallest part of a dollar that an amount is kept in."""
_RULES = Path(__file__).with_name("allocation.toml")
_ATTRIBUTES = (
    "service_provider_name", "service_category", "service_name", "sub_account_id", "tags",
)  # fmt: skip

Attributes: TypeAlias = tuple[str, str, str, str | None, str | None]
"""What rules look at: provider, service category, service name, sub-account and tags."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a list: the name it gives, and what must hold of a line for it."""

    name: str
    providers: frozenset[str] = frozenset()
    service_categories: frozenset[str] = frozenset()
    service_names: frozenset[str] = frozenset()
    sub_accounts: frozenset[str] = frozenset()
    tags: Mapping[str, str] = field(default_factory=dict)

    def holds(self, line: Attributes) -> bool:
        """Whether all that the rule names holds of a line."""
        provider, category, service, account, tags = line
        named = (
            (self.providers, provider),
            (self.service_categories, category),
            (self.service_names, service),
            (self.sub_accounts, account),
        )
        if any(wanted and value not in wanted for wanted, value in named):
            return False
        if not self.tags:
            return True
        known = _tags(tags or "")
        return all(known.get(key) == value for key, value in self.tags.items())


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules: drivers and systems in the order they are tried, and what splits by country."""

    drivers: tuple[Rule, ...]
    systems: tuple[Rule, ...]
    country_split: Mapping[str, str]

    def allocated(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Lines of a bill, or groups of them, with their ``driver`` and ``system``."""
        kinds: list[Attributes] = list(
            zip(*(lines[name].to_list() for name in _ATTRIBUTES), strict=True)
        )
        drivers = {kind: _first(self.drivers, kind) for kind in set(kinds)}
        systems = {kind: _first(self.systems, kind) for kind in drivers}
        return lines.with_columns(
            driver=pl.Series([drivers[kind] for kind in kinds], dtype=pl.String),
            system=pl.Series([systems[kind] for kind in kinds], dtype=pl.String),
        )


def kinds_of(lines: pl.DataFrame) -> list[str]:
    """The kinds of charge among these lines, or groups of them, as queries call them, each once."""
    kinds = lines.select(_ATTRIBUTES).unique().sort(_ATTRIBUTES).rows()
    return [_APART.join(_UNKNOWN if part is None else part for part in kind) for kind in kinds]


def parsed_rules(text: str) -> Rules:
    """The rules that a TOML text states; raises ValueError for a rule without any condition."""
    stated = tomllib.loads(text)
    return Rules(
        tuple(_rule(each) for each in stated["driver"]),
        tuple(_rule(each) for each in stated["system"]),
        stated["country_split"],
    )


@cache
def rules() -> Rules:
    """The rules of the product's own file."""
    return parsed_rules(_RULES.read_text(encoding="utf-8"))


def split(total: Decimal, weights: Sequence[int]) -> list[Decimal] | None:
    """An amount in parts as large as their weights, to the smallest part of a dollar.

    The parts add up to the amount exactly: what rounding leaves goes, one by one, to the parts it
    took most from. None where nothing has any weight.
    """
    whole = sum(weights)
    if not whole:
        return None
    count = int(total / SMALLEST)
    parts = [count * weight // whole for weight in weights]
    taken = [count * weight % whole for weight in weights]
    most = sorted(range(len(parts)), key=lambda at: -taken[at])
    for at in most[: count - sum(parts)]:
        parts[at] += 1
    return [part * SMALLEST for part in parts]


def _rule(stated: Mapping[str, object]) -> Rule:
    name, conditions = str(stated["name"]), {k: v for k, v in stated.items() if k != "name"}
    if not conditions:
        raise ValueError(f"The rule for {name!r} names nothing that must hold; it would take all.")
    tags = conditions.pop("tags", {})
    lists = {key: frozenset(map(str, _listed(value))) for key, value in conditions.items()}
    return Rule(name, tags=dict(tags) if isinstance(tags, dict) else {}, **lists)


def _listed(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _first(among: Sequence[Rule], line: Attributes) -> str:
    return next((rule.name for rule in among if rule.holds(line)), UNALLOCATED)


@cache
def _tags(text: str) -> Mapping[str, str]:
    """The keys and values of a line's tags; none where they are not written as JSON has it."""
    try:
        known = json.loads(text)
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in known.items()} if isinstance(known, dict) else {}
