"""GR45: exception from policy without reason, date or effect."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import ClassVar

from hive_guardian import (
    Bad,
    Change,
    Check,
    Directive,
    DirectiveProblem,
    Edit,
    Excuse,
    Field,
    Finding,
    Fix,
    FixClass,
    FixContext,
    FixRefusedError,
    Good,
    Ledger,
    LedgerContext,
    LedgerRule,
    Location,
    RuleOptions,
    Safety,
    Severity,
    State,
    offer,
    suggest,
)
from hive_guardian_rules.governance._accepted import Verdict, judge
from hive_guardian_rules.governance._directive_edits import delete_id, rewrite

_WILD = frozenset("*?[{")


class UnaccountedSuppression(LedgerRule):
    """Exception from policy without reason, date or effect.

    What: Directives in comments (`# guardian: allow[GR10] reason until=2027-01-31`, and those of the predecessor),
    overrides, accepted imports, globs that excuse, and entries of the baseline. `malformed`, `unknown-id`, `expired`
    and `blanket` ones suppress nothing, or everything; `no-reason`, `unused`, `duplicate` and `legacy` ones need an
    owner; `growing` accepts more than when it was recorded, which the baseline does; `aged` is older than
    `max-age-days`. Entries of the baseline are reported together by rule.

    Why: An exception without reason, date or effect is a hole nobody owns.

    Not a finding: The text of a directive inside a string or docstring, an id whose rule did not run on that file in
    this run or drew no conclusion, a directive that a project rule needed, comments of other tools (`noqa`, `type:
    ignore`, `nosec`, `pylint:`). Of several ids each is judged by itself. An entry of
    the baseline without a reason: its date says since when it is debt.

    Fix: Delete the unused or repeated id, or the directive when none is left, with its line when nothing else stands
    there; write a legacy directive with the ids it suppressed. Other comments on the line stay.

    When to suppress: Never; it cannot be suppressed.

    Differs: RUF100 = `unused` (codes that are not enabled are not reported here), RUF102 = `unknown-id`.

    Source: golden rules catalogue.
    """

    code, name, title = "GR45", "unaccounted-suppression", "Suppression Hygiene"
    severity = Severity.ERROR
    tags = ("governance",)
    state = State.ALWAYS
    fix = FixClass.SAFE
    checks = (
        Check("malformed", Severity.ERROR, "a directive nobody can read"),
        Check("unknown-id", Severity.ERROR, "a directive for a rule that does not exist"),
        Check("expired", Severity.ERROR, "the last day is over"),
        Check("blanket", Severity.ERROR, "a directive for every rule"),
        Check("no-reason", Severity.WARNING, "nobody said why"),
        Check("unused", Severity.WARNING, "nothing needs it"),
        Check("duplicate", Severity.WARNING, "another one says the same"),
        Check("legacy", Severity.WARNING, "written for the predecessor"),
        Check("growing", Severity.WARNING, "a wildcard accepts more than was recorded"),
        Check("aged", Severity.INFO, "older than agreed"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        require_reason: bool = Field(default=True, description="whether every exception says why")
        min_reason_length: int = Field(default=8, ge=1, description="characters a reason has at least")
        max_age_days: int | None = Field(default=None, ge=1, description="report exceptions older than this")

    options: Options

    @property
    def reads_dates(self) -> bool:
        """Only an age that was agreed upon can be exceeded."""
        return self.options.max_age_days is not None

    def check(self, ctx: LedgerContext) -> Iterator[Finding]:
        """Judge every exception of the ledger."""
        for directive in ctx.ledger.directives:
            yield from self._directive(directive, ctx)
        for excuse in ctx.ledger.excuses:
            yield from self._excuse(excuse, ctx)
        for verdict in judge(ctx.ledger, ctx.settings.today, self.options.max_age_days):
            yield _in_baseline(verdict, ctx)

    def _directive(self, item: Directive, ctx: LedgerContext) -> Iterator[Finding]:
        if item.problem is not DirectiveProblem.NONE:
            yield _at(item, item.problem, item.detail, ctx)
            return
        if self._lacks_reason(item.reason):
            yield _at(item, "no-reason", f"say why, in {self.options.min_reason_length} characters or more", ctx)
        if item.until and date.fromisoformat(item.until) < ctx.settings.today:
            yield _at(item, "expired", f"it was good until {item.until}", ctx, suggest("renew or remove it"))
        else:
            yield from _ids(item, ctx)
        yield from self._age(item, ctx)

    def _age(self, item: Directive, ctx: LedgerContext) -> Iterator[Finding]:
        written = ctx.ledger.written_on.get((item.path, item.line))
        limit = self.options.max_age_days
        if written and limit and ctx.settings.today - written > timedelta(days=limit):
            yield _at(item, "aged", f"written {written}, more than {limit} days ago", ctx)

    def _excuse(self, item: Excuse, ctx: LedgerContext) -> Iterator[Finding]:
        if not item.origin.line:
            return
        if item.needs_reason and self._lacks_reason(item.reason):
            yield _in_configuration(item, "no-reason", "it does not say why", ctx)
        if item.until and item.until < ctx.settings.today:
            yield _in_configuration(item, "expired", f"it was good until {item.until}", ctx)
        elif item.hits == 0:
            yield _in_configuration(item, "unused", "nothing needs it", ctx)
        if item.recorded is not None and (item.hits or 0) > item.recorded and not _WILD.isdisjoint(item.what):
            grown = f"it accepts {item.hits}, {item.recorded} were recorded"
            yield _in_configuration(item, "growing", grown, ctx)

    def _lacks_reason(self, reason: str) -> bool:
        return self.options.require_reason and len(reason.strip()) < self.options.min_reason_length

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Delete an id of a directive, or rewrite the directive."""
        fix = finding.fix
        if fix is None:
            raise FixRefusedError("the finding offers nothing")
        native = fix.detail("native")
        yield from (
            rewrite(finding.location, native) if native else delete_id(finding.location, fix.detail("written"), ctx)
        )

    examples: ClassVar = (
        Bad("# guardian: allow[GR99] nobody knows this one\nx = 1\n", at=[(1, 1)], message="unknown-id: GR99"),
        Bad("# guardian: allow[GR1O] a letter for a digit\nx = 1\n", at=[(1, 1)], message="did you mean GR10"),
        Bad("x = 1  # guardian: allow GR10\n", at=[(1, 8)], message="malformed: write allow[GR10]"),
        Bad(
            "x = 1  # guardian: allow[GR10] because of it until=soon\n", at=[(1, 8)], message="until=soon is not a date"
        ),
        Bad("# guardian: allow[ALL] all of it here\nx = 1\n", at=[(1, 1)], message="blanket"),
        Bad("# guardian: allow everything in this file\nx = 1\n", at=[(1, 1)], message="blanket"),
        Bad("print(1)  # guardian: allow[GR10]\n", at=[(1, 11)], message="no-reason: say why"),
        Bad("print(1)  # guardian: allow[GR10] short\n", at=[(1, 11)], message="no-reason"),
        Bad("x = 1  # guardian: allow[GR10] prints the banner\n", at=[(1, 8)], message="unused: GR10", fixed="x = 1\n"),
        Bad(
            "def f():\n    # guardian: allow[GR10, GR03] prints the banner\n    # not here\n    return 1\n",
            at=[(2, 5), (2, 5)],
            fixed="def f():\n    # not here\n    return 1\n",
        ),
        Bad(
            "x = 1  # guardian: allow[GR10] see #12  # noqa: T201\n",
            at=[(1, 8)],
            fixed="x = 1  # noqa: T201\n",
        ),
        Bad(
            "print(1)  # guardian: allow[GR10, print-call, sys-path-mutation] prints the banner\n",
            at=[(1, 11), (1, 11)],
            message="duplicate: print-call",
            fixed="print(1)  # guardian: allow[GR10] prints the banner\n",
        ),
        Bad(
            "print(1)  # guardian: allow[GR03,  GR10] prints the banner\n",
            at=[(1, 11)],
            fixed="print(1)  # guardian: allow[GR10] prints the banner\n",
        ),
        Bad(
            "# guardian: allow-file[GR10] a script by nature\nprint(1)  # guardian: allow[GR10] prints the banner\n",
            at=[(2, 11)],
            message="duplicate: GR10 is already allowed on line 1",
        ),
        Bad(
            "print(1)  # guardian: allow[GR10] prints the banner until=2026-01-14\n",
            at=[(1, 11)],
            message="expired: it was good until 2026-01-14",
        ),
        Bad(
            "print(1)  # golden-rule-ignore: rule-10 - prints the banner\n",
            at=[(1, 11)],
            message="legacy: write `# guardian: allow[GR10] prints the banner`",
            fixed="print(1)  # guardian: allow[GR10] prints the banner\n",
        ),
        Bad(
            "x = 1  # golden-rule-ignore: rule-10 - prints the banner\n",
            at=[(1, 8)],
            message="unused: rule-10",
            fixed="x = 1\n",
        ),
        Bad("x = 1  # guardian: allow[GR45] never mind this one\n", at=[(1, 8)], message="GR45 cannot be suppressed"),
        Bad(
            {
                "pyproject.toml": "[tool.hive-guardian]\nexclude = ['gone/**']\n"
                "[[tool.hive-guardian.overrides]]\npaths = ['a.py']\nignore = ['GR10']\n",
                "a.py": "",
            },
            at=[("pyproject.toml", 2, 1), ("pyproject.toml", 3, 1)],
            message="unused: gone/** (exclude)",
        ),
        Bad(
            {
                "pyproject.toml": "[[tool.hive-guardian.contracts]]\nkind = 'layers'\nlayers = ['a.top', 'a.low']\n"
                "ignore = [{ from = 'a.low', to = 'a.top', reason = 'goes with version 2' }]\n",
                "a/__init__.py": "",
                "a/top.py": "from a import low\n",
                "a/low.py": "",
            },
            at=[("pyproject.toml", 1, 1)],
            message="unused: a.low -> a.top",
        ),
        Bad(
            {
                "a.py": "import logging\n",
                "hive-guardian-baseline.json": '[{"hive-guardian-baseline": 1}\n,{"path": "a.py", "rule": "GR10", '
                '"check": "print", "symbol": "a", "code": "0", "fingerprint": "0", "added": "2026-01-01"}\n]\n',
            },
            at=[("hive-guardian-baseline.json", 2, 1)],
            message="unused: the baseline has 1 entry for GR10 that nothing needs any more (a.py)",
        ),
        Good("print(1)  # guardian: allow[GR10] prints the banner, ADR 7 until=2027-01-31\n"),
        Good("print(1)  # guardian: allow[GR10]\n", options={"require-reason": False}),
        Good("print(1)  # guardian: allow[print-call] banner\n", options={"min-reason-length": 4}),
        Good("TEXT = '# guardian: allow[GR99] only a text'\n'''\n# guardian: allow everything\n'''\n"),
        Good("import os  # noqa: F401\nx = eval  # type: ignore\ny = 1  # nosec\nz = 2  # pylint: disable=all\n"),
        Good("x = 1  # guardian: allow[GR11] this rule does not run by default\n"),
        Good("x = 1  # guardian: allow[GR10] tests may print anyway\n", path="tests/test_x.py"),
        Good("# guardian: allow[GR10] prints the banner\nprint(\n    1,\n)\n"),
    )


