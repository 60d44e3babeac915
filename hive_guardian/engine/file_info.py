"""Where a file belongs: what a run knows about it before it is read."""

from typing import TYPE_CHECKING

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.role import Overlay, Role

if TYPE_CHECKING:
    from hive_guardian.project.components import Component


@frozen
class FileInfo:
    """Where a file belongs.

    Attributes:
        path: root-relative POSIX path.
        role: primary role.
        overlays: further properties.
        module: dotted module name, empty when it cannot be imported.
        component: the component that owns it.
        roles_by_head: the roles that its head can give it instead.
    """

    path: str
    role: Role
    overlays: frozenset[Overlay]
    module: str
    component: "Component | None"
    roles_by_head: frozenset[Role] = frozenset()
