"""The facts of a project without its findings: what the import graph is drawn from."""

from typing import TYPE_CHECKING

from hive_guardian.engine.cache import CorruptCacheError
from hive_guardian.engine.request import Request
from hive_guardian.engine.state import NOT_CHECKED, Clock, closed_errors, open_state
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import ErrorKind, RunError

if TYPE_CHECKING:
    from hive_guardian.engine.context import ProjectFacts


@frozen
class Survey:
    """What is known about a project before any project rule looks at it.

    Attributes:
        project: facts of all files, the import graph among them.
        wanted: paths of the Python files that were asked for.
        errors: the files and directories that could not be read or analysed, ordered by path.
        notes: what a person should know about cache and configuration.
    """

    project: "ProjectFacts"
    wanted: frozenset[str]
    errors: tuple[RunError, ...]
    notes: tuple[str, ...]


def survey(request: Request) -> Survey:
    """Collect the facts of a project; like a run it analyses only what changed, and remembers it.

    Raises:
        UsageError: configuration or contracts are wrong.
    """
    try:
        return _survey(request)
    except CorruptCacheError as error:
        request.cache.discard(str(error))
        return _survey(request)


def _survey(request: Request) -> Survey:
    state = open_state(request, Clock())
    project = state.survey()
    errors = {*(error for error in state.failed if error.kind in NOT_CHECKED), *closed_errors(state.found)}
    for path in project.incomplete - {error.path for error in errors}:
        errors.add(RunError(ErrorKind.UNREADABLE, "does not parse, so nothing is known about it", path))
    return Survey(
        project,
        state.found.wanted,
        tuple(sorted(errors, key=lambda error: (error.path, error.message))),
        (*request.cache.notes, *request.catalogue.notes, *state.config_set.notes),
    )
