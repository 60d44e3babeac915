"""Render the fixes that findings offer, for reports that carry their edits."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from hive_guardian.adapters.fix_pool import Order, render_in_parallel
from hive_guardian.autofix.rules import ConfiguredRules
from hive_guardian.config.names import resolve_names
from hive_guardian.engine.request import Request
from hive_guardian.model.edit import suggest
from hive_guardian.model.finding import Finding

_FILES_PER_CHILD = 24
"""A child loads libcst first, which takes as long as rendering the fixes of some ten files."""


def render_offers(given: Request, offers: Mapping[str, Sequence[Finding]]) -> dict[str, list[Finding]]:
    """Return path -> the findings with the edits of their fixes; a fix that its rule refuses becomes advice.

    Args:
        given: what the run was asked to do.
        offers: path -> findings whose fix is an offer; a path that cannot be read is left out.
    """
    resolved = resolve_names(given.config_set, given.catalogue.facts)
    rules = ConfiguredRules(lambda: given.catalogue.registry, resolved, given.tree, given.today)
    answers = render_in_parallel(rules.workshop, _orders(given, offers), _children(given.jobs, len(offers)))
    return {
        path: [
            replace(finding, fix=answer.fix or suggest(finding.fix.title if finding.fix else ""))
            for finding, answer in zip(offers[path], found, strict=True)
        ]
        for path, found in answers
    }


def _orders(given: Request, offers: Mapping[str, Sequence[Finding]]) -> Iterator[Order]:
    for path, findings in offers.items():
        with suppress(OSError):
            yield path, given.tree.read(path), findings


def _children(jobs: int, files: int) -> int:
    return max(1, min(jobs, files // _FILES_PER_CHILD))
