"""What the quick run leaves out of a matrix: all but the first of its values."""

from collections.abc import Iterable
from typing import TypeVar

import pytest

Value = TypeVar("Value")


def first_quick(values: Iterable[Value]) -> list[object]:
    """Each of these values for a parametrization, marked as wide but for the first."""
    first, *others = values
    return [first, *(pytest.param(each, marks=pytest.mark.wide) for each in others)]
