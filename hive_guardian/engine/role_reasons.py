"""Why a file has its role: for people who ask, not for runs."""

from dataclasses import replace

from hive_guardian.engine.project_stage import ProjectInput, file_infos, role_settings
from hive_guardian.model.errors import UsageError
from hive_guardian.model.role import Overlay
from hive_guardian.project.roles import HEAD, RoleReason, RoleTable


def explain_role(given: ProjectInput, path: str) -> tuple[RoleReason, ...]:
    """Return why a file has its role (first) and its overlays.

    Args:
        given: files and settings of the project.
        path: root-relative file.

    Raises:
        UsageError: the project has no such file.
    """
    if not given.tree.exists(path):
        raise UsageError(f"{path or '.'}: a role belongs to a file, and this is none of the project's")
    infos, components = file_infos(given, [path])
    settings = role_settings(given, components, ())
    table = RoleTable(settings)
    if Overlay.CLI in infos[path].overlays - table.overlays(path):
        table = RoleTable(replace(settings, cli_paths=(path,)))
    return table.explain(path, given.tree.read(path)[:HEAD])
