import json
from importlib.resources import files
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given

from hive_guardian.model.edit import Edit, Fix, Safety
from hive_guardian.model.finding import Status
from hive_guardian.model.report import ErrorKind, Report, RunError, Skipped
from hive_guardian.model.severity import Severity
from hive_guardian.report.agent import MAX_CHARACTERS, Inspection, Verdict, describe, render_answer
from hive_guardian.report.escaping import to_one_line
from tests.fakes.hostile_reports import reports
from tests.fakes.reports import make_finding, make_report, make_varied_report

EXPECTED = """\
hive-guardian found 4 problems in what you edited. Fix the code:
1. packages/core/db.py:2:2 critical GR06 forbidden-import: `core` imports `shop`
   see: packages/core/db.py:2: core.db imports core.api
   see: packages/core/api.py:7: core.api imports shop.cart
   why: A library that imports an application cannot be released alone.
   fix: Move the shared part down.
2. src/shop/cart.py:13:12 critical GR30 hardcoded-secret: a secret is written in the source
   why: Whoever reads the repository can use it.
   fix: read it from the configuration
3. src/shop/cart.py:4:2 error GR10 print-call: `print` writes to stdout
   why: Output of a library cannot be filtered.
   fix: use `logger.info` (unsafe, `hive-guardian fix --unsafe-fixes` does it)
4. src/shop/cart.py:7:1 warning GR08 incomplete-interface: no docstring
   fix: see `hive-guardian explain GR08`
Do not hide a finding with a comment or a change of configuration unless you were asked to."""

UNREADABLE = RunError(ErrorKind.UNREADABLE, "permission denied", "src/shop/cart.py")
NOTHING = RunError(ErrorKind.NOTHING_CHECKED, "nothing was checked")
EXCLUDED = (Skipped("src/shop/cart.py", "excluded by src/**"),)


def schema(name: str) -> dict[str, Any]:
    """Return a schema that is shipped with the reports."""
    found: dict[str, Any] = json.loads(files("hive_guardian.report").joinpath("schema", name).read_text("utf-8"))
    return found


VALIDATOR = jsonschema_rs.validator_for(schema("agent-v1.json"))


def test_an_agent_reads_what_is_wrong_and_how_to_fix_it() -> None:
    """Each finding that counts stands with place, reason and remedy, the most important first."""
    assert describe(Inspection(make_varied_report())) == EXPECTED


def test_a_reason_is_given_once_per_rule() -> None:
    """Two findings of a rule share its reason: an agent pays for every word."""
    text = describe(Inspection(make_report(make_finding(line=4), make_finding(line=5))))
    assert text.count("why: ") == 1
    assert text.count("GR10 print-call") == 2


@pytest.mark.parametrize(
    ("inspection", "verdict"),
    [
        (Inspection(make_report()), Verdict.CLEAN),
        (Inspection(make_report(make_finding(status=Status.SUPPRESSED))), Verdict.CLEAN),
        (Inspection(make_report(make_finding(severity=Severity.INFO))), Verdict.FINDINGS),
        (Inspection(make_report(errors=(UNREADABLE,))), Verdict.INCOMPLETE),
        (Inspection(make_report(make_finding(), errors=(UNREADABLE,))), Verdict.INCOMPLETE),
        (Inspection(make_report(rules=())), Verdict.INCOMPLETE),
        (Inspection(make_report(checked=0, skipped=EXCLUDED, errors=(NOTHING,))), Verdict.SKIPPED),
        (Inspection(make_report(checked=0, errors=(NOTHING, UNREADABLE))), Verdict.INCOMPLETE),
        (Inspection(None, EXCLUDED), Verdict.SKIPPED),
        (Inspection(None, failure="pyproject.toml:2: unknown key"), Verdict.INCOMPLETE),
    ],
)
def test_the_verdict_claims_no_more_than_what_was_checked(inspection: Inspection, verdict: Verdict) -> None:
    """Clean means checked; what policy leaves out is skipped, and what went wrong is incomplete."""
    assert inspection.verdict is verdict
    assert json.loads(render_answer(inspection))["status"] == verdict
    assert bool(describe(inspection)) is (verdict in {Verdict.FINDINGS, Verdict.INCOMPLETE})


