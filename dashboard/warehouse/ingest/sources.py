"""Source files: which ones are meant, and which are refused before a byte of them is read."""

import glob
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dashboard.errors import FatalSource, HostileFile


class Format(StrEnum):
    """The forms a source can have."""

    PARQUET = "parquet"
    CSV = "csv"
    JSON_LINES = "json lines"


_FORMATS = {
    ".parquet": Format.PARQUET,
    ".csv": Format.CSV,
    ".jsonl": Format.JSON_LINES,
    ".ndjson": Format.JSON_LINES,
}
SUFFIXES = tuple(_FORMATS)
"""How the name of a source may end."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to take in, with what tells it from another: size and time of change.

    ``name`` is what messages call it: its path below the folder that all files of the load share.
    """

    path: Path
    name: str
    format: Format
    size_bytes: int
    changed_ns: int


def source_files(patterns: Sequence[Path]) -> list[SourceFile]:
    """The files meant, globs in the order of names; raises FatalSource or HostileFile."""
    found = [path for pattern in patterns for path in _expanded(pattern)]
    if not found:
        raise FatalSource(
            f"{', '.join(map(str, patterns)) or 'The source'}: there is no such file."
        )
    paths = list(dict.fromkeys(path.absolute() for path in found))
    shared = Path(os.path.commonpath([path.parent for path in paths]))
    return [_source_file(path, path.relative_to(shared).as_posix()) for path in paths]


def _source_file(path: Path, name: str) -> SourceFile:
    about = path.lstat()
    if stat.S_ISLNK(about.st_mode):
        raise HostileFile(f"{path}: a symbolic link is not followed; name the file itself.")
    if not stat.S_ISREG(about.st_mode):
        raise HostileFile(f"{path}: this is no regular file, so it is not opened.")
    if path.suffix.lower() not in _FORMATS:
        known = ", ".join(_FORMATS)
        raise FatalSource(f"{path}: the name must end in one of {known}.")
    form = _FORMATS[path.suffix.lower()]
    return SourceFile(path, name, form, about.st_size, about.st_mtime_ns)


def _expanded(pattern: Path) -> list[Path]:
    if not glob.has_magic(str(pattern)):
        return [pattern] if pattern.is_symlink() or pattern.exists() else []
    fixed = _fixed_part(pattern)
    if ".." in pattern.parts[len(fixed.parts) :]:
        raise HostileFile(f"{pattern}: a pattern may not step out of {fixed} with '..'.")
    found = sorted(Path(name) for name in glob.glob(str(pattern), recursive=True))  # noqa: PTH207
    for path in found:
        if not path.resolve().is_relative_to(fixed.resolve()):
            raise HostileFile(f"{path}: the pattern leads out of {fixed} through a link.")
    return [path for path in found if not path.is_dir()]


def _fixed_part(pattern: Path) -> Path:
    parts = pattern.parts
    first = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    return Path(*parts[:first])
