from collections.abc import Mapping
from dataclasses import replace

import pytest

from hive_guardian.bootstrap.evaluating import evaluate, pick_cases
from hive_guardian.model.errors import UsageError
from hive_guardian.model.review import State, Verdict
from hive_guardian.report.evaluation import render_evaluation_json
from tests.fakes.evaluations import Sabotage, leak, lose_findings, offer, repeat_findings, sabotaged

ONE, QUIET, CHAIN = "boundary-of-free-shipping", "clean-constant", "same-defect-three-pushes"
SUGGESTING, UNREAD, SECRET = "replacements-in-pricing", "no-budget-at-all", "secrets-removed"

SABOTAGES: Mapping[str, tuple[str, Sabotage]] = {
    "kept-T1": (ONE, lose_findings),
    **{f"leak-{name}": (ONE, leak(f"{name}:0")) for name in ("N1", "N2", "N3", "N8", "N9", "N14")},
    "leak-N4": (ONE, lambda report: replace(report, shown=tuple(replace(x, line=x.line - 1) for x in report.shown))),
    "leak-N6": (ONE, repeat_findings),
    "leak-N7": (CHAIN, lambda report: replace(report, shown=tuple(replace(x, state=State.NEW) for x in report.shown))),
    "leak-N11": (SUGGESTING, offer("    (")),
    "leak-N12": (SUGGESTING, offer("    print(1)")),
    "sound-suggestions": (SUGGESTING, offer("    (")),
    "kept-suggestions": (SUGGESTING, lose_findings),
    "disclosed": (UNREAD, lambda report: replace(report, coverage=())),
    "false-clean": (UNREAD, lambda report: replace(report, verdict=Verdict.CLEAN)),
    "kept-clean": (QUIET, lambda report: replace(report, verdict=Verdict.INCONCLUSIVE)),
    "secrets-outputs": (
        SECRET, lambda report: replace(report, notes=tuple(pick_cases((SECRET,))[0].secrets.values())),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_safeguard_that_is_taken_out_is_noticed(name: str) -> None:
    """Reviews whose reports lack a safeguard fail the measure that watches over it."""
    case, sabotage = SABOTAGES[name]
    found = evaluate(sabotaged(sabotage, case))
    assert name in {one.name for one in found.failed}
    assert found.exit_code == 1


def test_two_runs_are_equal() -> None:
    """Nothing of the clock, of chance or of this machine is in the result, and a part of the corpus is no whole."""
    request = sabotaged(lambda report: report, QUIET, ONE)
    first, second = (evaluate(request) for _ in range(2))
    assert render_evaluation_json(first) == render_evaluation_json(second)
    assert (first.failed, first.exit_code) == ((), 3)


def test_unknown_cases_are_refused() -> None:
    """A name that is none is answered with the nearest one."""
    with pytest.raises(UsageError, match="refund-beyond-payment"):
        pick_cases(("refund-beyond-payments",))


def test_the_corpus_is_what_the_design_asks_for() -> None:
    """About forty cases or more, at least fifteen of them without a defect, and chains of three to six pushes."""
    cases = pick_cases(())
    groups = [case.group for case in cases]
    assert len(cases) >= 40
    assert groups.count("clean") >= 15
    assert {len(case.pushes) for case in cases if case.group == "chains"} >= {3, 4, 6}
    assert any(parent == 0 for case in cases for parent in case.parents[1:])