def test_an_incomplete_check_says_what_is_missing() -> None:
    """The errors stand before the findings, with the place they happened at."""
    text = describe(Inspection(make_report(make_finding(), errors=(UNREADABLE,))))
    assert text.splitlines()[:2] == [
        "hive-guardian could not check everything; that nothing else is reported means nothing:",
        "  src/shop/cart.py: permission denied",
    ]
    assert "1. src/shop/cart.py:4:2 error GR10 print-call" in text


def test_a_check_that_did_not_start_says_why() -> None:
    """Every line of the failure is passed on."""
    text = describe(Inspection(None, failure="pyproject.toml:2: unknown key\npyproject.toml:3: no such rule"))
    assert text == "hive-guardian did not check this: pyproject.toml:2: unknown key\n  pyproject.toml:3: no such rule"


def test_a_flood_is_cut_and_counted() -> None:
    """However many findings and however long: the text stays short, and says how many more there are and where."""
    long = "x" * 5_000
    errors = tuple(RunError(ErrorKind.UNREADABLE, f"{number} {long}", long) for number in range(20))
    many = tuple(make_finding(line=line, message=f"{line} {long}") for line in range(1, 101))
    text = describe(Inspection(make_report(*many, errors=errors)))
    shown = text.count(" error GR10 print-call")
    assert 5 <= shown <= 15
    assert f"{100 - shown} more not shown; see them with `hive-guardian check src/shop/cart.py`." in text
    assert "and 15 more errors" in text
    assert len(text) <= MAX_CHARACTERS


def test_the_answer_holds_what_a_program_needs() -> None:
    """A finding has its edits and a remedy in words, and skipped files of both kinds are listed."""
    edit = Edit("src/shop/cart.py", 4, 2, 4, 7, "logger.info")
    report = make_report(make_finding(fix=Fix("use `logger.info`", Safety.SAFE, (edit,))), skipped=EXCLUDED, checked=1)
    answer = json.loads(render_answer(Inspection(report, (Skipped("a.md", "not a Python file"),))))
    (found,) = answer["findings"]
    assert (answer["version"], answer["status"], answer["checked"], answer["errors"]) == (1, "findings", 1, [])
    assert found["fix"]["edits"][0]["text"] == "logger.info"
    assert found["advice"] == "use `logger.info` (safe, `hive-guardian fix` does it)"
    assert [item["path"] for item in answer["skipped"]] == ["a.md", "src/shop/cart.py"]


@given(reports())
def test_every_answer_fits_the_schema(report: Report) -> None:
    """Whatever text a repository holds: one line of ASCII, valid, and no control character in the words."""
    text = render_answer(Inspection(report))
    VALIDATOR.validate(json.loads(text))
    assert text.isascii()
    assert text.count("\n") == 1
    assert all(to_one_line(line) == line for line in json.loads(text)["message"].split("\n"))


def test_the_schema_accepts_every_state_and_refuses_another() -> None:
    """The answers without findings are valid as well, and the schema is no empty promise."""
    states = (Inspection(None), Inspection(None, EXCLUDED), Inspection(make_report(errors=(UNREADABLE,))))
    answers = [json.loads(render_answer(state)) for state in states]
    assert [VALIDATOR.is_valid(answer) for answer in answers] == [True] * 3
    assert not VALIDATOR.is_valid({**answers[0], "status": "fine"})


def test_a_finding_is_the_same_as_in_the_json_report() -> None:
    """Both schemas describe one finding, but for the advice."""
    ours, report = schema("agent-v1.json"), schema("report-v1.json")
    finding = ours["$defs"]["finding"]
    assert finding["properties"].pop("advice")
    finding["required"].remove("advice")
    assert ours["$defs"] == report["$defs"]
    assert ours["properties"]["errors"]["items"] == report["properties"]["errors"]["items"]
