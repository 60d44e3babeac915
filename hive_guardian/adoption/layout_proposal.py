"""From the components that are there to the globs that name them: `[tool.hive-guardian.layout]`."""

from collections.abc import Collection, Iterable, Mapping

from hive_guardian.adoption.detection import Detected
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.manifests.document import as_strings, as_table

APPLICATIONS = frozenset({"apps", "app", "applications", "services", "projects", "bin", "deployables"})
LIBRARIES = frozenset({"packages", "libs", "lib", "libraries", "components", "shared", "common", "modules"})
"""What teams call the directory that holds their applications or libraries."""


def propose_layout(found: Detected, files: Iterable[str]) -> dict[str, list[str]]:
    """Return the keys of `layout` that describe a monorepo; empty for a single project.

    Components are what has a manifest, and what lies in a directory that teams use for components, side by side with
    others and outside of any package.

    Args:
        found: the project.
        files: root-relative paths of the Python files.
    """
    directories, packages = _directories(files)
    components = {*found.components, *_conventional(directories, packages, found.components)}
    if not components:
        return {}
    globs = component_globs(components, directories)
    kinds: Mapping[str, frozenset[str]] = {"apps": APPLICATIONS, "libraries": LIBRARIES}
    layout = {"components": globs}
    for key, words in kinds.items():
        chosen = [glob for glob in globs if "/" in glob and glob.split("/")[-2] in words]
        if chosen:
            layout[key] = chosen
    return layout


def as_layout(table: object) -> dict[str, list[str]]:
    """Return the keys of a written `layout` that name components; they have been validated."""
    keys = ("components", "apps", "libraries")
    layout = {key: [text for _, text in as_strings(as_table(table).get(key))] for key in keys}
    named = {key: globs for key, globs in layout.items() if globs}
    if named and "components" not in named:
        named["components"] = [*named.get("apps", ()), *named.get("libraries", ())]
    return named


def component_globs(components: Iterable[str], directories: Iterable[str]) -> list[str]:
    """Return the shortest list of globs that match exactly these components among the directories with Python.

    `apps/*` stands for them when everything with Python in `apps` is one: two at least, unless the name says it all.
    """
    wanted = sorted(components)
    everything = sorted({*directories, *wanted})
    globs: list[str] = []
    for component in wanted:
        if GlobSet(globs).matches(component):
            continue
        parent = component.rpartition("/")[0]
        siblings = [one for one in everything if one.rpartition("/")[0] == parent]
        is_many = len(siblings) > 1 or parent in APPLICATIONS | LIBRARIES
        is_whole = parent and is_many and set(siblings) <= set(wanted)
        globs.append(f"{parent}/*" if is_whole else component)
    return globs


def _conventional(directories: Collection[str], packages: Collection[str], known: Collection[str]) -> list[str]:
    """Return the directories below `apps`, `packages` and the like at the top, if two of them or more hold Python.

    Where some of them have a manifest, those without are something else.
    """
    found: list[str] = []
    for word in sorted(APPLICATIONS | LIBRARIES):
        inside = [one for one in directories if one.rpartition("/")[0] == word]
        if word not in packages and len(inside) > 1 and not any(one in known for one in inside):
            found += inside
    return found


def _directories(files: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the directories that hold Python, directly or below, and those that are packages."""
    found: set[str] = set()
    packages: set[str] = set()
    for path in files:
        directory, _, name = path.rpartition("/")
        if name in {"__init__.py", "__init__.pyi"}:
            packages.add(directory)
        while directory and directory not in found:
            found.add(directory)
            directory = directory.rpartition("/")[0]
    return found, packages
