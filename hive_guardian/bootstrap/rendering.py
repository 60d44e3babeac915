"""Render the fixes that findings offer, for reports that carry their edits."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from hive_guardian.adapters.fix_process import FixProcess
from hive_guardian.autofix.rules import ConfiguredRules
from hive_guardian.config.names import resolve_names
from hive_guardian.engine.request import Request
from hive_guardian.model.edit import suggest
from hive_guardian.model.finding import Finding


def render_offers(given: Request, offers: Mapping[str, Sequence[Finding]]) -> dict[str, list[Finding]]:
    """Return path -> the findings with the edits of their fixes; a fix that its rule refuses becomes advice.

    Args:
        given: what the run was asked to do.
        offers: path -> findings whose fix is an offer; a path that cannot be read is left out.
    """
    resolved = resolve_names(given.config_set, given.catalogue.facts)
    rules = ConfiguredRules(lambda: given.catalogue.registry, resolved, given.tree, given.today)
    rendered: dict[str, list[Finding]] = {}
    with closing(FixProcess(rules.workshop)) as workshop:
        for path, findings in offers.items():
            try:
                answers = workshop.render(path, given.tree.read(path), findings)
            except OSError:
                continue
            rendered[path] = [
                replace(finding, fix=answer.fix or suggest(finding.fix.title if finding.fix else ""))
                for finding, answer in zip(findings, answers, strict=True)
            ]
    return rendered
