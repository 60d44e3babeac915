import json
from dataclasses import replace
from importlib.resources import files

import jsonschema_rs
import pytest

from hive_guardian.model.fix_report import FixReport
from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.report.fix_json import render_fixes
from tests.unit.report.test_fix_text import REPORT

SCHEMA = json.loads(files("hive_guardian.report").joinpath("schema", "fix-report-v1.json").read_text("utf-8"))
BROKEN = replace(REPORT, errors=(RunError(ErrorKind.UNREADABLE, "cannot be read", "x\udcff.py"),), files=())


@pytest.mark.parametrize("report", [REPORT, BROKEN, replace(REPORT, results=(), files=())])
def test_every_report_follows_the_schema(report: FixReport) -> None:
    """Programs can rely on the members, in ASCII."""
    text = render_fixes(report)
    assert text.isascii()
    jsonschema_rs.validator_for(SCHEMA).validate(json.loads(text))


def test_the_schema_knows_every_member() -> None:
    """A member that is written is described, and the other way round."""
    report = json.loads(render_fixes(REPORT))
    assert set(report["fixes"][0]) == set(SCHEMA["properties"]["fixes"]["items"]["properties"])
    assert set(report["files"][0]) == set(SCHEMA["properties"]["files"]["items"]["properties"])
    assert set(report["summary"]) == set(SCHEMA["properties"]["summary"]["properties"])
    assert report["summary"]["fixes"] == {"applied": 2, "available": 2, "refused": 1, "rejected": 1, "failed": 1}
