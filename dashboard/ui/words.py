"""Text of people and data, made safe to stand inside Markdown."""

import re

_MADE_INTO_SOMETHING = r"<->|->|<-|--|>=|<=|~=|@|:(?=//|[a-z])|(?<=www)\."
"""Signs that are read once more after Markdown is: arrows, addresses, emails and icons."""
_MARKUP = r"[\\`*_{}\[\]()#+\-.!|<>~:$&^]|^="
_SIGNS = re.compile(f"(?P<apart>{_MADE_INTO_SOMETHING})|{_MARKUP}", re.IGNORECASE | re.MULTILINE)
_INDENT = re.compile(r"(?<=[\r\n])[ \t]+")


def plain(text: str) -> str:
    """The text as it is read, letter by letter: nothing in it is markup, a link or an image."""
    # Four spaces in front of a line would make it code.
    return _SIGNS.sub(_written, _INDENT.sub("", text))


def _written(found: re.Match[str]) -> str:
    """A sign that stands for itself.

    Escaping is no help against what looks for words in the text itself once it is read; such
    signs stand in a span of their own, without colour, so that the words are not found.
    """
    if found["apart"] is None:
        return f"\\{found[0]}"
    return "".join(f":color[\\{sign}]{{}}" for sign in found["apart"])
