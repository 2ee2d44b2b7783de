"""What every test would make anew and find the same: made once for each process of a run."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from fastapi._compat import v2
from pydantic import ConfigDict, TypeAdapter
from streamlit.components.v2 import manifest_scanner


@contextmanager
def making_once() -> Iterator[None]:
    """Inside it, three things are read once.

    A client reads the certificates of the world when it is made (35 ms), though every server of the
    tests is spoken to without. An application reads 350 fields (80 ms), two thirds of them the same
    problem, and no other application reads others. A page that is opened in a test looks through
    every package installed for components (300 ms), as a server does when it starts.
    """
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ssl, "create_default_context", cache(ssl.create_default_context))
        patched.setattr(v2, "TypeAdapter", _Readers().reader)
        patched.setattr(
            manifest_scanner,
            "scan_component_manifests",
            cache(manifest_scanner.scan_component_manifests),
        )
        yield


class _Readers:
    """Pydantic's readers of fields, by everything that is written about a field."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], TypeAdapter[object]] = {}

    def reader(self, field: object, *, config: ConfigDict | None) -> TypeAdapter[object]:
        """The reader of a field, which is made when it is asked for first."""
        key = repr(field), repr(config)
        if key not in self._made:
            self._made[key] = TypeAdapter(field, config=config)
        return self._made[key]
