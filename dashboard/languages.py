"""The languages of the world: ISO 639 codes and their English names."""

import csv
from functools import cache
from pathlib import Path

_NAMES = Path(__file__).with_name("languages.csv")


@cache
def _names() -> dict[str, str]:
    with _NAMES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def language_name(code: str) -> str:
    """The name of a language, as pt or pt-BR is written; a code that is not known as it is."""
    main, _, region = code.partition("-")
    name = _names().get(main.lower())
    if name is None:
        return code
    return f"{name} ({region})" if region else name
