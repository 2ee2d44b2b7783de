"""Text lines: the lines of a text file one by one, none longer than may be held."""

from collections.abc import Iterator
from typing import BinaryIO

_BYTE_ORDER_MARK = "\ufeff"


class Unreadable(Exception):
    """What is wrong with a line, as the end of a sentence that begins with where it stands."""


class TextLines:
    """The lines of a file of UTF-8, each read when it is asked for."""

    def __init__(self, opened: BinaryIO, longest_bytes: int) -> None:
        """Read from the file's beginning; a longer line is Unreadable."""
        self.number = 0
        self.ending = ""
        self._opened = opened
        self._longest_bytes = longest_bytes

    def __iter__(self) -> Iterator[str]:
        """Each line with its end; ``number`` counts them from 1, ``ending`` is that of the last.

        Raises Unreadable.
        """
        while raw := self._opened.readline(self._longest_bytes + 1):
            self.number += 1
            yield self._text(raw)

    def _text(self, raw: bytes) -> str:
        if len(raw) > self._longest_bytes:
            raise Unreadable(f"is longer than {self._longest_bytes:,} bytes.")
        try:
            text = raw.decode()
        except UnicodeDecodeError as other:
            raise Unreadable("holds bytes that are not UTF-8 text.") from other
        self.ending = text[len(text.rstrip("\r\n")) :]
        return text.removeprefix(_BYTE_ORDER_MARK) if self.number == 1 else text