def _ids(item: Directive, ctx: LedgerContext) -> Iterator[Finding]:
    """Judge the ids of a directive in force one by one."""
    ledger = ctx.ledger
    seen: set[frozenset[str]] = set()
    for written in item.ids:
        codes = ledger.means(written)
        if not codes:
            close = ledger.nearest(written)
            meant = f", did you mean {close}" if close else ""
            yield _at(item, "unknown-id", f"{written} is no rule{meant}", ctx)
        elif codes in seen:
            yield _at(item, "duplicate", f"{written} is written twice", ctx, _deletion(item, written))
        else:
            seen.add(codes)
            yield from _effect(item, written, codes, ctx)


def _effect(item: Directive, written: str, codes: frozenset[str], ctx: LedgerContext) -> Iterator[Finding]:
    """Judge what one id of a directive did in this run."""
    ledger = ctx.ledger
    suppressed = ledger.suppressed(item, written)
    delete = _deletion(item, written)
    if codes <= ledger.unsuppressible:
        yield _at(item, "unused", f"{written} cannot be suppressed", ctx, delete)
    elif not suppressed and (other := _earlier(item, codes, ledger)):
        yield _at(item, "duplicate", f"{written} is already allowed on line {other.line}", ctx, delete)
    elif not suppressed and codes - ledger.unsuppressible <= ledger.ran.get(item.path, frozenset()):
        yield _at(item, "unused", f"{written} suppresses nothing here", ctx, delete)
    elif item.legacy:
        ids = ", ".join(sorted(suppressed or codes))
        native = f"# guardian: allow[{ids}] {item.reason}".rstrip()
        yield _at(item, "legacy", f"write `{native}`", ctx, _rewriting(item, native, is_sure=bool(suppressed)))


