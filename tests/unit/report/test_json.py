import json
from dataclasses import replace
from importlib.resources import files

import jsonschema_rs
import pytest

from hive_guardian.model.edit import Edit, Fix, Safety
from hive_guardian.model.report import BaselineCounts, ErrorKind, RunError, Skipped
from hive_guardian.report.json import render
from hive_guardian.report.json_text import encode_json
from hive_guardian.report.options import RenderOptions
from tests.fakes.reports import make_finding, make_report, make_varied_report

SCHEMA = json.loads(files("hive_guardian.report").joinpath("schema", "report-v1.json").read_text(encoding="utf-8"))

EXPECTED = """\
{
  "version": 1,
  "tool": {"name": "hive-guardian", "version": "0.1.0"},
  "findings": [
    {"rule": "GR10", "name": "print-call", "check": "check", "severity": "error", "confidence": "high", \
"path": "src/shop/cart.py", "line": 4, "column": 2, "end_line": 4, "end_column": 7, \
"message": "`print` writes to stdout", "symbol": "shop.cart.total", "fingerprint": "00ff", \
"fix": {"title": "log it", "safety": "safe", "edits": [{"path": "src/shop/cart.py", "line": 4, "column": 2, \
"end_line": 4, "end_column": 7, "text": "log"}]}, "related": [], "status": "new", "justification": null}
  ],
  "skipped": [
    {"path": "a.py", "reason": "generated"}
  ],
  "errors": [
    {"kind": "unreadable", "rule": "", "path": "x.py", "message": "permission denied"}
  ],
  "summary": {"today": "2026-11-20", "files": {"discovered": 2824, "checked": 2823, "skipped": 1}, "rules": 3, \
"findings": {"critical": 0, "error": 1, "warning": 0, "info": 0}, "accepted": {"suppressed": 0, "baselined": 0}},
  "notes": [
    "GR48 says nothing about shop: its dependencies are dynamic"
  ]
}
"""


def test_output_is_the_contract_to_the_byte() -> None:
    """Members, their order and their types are what product.md 3 promises."""
    fix = Fix("log it", Safety.SAFE, (Edit("src/shop/cart.py", 4, 2, 4, 7, "log"),))
    report = make_report(
        make_finding(fix=fix),
        skipped=(Skipped("a.py", "generated"),),
        errors=(RunError(ErrorKind.UNREADABLE, "permission denied", "x.py"),),
        notes=("GR48 says nothing about shop: its dependencies are dynamic",),
    )

    assert render(report, RenderOptions()) == EXPECTED


@pytest.mark.parametrize("show_all", [True, False])
def test_output_is_valid_by_the_shipped_schema(show_all: bool) -> None:  # noqa: FBT001  # a table column
    """Every shape of finding passes the schema that programs validate against."""
    output = json.loads(render(make_varied_report(), RenderOptions(show_all=show_all)))

    jsonschema_rs.validator_for(SCHEMA).validate(output)
    assert len(output["findings"]) == (6 if show_all else 4)


def test_schema_knows_every_kind_of_error_and_refuses_others() -> None:
    """The list of kinds in the schema is that of the model, so a new kind cannot be forgotten."""
    validator = jsonschema_rs.validator_for(SCHEMA)
    errors = tuple(RunError(kind, "message") for kind in ErrorKind)
    output = json.loads(render(make_report(errors=errors), RenderOptions()))
    validator.validate(output)

    output["errors"][0]["kind"] = "other"

    assert not validator.is_valid(output)


def test_only_findings_of_status_new_are_counted() -> None:
    """The summary counts what decides the exit code, also when everything is shown."""
    summary = json.loads(render(make_varied_report(), RenderOptions(show_all=True)))["summary"]

    assert summary["findings"] == {"critical": 2, "error": 1, "warning": 1, "info": 0}
    assert summary["accepted"] == {"suppressed": 1, "baselined": 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("é\x1b\x7f", '"\\u00e9\\u001b\\u007f"'),
        ("😀", '"\\ud83d\\ude00"'),
        ("\udcff", '"\\\\udcff"'),
        ("##vso[x]## [", '"#\\u0023vso[x]## ["'),
    ],
)
def test_json_is_ascii_that_every_parser_reads(text: str, expected: str) -> None:
    """Astral characters become pairs, half pairs visible text, marks of build commands are broken up."""
    assert encode_json(text) == expected


def test_the_summary_says_what_the_baseline_did() -> None:
    """Only where the run was compared with one; the schema knows the member."""
    counts = BaselineCounts("b.json", entries=9, matched=5, stale=3, moved=1)
    output = json.loads(render(replace(make_report(), baseline=counts), RenderOptions()))
    jsonschema_rs.validator_for(SCHEMA).validate(output)
    assert output["summary"]["baseline"] == {"path": "b.json", "entries": 9, "matched": 5, "stale": 3, "moved": 1}
    assert "baseline" not in json.loads(render(make_report(), RenderOptions()))["summary"]
