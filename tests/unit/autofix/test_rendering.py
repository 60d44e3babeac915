from collections.abc import Iterable

import pytest

from hive_guardian.autofix.context import FixContext
from hive_guardian.autofix.local import LocalWorkshop
from hive_guardian.autofix.proof import Verdict
from hive_guardian.autofix.rendering import Rendered, render_fixes
from hive_guardian.autofix.selection import Attempt
from hive_guardian.model.edit import Edit, Fix, Safety, offer, suggest
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Finding
from hive_guardian.model.rule import Rule
from tests.fakes.reports import make_finding


class Answering(Rule):
    """A rule that does what the offer says."""

    code, name = "T1", "t"

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterable[Edit]:
        """Answer, refuse or fail."""
        assert finding.fix is not None
        match finding.fix.detail("do"):
            case "refuse":
                raise FixRefusedError("not this one")
            case "fail":
                raise ZeroDivisionError("oops")
            case "nothing":
                return []
            case "elsewhere":
                return [Edit("other.py", 1, 1, 1, 1, "")]
            case "outside":
                return [ctx.insert(9, 1, "")]
        return [ctx.insert(1, 2, "b"), ctx.insert(1, 1, "a")]


class Silent(Rule):
    """A rule that offers what it cannot render."""

    code, name = "T2", "s"


def find_rule(code: str, path: str) -> Rule | None:
    """The rules of these tests; one is off."""
    kinds: dict[str, type[Rule]] = {"T1": Answering, "T2": Silent}
    return object.__new__(kinds[code]) if code in kinds else None


@pytest.mark.parametrize(
    ("rule", "fix", "reason", "failed"),
    [
        ("T1", offer("t", do="refuse"), "not this one", False),
        ("T1", offer("t", do="fail"), "the fixer of T1 failed: ZeroDivisionError: oops", True),
        ("T1", offer("t", do="nothing"), "the rule found nothing to edit", False),
        ("T1", offer("t", do="elsewhere"), "it edits another file than that of the finding", False),
        ("T1", offer("t", do="outside"), "line 9 is not in the file", False),
        ("T2", offer("t"), "T2 offers a fix that it does not render", False),
        ("T3", offer("t"), "T3 is not switched on for this file", False),
        ("T1", suggest("t"), "the rule offers no edits", False),
        ("T1", None, "the rule offers no edits", False),
        ("T1", Fix("t", Safety.SAFE, (Edit("x.py", 1, 1, 1, 1, ""),)), "it edits another file", False),
    ],
)
def test_a_fix_without_edits_has_its_reason(rule: str, fix: Fix | None, reason: str, *, failed: bool) -> None:
    """Refusals, failures and fixes that do not fit end up as answers, never as exceptions."""
    (answer,) = render_fixes(FixContext("a.py", b"xy\n"), [make_finding("a.py", rule=rule, fix=fix)], find_rule)
    assert answer.fix is None
    assert answer.reason.startswith(reason)
    assert answer.has_failed is failed


def test_text_that_the_file_cannot_hold_is_refused() -> None:
    """A file in an old encoding lacks most characters."""
    ctx = FixContext("a.py", b"# coding: ascii\nx\n")
    fix = Fix("t", Safety.SAFE, (Edit("a.py", 2, 1, 2, 2, "ü"),))
    (answer,) = render_fixes(ctx, [make_finding("a.py", 2, fix=fix)], find_rule)
    assert answer == Rendered(None, "the file's encoding ascii has no 'ü'")


def test_edits_come_in_order_with_what_was_offered() -> None:
    """Title, class and declarations stay; edits that the finding carried are taken as they are."""
    workshop = LocalWorkshop(find_rule, lambda _path: "")
    ready = Fix("t", Safety.SAFE, (Edit("a.py", 1, 1, 1, 2, "z"),))
    findings = [make_finding("a.py", rule="T1", fix=offer("t", isolation="i")), make_finding("a.py", fix=ready)]
    first, second = workshop.render("a.py", b"xy\n", findings)
    assert first.fix is not None
    assert [edit.text for edit in first.fix.edits] == ["a", "b"]
    assert (first.fix.title, first.fix.safety, first.fix.isolation) == ("t", Safety.UNSAFE, "i")
    assert second == Rendered(ready)
    assert workshop.prove(Attempt("a.py", (), b"x\n", b"x\n", ())) == Verdict("it changes nothing")