def _deletion(item: Directive, written: str) -> Fix:
    """Return the offer to delete an id; the ids of one directive go one after the other."""
    place = f"{item.line}:{item.column}"
    return offer(f"delete {written}", Safety.SAFE, changes={Change.COMMENT}, isolation=place, written=written)


def _rewriting(item: Directive, native: str, *, is_sure: bool) -> Fix:
    """Return the offer to write a directive in our grammar; advice while its rule did not run, or may be several."""
    if not is_sure:
        return suggest(f"write {native}")
    place = f"{item.line}:{item.column}"
    return offer(f"write {native}", Safety.SAFE, changes={Change.COMMENT}, isolation=place, native=native)


def _earlier(item: Directive, codes: frozenset[str], ledger: Ledger) -> Directive | None:
    """Return the directive that suppresses the same rules on the same lines before this one can."""
    for other in ledger.directives:
        if other == item:
            return None
        covers = other.whole_file or (other.first <= item.first and item.last <= other.last)
        if other.path == item.path and covers and any(ledger.suppressed(other, each) & codes for each in other.ids):
            return other
    return None


def _at(item: Directive, check: str, detail: str, ctx: LedgerContext, fix: Fix | None = None) -> Finding:
    return ctx.finding(
        Location(item.path, item.line, item.column, item.line, item.end_column),
        f"directive {check}: {detail}",
        check=check,
        symbol=item.path,
        anchor=f"{item.text} {detail}",
        fix=fix,
    )


def _in_configuration(item: Excuse, check: str, detail: str, ctx: LedgerContext) -> Finding:
    place = item.origin
    return ctx.finding(
        Location(place.source, place.line, 1, place.line, 1),
        f"exception {check}: {item.what}: {detail}",
        check=check,
        symbol=place.source,
        anchor=item.what,
    )


def _in_baseline(verdict: Verdict, ctx: LedgerContext) -> Finding:
    first = verdict.entries[0]
    place = first.origin
    return ctx.finding(
        Location(place.source, place.line, 1, place.line, 1),
        f"exception {verdict.check}: the baseline has {verdict.detail}",
        check=verdict.check,
        symbol=place.source,
        anchor=first.rule,
        fix=suggest(verdict.remedy),
    )
