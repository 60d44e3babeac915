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
        may_be_generated: whether a "generated, do not edit" comment in its head changes its role.
    """

    path: str
    role: Role
    overlays: frozenset[Overlay]
    module: str
    component: "Component | None"
    may_be_generated: bool = False
