"""A control plane in the story, whose clock a test moves."""

from dataclasses import replace

import pytest

from dashboard.backend.plane import ControlPlane
from tests.backend.changes.story import BEGUN, moved


@pytest.fixture
def story(demo_plane: ControlPlane) -> ControlPlane:
    """A control plane whose clock stands at the morning of 1 September 2020 until it is moved."""
    wall = demo_plane.wall()
    plane = replace(demo_plane, wall=lambda: wall)
    moved(plane, to=BEGUN)
    return plane
