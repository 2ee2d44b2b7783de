"""The countries of the world and their parts: codes, short English names and regions."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pycountry

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
def subdivisions() -> dict[str, str]:
    """Every ISO 3166-2 code with its name, in the order of codes; read once.

    Names are those that each country writes, but English ones for Brazil, India, Indonesia and the
    US, of which codes that were given up since are known too.
    """
    known = {each.code: each.name for each in pycountry.subdivisions}
    with _PARTS.open(encoding="utf-8", newline="") as file:
        known |= {row["code"]: row["name"] for row in csv.DictReader(file)}
    return dict(sorted(known.items()))


def subdivision_name(code: str) -> str:
    """The name of an ISO 3166-2 code; a code nobody has given out as it is."""
    return subdivisions().get(code, code)


def is_country(code: str) -> bool:
    """Whether a code is one of ISO 3166-1 alpha-2."""
    return code in countries()


def is_subdivision(code: str) -> bool:
    """Whether a code is one of ISO 3166-2."""
    return code in subdivisions()


def alpha_3(code: str) -> str | None:
    """The three-letter code that maps are drawn by; None where there is none."""
    known = countries().get(code)
    return known.alpha_3 if known else None
