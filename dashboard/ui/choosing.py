"""Choosing of many in a form: one by one, and nothing that was not meant."""

from typing import Literal, TypedDict


class _Choosing(TypedDict):
    filter_mode: Literal["prefix"]
    select_all: Literal[False]
    wrap: Literal[True]


ONE_BY_ONE: _Choosing = {"filter_mode": "prefix", "select_all": False, "wrap": True}
"""How a list is searched where a wrong choice cuts people off: by how a name begins.

Otherwise the key Enter would take everything that resembles what was typed. Everything that was
chosen is seen.
"""
