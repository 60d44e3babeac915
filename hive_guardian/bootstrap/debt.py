"""Put the debt ledger together: one run, the lines' dates from git, and CODEOWNERS."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from hive_guardian.adapters.disk import relative_paths
from hive_guardian.adapters.git.blame import line_dates
from hive_guardian.adapters.git.command import git_directory
from hive_guardian.bootstrap.checking import Checked, CheckRequest, check
from hive_guardian.config.selection import ALL
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.engine.debt import NOBODY, Debt, DebtLedger, find_excesses, select_debts, with_dates
from hive_guardian.engine.debt_collection import DebtSources, collect_debts
from hive_guardian.engine.request import StatTree
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import RunError
from hive_guardian.project.codeowners import LOCATIONS, CodeOwners, parse_codeowners

_LEVEL = "INFO"
"""An exception from a rule is debt whatever level the project checks day by day, so all rules run."""
_SHOWN_PROBLEMS = 5


@frozen
class DebtWish:
    """What a caller wants to see.

    Attributes:
        check: what to look at; its level does not count.
        owners: only what is theirs; empty for all.
        rules: only what is about these rules, by id or name; empty for all.
    """

    check: CheckRequest
    owners: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


@frozen
class DebtOutcome:
    """The ledger, and what kept the run from being complete: then figures may be too low."""

    ledger: DebtLedger
    errors: tuple[RunError, ...]


def take_stock(wish: DebtWish) -> DebtOutcome:
    """Collect the debt of a project; budgets are judged before anything is filtered out.

    Raises:
        UsageError: arguments, configuration or baseline are wrong, or a rule is unknown.
    """
    said = replace(wish.check.command_line, level=_LEVEL)
    checked = check(replace(wish.check, command_line=said))
    outcome, report = checked.outcome, checked.outcome.report
    if outcome.accounts is None:
        raise UsageError("this run kept no accounts of exceptions")
    rules = [code for name in wish.rules for code in _codes(checked, name)]
    sources = DebtSources(
        accounts=outcome.accounts,
        use=outcome.use,
        ids=checked.catalogue.aliases,
        groups=_groups(checked.catalogue),
        ran=frozenset(info.code for info in report.rules),
        paths=checked.tree.paths(),
        read=checked.tree.read,
    )
    targets = relative_paths(checked.root, wish.check.paths or (".",))
    debts: list[Debt] = [debt for debt in collect_debts(sources) if _lies_in(debt.path, targets)]
    debts, notes = _with_dates(debts, checked.root)
    owners = _code_owners(checked.tree)
    debts = [replace(debt, owners=owners.owners(debt.path) or (NOBODY,)) for debt in debts]
    config = outcome.accounts.config_set.root
    ledger = DebtLedger(
        version=report.version,
        today=wish.check.today,
        debts=tuple(select_debts(debts, owners=wish.owners, rules=rules)),
        excesses=tuple(find_excesses(debts, config.debt, config.origins)),
        budget=config.debt,
        notes=(*notes, *_owner_notes(owners)),
    )
    return DebtOutcome(ledger, report.errors)


def _codes(checked: Checked, name: str) -> frozenset[str]:
    """Return the ids a person's word for a rule stands for."""
    found = checked.catalogue.aliases.get(name.lower())
    if not found:
        from hive_guardian.model.spelling import nearest  # only a mistake needs it

        raise UsageError(f"--rule {name}: there is no such rule{nearest(name, checked.catalogue.aliases)}")
    return found


def _groups(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return tag or `ALL` -> the ids of its rules."""
    found: dict[str, set[str]] = {}
    for rule in catalogue.facts:
        for name in (*rule.tags, ALL):
            found.setdefault(name, set()).add(rule.code)
    return {name: frozenset(codes) for name, codes in found.items()}


def _lies_in(path: str, targets: Sequence[str]) -> bool:
    return any(not target or path == target or path.startswith(f"{target}/") for target in targets)


def _with_dates(debts: Iterable[Debt], root: Path) -> tuple[list[Debt], list[str]]:
    """Return debts with the day their lines were written, and why some have none."""
    lines: dict[str, set[int]] = {}
    for debt in debts:
        if debt.since is None and debt.origin.line:
            lines.setdefault(debt.origin.source, set()).add(debt.origin.line)
    dated = with_dates(debts, line_dates(root, lines) if lines else {})
    unknown = sum(debt.since is None for debt in dated)
    if not unknown:
        return dated, []
    is_tracked = git_directory(root) is not None
    why = "not committed yet" if is_tracked else "this is not a git repository"
    return dated, [f"the age of {unknown:,} is unknown: {why}"]


def _code_owners(tree: StatTree) -> CodeOwners:
    """Return the owners that the first CODEOWNERS file names; one that cannot be read names nobody."""
    for path in LOCATIONS:
        if tree.exists(path):
            try:
                return parse_codeowners(path, tree.read(path))
            except OSError:
                continue
    return CodeOwners()


def _owner_notes(owners: CodeOwners) -> list[str]:
    if not owners.path:
        return ["there is no CODEOWNERS file, so nobody owns anything"]
    notes = [f"{owners.path}:{one.line}: {one.message}" for one in owners.problems[:_SHOWN_PROBLEMS]]
    others = len(owners.problems) - len(notes)
    return [*notes, f"{owners.path}: {others:,} more lines are ignored"] if others > 0 else notes
