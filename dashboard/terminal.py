"""How far a command is, drawn on the terminal it was started from."""

import shutil
import sys
from typing import TextIO

_BAR_CELLS = 28


class ProgressBar:
    """A bar with a sentence: redrawn in its line on a terminal, a line per tenth in a log."""

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        """Draw on ``stream``."""
        self._stream = stream
        self._tenths_logged = -1

    def __call__(self, share_done: float, sentence: str) -> None:
        """Show the share done, 0 to 1, and what is being done; at 1 the line is ended."""
        if self._stream.isatty():
            self._redraw(share_done, sentence)
        elif int(share_done * 10) > self._tenths_logged:
            self._tenths_logged = int(share_done * 10)
            self._stream.write(f"{share_done:4.0%} {sentence}\n")
        self._stream.flush()

    def _redraw(self, share_done: float, sentence: str) -> None:
        full = round(share_done * _BAR_CELLS)
        bar = "█" * full + "░" * (_BAR_CELLS - full)
        columns = shutil.get_terminal_size().columns
        line = f"{bar} {share_done:4.0%} {sentence}"[: columns - 1]
        end = "\n" if share_done >= 1 else ""
        # The rest of an earlier, longer sentence is wiped out with the line's end.
        self._stream.write(f"\r{line}\x1b[K{end}")
