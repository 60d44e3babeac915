"""What one rule costs on a project, beside a bare parse of the same files."""

import ast
import time
from collections.abc import Callable, Mapping
from functools import partial

from hive_guardian.engine.analysis import Redirects, analyse
from hive_guardian.engine.plan import Plan, build_plan
from hive_guardian.engine.pool import collector_paused
from hive_guardian.engine.project_stage import check_project
from hive_guardian.engine.request import Request
from hive_guardian.engine.state import Clock, open_state
from hive_guardian.engine.work import Work
from hive_guardian.model.frozen_class import frozen

_NS = 1e9


@frozen
class Cost:
    """CPU seconds, each the sum over the files of their fastest round.

    Attributes:
        files: how many were measured.
        size: their bytes.
        parse: a bare `ast.parse`.
        rule: what the rule adds to the analysis of the files, shared facilities that it alone asks for included.
        project: its work on the facts of all files, 0 for a rule over single files.
    """

    files: int
    size: int
    parse: float
    rule: float
    project: float


def measure(request: Request, code: str, rounds: int) -> Cost:
    """Measure one rule; parse, analysis without and analysis with it take turns file by file.

    Args:
        request: its configuration selects the rule; the cache is not used.
        code: id of the rule.
        rounds: how often each file is analysed.

    Raises:
        UsageError: configuration or contracts are wrong.
    """
    state = open_state(request, Clock())
    work = state.work()
    contents = {path: request.tree.read(path) for path in sorted(state.found.wanted)}
    with collector_paused():
        parse, without, with_rule = _measure_files(work, contents, code, rounds)
    rules = [rule for rule in work.analyser.project_rules() if rule.code == code]
    project = 0.0
    if rules:
        work.refresh()
        facts, collected = work.survey()
        project = _fastest(lambda: check_project(rules, facts, collected), rounds)
    size = sum(map(len, contents.values()))
    return Cost(len(contents), size, parse, max(with_rule - without, 0.0), project)


def _measure_files(work: Work, contents: Mapping[str, bytes], code: str, rounds: int) -> tuple[float, float, float]:
    """Return the seconds of the bare parse, of the analysis without rules and of that with the one rule."""
    empty = build_plan([])
    alone: dict[int, Plan] = {}
    parse = without = with_rule = 0.0
    for path, data in contents.items():
        info = work.infos[path]
        full = work.analyser.plan(info)
        plan = alone.get(id(full))
        if plan is None:
            rules = [rule for rule in full.rules if rule.code == code]
            plan = alone[id(full)] = build_plan(rules, [rule for rule in full.collectors if rule.code == code])
        parse += _fastest(partial(_parse, data), rounds)
        without += _fastest(partial(analyse, data, "", info, empty, Redirects()), rounds)
        with_rule += _fastest(partial(analyse, data, "", info, plan, Redirects()), rounds)
    return parse, without, with_rule


def _parse(data: bytes) -> None:
    """Parse a file; one that does not parse costs as much as it takes to find out."""
    try:
        ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return


def _fastest(work: Callable[[], object], rounds: int) -> float:
    """Return the CPU seconds of the fastest of some calls."""
    best = 0
    for number in range(rounds):
        started = time.thread_time_ns()
        work()
        spent = time.thread_time_ns() - started
        best = spent if not number else min(best, spent)
    return best / _NS
