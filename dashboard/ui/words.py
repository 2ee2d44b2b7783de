"""Text of people and data, made safe to stand inside Markdown."""

import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~:$&^])")


def plain(text: str) -> str:
    """The text as it is read, letter by letter: nothing in it is markup, a link or an image."""
    return _MARKDOWN.sub(r"\\\1", text)
