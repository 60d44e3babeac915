"""Manifests that do not say what they should: what they declare is unknown, so the run is incomplete."""

from hive_guardian.config.config_set import ConfigSet
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.project.components import ComponentModel
from hive_guardian.project.manifests.document import ManifestProblem
from hive_guardian.project.manifests.metadata import Metadata


def manifest_errors(components: ComponentModel, config_set: ConfigSet) -> list[RunError]:
    """Return an error for each manifest of a component that is malformed, at its first bad line.

    A `setup.py` that does not parse is a finding of GR00, and one under `exclude` is nobody's business.

    Args:
        components: the component model; samples below `docs` and `examples` are none.
        config_set: says what is excluded.
    """
    first: dict[str, ManifestProblem] = {}
    for component in (components.root, *components.components):
        for problem in _problems(components.metadata[component.directory]):
            if not config_set.is_excluded(problem.path):
                first.setdefault(problem.path, problem)
    return [
        RunError(ErrorKind.MANIFEST, f"{path}:{one.line} {one.message}; what it declares is not known", path)
        for path, one in sorted(first.items())
    ]


def _problems(metadata: Metadata) -> list[ManifestProblem]:
    """Return what is wrong with the declarative manifests, ordered by path and line."""
    own = metadata.pyproject.problems if metadata.pyproject else ()
    return sorted({*own, *(problem for problem in metadata.unreadable if not problem.path.endswith(".py"))})
