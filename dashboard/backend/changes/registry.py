"""The kinds that this control plane knows."""

from dashboard.backend.changes.freeze import FreezeKind
from dashboard.backend.changes.geofence import GeofenceKind
from dashboard.backend.changes.grants import GrantsKind
from dashboard.backend.changes.kind import Kind
from dashboard.control.changes import ChangeKind
from dashboard.errors import ContentRefused

KINDS: dict[ChangeKind, Kind] = {
    kind.name: kind for kind in (GrantsKind(), FreezeKind(), GeofenceKind())
}
"""Each kind by its name; a further one is added here."""


def kind_of(name: ChangeKind) -> Kind:
    """The kind of that name; raises ContentRefused where it is not known yet."""
    found = KINDS.get(name)
    if found is None:
        raise ContentRefused(f"There are no changes of {name.value} here.", field="kind")
    return found
