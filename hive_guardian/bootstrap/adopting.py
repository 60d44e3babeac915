"""Put `init` together: look at a project, propose settings, try them, and write the files."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from pathlib import Path

import hive_guardian
from hive_guardian.adapters.disk import DiskTree, find_root
from hive_guardian.adapters.overlay import OverlayTree
from hive_guardian.adapters.project_files import read_project_file, write_project_files
from hive_guardian.adoption.detection import Detected, detect
from hive_guardian.adoption.import_linter import read_import_linter
from hive_guardian.adoption.layout_proposal import as_layout, propose_layout
from hive_guardian.adoption.plan import (
    Change,
    Part,
    Plan,
    Read,
    plan_hook,
    plan_settings,
    plan_workflow,
    present_settings,
    settings_file,
)
from hive_guardian.adoption.proposal import Proposal, propose
from hive_guardian.adoption.settings_text import add_settings
from hive_guardian.adoption.source import read_source
from hive_guardian.adoption.trial import Ground, circle_defaults, import_defaults
from hive_guardian.bootstrap.needs import project_catalogue
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.load import load
from hive_guardian.engine.cache import NoCache
from hive_guardian.engine.context import ProjectFacts
from hive_guardian.engine.request import Request, StatTree
from hive_guardian.engine.run import run
from hive_guardian.engine.survey import survey
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import Report
from hive_guardian.model.role import Role
from hive_guardian.project.contract_check import Occasion
from hive_guardian.project.python_floors import root_python_floor
from hive_guardian.project.versions import PythonMinor

LEVEL = "ERROR"


@frozen
class AdoptionRequest:
    """What a caller wants set up.

    Attributes:
        path: a file or directory of the project.
        today: date of the run.
        parts: what may be written.
        source: git repository to install this program from, see `read_source`; empty for the package index.
        progress: told (done, total) in files to analyse.
    """

    path: Path
    today: date
    parts: Collection[Part] = tuple(Part)
    source: str = ""
    progress: Callable[[int, int], None] = lambda _done, _total: None


@frozen
class Adoption:
    """What would be written, and what a check says then.

    Attributes:
        root: the project root.
        found: what the project is like.
        plan: the files, and what to tell a person.
        report: the result of a check with the planned settings.
    """

    root: Path
    found: Detected
    plan: Plan
    report: Report

    def write(self) -> None:
        """Write the files of the plan.

        Raises:
            UsageError: one of them cannot be written, or has changed since it was read.
        """
        write_project_files(self.root, ((one.path, one.before, one.after) for one in self.plan.changes))


def prepare_adoption(request: AdoptionRequest) -> Adoption:
    """Look at a project and plan what to write; writes nothing.

    Raises:
        UsageError: the path does not exist, a file that has to be edited is malformed, or the settings the project
            has already are wrong.
    """
    root = find_root(request.path)
    source = read_source(hive_guardian.__version__, request.source)
    tree = DiskTree(root)

    def read(path: str) -> bytes | None:
        return read_project_file(root, path)

    present = present_settings(read)  # a file that is no TOML ends here, with its line
    found, proposal, minor = _propose(request, root, tree, read, present or {})
    plans: list[Plan] = []
    if Part.SETTINGS in request.parts:
        plans.append(plan_settings(read, proposal.settings))
    if Part.HOOK in request.parts:
        plans.append(plan_hook(read, source))
    if Part.WORKFLOW in request.parts:
        plans.append(plan_workflow(read, tree.paths(), found, source, minor))
    changes = tuple(change for plan in plans for change in plan.changes)
    notes = proposal.notes if Part.SETTINGS in request.parts else ()
    plan = Plan(changes, (*notes, *(note for one in plans for note in one.notes)))
    return Adoption(root, found, plan, _try(request, root, tree, changes))


def _propose(
    request: AdoptionRequest, root: Path, tree: DiskTree, read: Read, present: Mapping[str, object]
) -> tuple[Detected, Proposal, PythonMinor | None]:
    """Detect, propose a layout, and propose contracts for the project as that layout divides it."""
    project = _survey(request, root, tree)
    found = detect(tree, project.components)
    floor = root_python_floor(project.components)
    layout = propose_layout(found, project.files)
    if "layout" in present:
        layout = as_layout(present["layout"])
    elif layout:
        path = settings_file(read)
        laid_out = add_settings(path, read(path) or b"", {"layout": layout})
        project = _survey(request, root, OverlayTree(tree, {path: laid_out}))
        found = detect(tree, project.components)
    occasion = Occasion(request.today, lambda path: _is_test(project, path), import_defaults(present))
    ground = Ground(project.elements, occasion, circle_defaults(present))
    proposal = propose(ground, level=LEVEL, layout=layout, foreign=read_import_linter(tree), present=present.keys())
    return found, proposal, floor.minor if floor else None


def _is_test(project: ProjectFacts, path: str) -> bool:
    file = project.files.get(path)
    return file is not None and file.role is Role.TEST


def _survey(request: AdoptionRequest, root: Path, tree: StatTree) -> ProjectFacts:
    return survey(_engine_request(request, root, tree)).project


def _try(request: AdoptionRequest, root: Path, tree: DiskTree, changes: Iterable[Change]) -> Report:
    """Check the project as it would be, so that what is written is known to work."""
    return run(_engine_request(request, root, OverlayTree(tree, {one.path: one.after for one in changes}))).report


def _engine_request(request: AdoptionRequest, root: Path, tree: StatTree) -> Request:
    """Ask the engine about the whole project, without its own rules and without a cache: nothing may be left behind."""
    said, cache = CommandLine(), NoCache()
    catalogue = project_catalogue(tree, root, said, cache, load=False)
    config_set = load(tree, today=request.today, command_line=said, presets=catalogue.presets)
    jobs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Request(
        tree, config_set, catalogue, cache, ("",), request.today, hive_guardian.__version__, jobs,
        progress=request.progress,
    )  # fmt: skip
