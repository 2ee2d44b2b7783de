"""Ahead: the next item of a stream is made in a thread while the one before is worked on."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")


def ahead(items: Iterable[_Item]) -> Iterator[_Item]:
    """The items in order, at most one of them made before it is asked for."""
    stream = iter(items)

    def some() -> list[_Item]:
        return list(islice(stream, 1))

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(some)
        while ready := coming.result():
            coming = pool.submit(some)
            yield from ready
