"""Allocation: how a process that may use little memory keeps and returns it."""

import ctypes

import pyarrow as pa

KEEPING = {
    "MALLOC_ARENA_MAX": "2",
    # Arrays of a piece are made and dropped thousands of times: mapping each of them anew, page
    # by page, took a fifth of all time.
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
    "ARROW_DEFAULT_MEMORY_POOL": "mimalloc",
}
"""The environment in which memory is kept for the next array of its size."""


def give_back() -> None:
    """Return what is kept but unused, so that what comes next has room."""
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
