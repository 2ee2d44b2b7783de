"""The countries of the world: codes, short English name and region; and names of some parts."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FACTS = Path(__file__).with_name("countries.csv")
_PARTS = Path(__file__).with_name("subdivisions.csv")
UNKNOWN_CODE = "ZZ"


@dataclass(frozen=True, slots=True)
class Country:
    """One country: ISO 3166-1 alpha-2 and alpha-3 codes, short name, region after UN M49."""

    alpha_2: str
    alpha_3: str
    name: str
    region: str


@cache
def countries() -> dict[str, Country]:
    """Every country by its alpha-2 code, in the order of names; read once."""
    with _FACTS.open(encoding="utf-8", newline="") as file:
        listed = [Country(**row) for row in csv.DictReader(file)]
    return {country.alpha_2: country for country in sorted(listed, key=lambda c: c.name)}


def country_name(code: str) -> str:
    """The short name of a country; "unknown" for ZZ, and a code nobody has given out as it is."""
    if code == UNKNOWN_CODE:
        return "unknown"
    known = countries().get(code)
    return known.name if known else code


@cache
def _subdivisions() -> dict[str, str]:
    with _PARTS.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def subdivision_name(code: str) -> str:
    """The name of an ISO 3166-2 code in Brazil, India, Indonesia or the US; others as they are."""
    return _subdivisions().get(code, code)


def alpha_3(code: str) -> str | None:
    """The three-letter code that maps are drawn by; None where there is none."""
    known = countries().get(code)
    return known.alpha_3 if known else None
