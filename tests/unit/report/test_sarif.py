import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings

from hive_guardian.model.finding import Related, Status
from hive_guardian.model.report import ErrorKind, Report, RunError, Skipped
from hive_guardian.model.severity import Severity
from hive_guardian.report.line_hash import hash_lines
from hive_guardian.report.options import Provenance, RenderOptions, SarifTarget
from hive_guardian.report.sarif import MAX_RESULTS, describe_cut, render
from tests.fakes.hostile_reports import reports
from tests.fakes.reports import CART, RULES, make_finding, make_report, make_varied_report

SCHEMA = json.loads((Path(__file__).parents[2] / "data" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)
FOR_GITHUB = RenderOptions(sarif_target=SarifTarget.GITHUB)

Json = dict[str, Any]


def render_run(report: Report, options: RenderOptions | None = None) -> Json:
    """Return the only run of the log, after it passed the official schema."""
    log = json.loads(render(report, options or RenderOptions()))
    VALIDATOR.validate(log)
    run: Json
    (run,) = log["runs"]
    return run


@given(report=reports())
@settings(max_examples=40)
def test_every_log_is_valid(report: Report) -> None:
    """No text makes a log that the official schema refuses."""
    assert len(render_run(report, RenderOptions(show_all=True))["results"]) == len(report.findings)
    assert render_run(report, FOR_GITHUB)["tool"]["driver"]["name"] == "hive-guardian"


def test_level_is_always_written() -> None:
    """A finding milder than its rule stays so: a missing level would be read as that of the rule."""
    run = render_run(make_report(make_finding(severity=Severity.WARNING), make_finding(line=5, severity=Severity.INFO)))

    (rule,) = [rule for rule in run["tool"]["driver"]["rules"] if rule["id"] == "GR10"]
    assert rule["defaultConfiguration"]["level"] == "error"
    assert [(result["level"], result["kind"]) for result in run["results"]] == [("warning", "fail"), ("note", "fail")]


def test_result_says_where_in_code_points_relative_to_the_root() -> None:
    """There is one location, its path is percent-encoded, its columns count code points."""
    run = render_run(make_report(make_finding("a b/ü#?%.py", span=(2, 4, 9))))

    physical = run["results"][0]["locations"][0]["physicalLocation"]
    assert physical == {
        "artifactLocation": {"uri": "a%20b/%C3%BC%23%3F%25.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 4, "startColumn": 2, "endLine": 4, "endColumn": 9},
    }
    assert run["columnKind"] == "unicodeCodePoints"
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]


def test_rules_carry_help_and_only_security_rules_a_security_severity() -> None:
    """A security severity makes alerts security alerts, so governance rules must not have one."""
    rules = {rule["id"]: rule for rule in render_run(make_report())["tool"]["driver"]["rules"]}

    assert rules["GR06"]["help"]["markdown"] == RULES[0].help
    assert rules["GR06"]["shortDescription"]["text"] == "Dependency Direction."
    assert rules["GR06"]["properties"] == {
        "precision": "high",
        "problem.severity": "error",
        "tags": ["architecture", "graph"],
    }
    assert rules["GR30"]["properties"]["security-severity"] == "8.5"
    assert rules["GR30"]["properties"]["tags"] == ["security", "cwe-798"]


def test_finding_of_an_unknown_rule_gets_a_descriptor() -> None:
    """An index never points at another rule."""
    run = render_run(make_report(make_finding(rule="GR08"), make_finding(line=5)))

    driver = run["tool"]["driver"]["rules"]
    assert [driver[result["ruleIndex"]]["id"] for result in run["results"]] == ["GR08", "GR10"]


def test_fingerprints_are_ours_and_the_public_one() -> None:
    """The public hash needs the source; without it only ours is written."""
    known, unknown = render_run(make_report(make_finding(), make_finding("x.py")))["results"]

    assert known["partialFingerprints"] == {
        "hiveGuardian/v1": "00ff",
        "primaryLocationLineHash": hash_lines(CART)[3],
    }
    assert unknown["partialFingerprints"] == {"hiveGuardian/v1": "00ff"}


def test_related_places_are_linked_and_lookalikes_are_not() -> None:
    """Code scanning shows the places a message links to; code that looks like a link stays code."""
    finding = make_finding(message="`table[key](call)`", related=(Related("a[0].py", 7, "a imports b"),))

    (result,) = render_run(make_report(finding))["results"]

    assert result["message"]["text"] == "`table\\[key\\](call)`.\n[a\\[0\\].py:7](1): a imports b"
    assert [place["id"] for place in result["relatedLocations"]] == [1]


def test_accepted_findings_carry_their_suppression_and_state() -> None:
    """In-source suppressions, baseline entries and new findings can be told apart."""
    results = render_run(make_varied_report(), RenderOptions(show_all=True))["results"]

    assert [result.get("suppressions") for result in results[-2:]] == [
        [{"kind": "inSource", "status": "accepted", "justification": "command-line output"}],
        [{"kind": "external", "status": "accepted"}],
    ]
    assert [result["baselineState"] for result in results] == ["new"] * 5 + ["unchanged"]


def test_states_are_absent_without_a_baseline() -> None:
    """A run that was compared with nothing does not claim that its findings are new."""
    assert "baselineState" not in render_run(make_report(make_finding()))["results"][0]
    assert (
        render_run(make_report(make_finding()), RenderOptions(has_baseline=True))["results"][0]["baselineState"]
        == "new"
    )


def test_fix_is_written_with_its_edits() -> None:
    """A viewer can apply the fix; a suggestion is none."""
    results = render_run(make_varied_report())["results"]

    assert [("fixes" in result) for result in results] == [False, True, False, False]
    (change,) = results[1]["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 4, "startColumn": 2, "endLine": 4, "endColumn": 7},
            "insertedContent": {"text": "logger.info"},
        }
    ]


def test_incomplete_run_is_not_successful_and_says_what_is_missing() -> None:
    """Errors and skipped files are notifications with their place and rule."""
    report = make_report(
        errors=(RunError(ErrorKind.RULE_FAILED, "KeyError", "x.py", "GR10"),), skipped=(Skipped("a.py", "generated"),)
    )

    (invocation,) = render_run(report)["invocations"]

    assert invocation["executionSuccessful"] is False
    failed, skipped = invocation["toolExecutionNotifications"]
    assert (failed["level"], failed["message"]["text"], failed["associatedRule"]) == (
        "error",
        "KeyError",
        {"id": "GR10", "index": 1},
    )
    assert (skipped["level"], skipped["message"]["text"]) == ("note", "generated")
    assert render_run(make_report())["invocations"][0]["executionSuccessful"] is True


def test_what_a_rule_could_not_judge_is_a_notification() -> None:
    """A note does not make the run unsuccessful."""
    (invocation,) = render_run(make_report(notes=("GR48 says nothing about shop",)))["invocations"]

    assert invocation["executionSuccessful"] is True
    (note,) = invocation["toolExecutionNotifications"]
    assert (note["level"], note["descriptor"]["id"], note["message"]["text"]) == (
        "note",
        "remark",
        "GR48 says nothing about shop",
    )


def test_category_is_stable_and_provenance_has_no_credentials() -> None:
    """Code scanning closes and reopens alerts if the category varies; a token in a remote must not leak."""
    provenance = Provenance("https://user:token@git.example/a/b.git?x=1", "ab" * 20, "main")

    run = render_run(make_report(), RenderOptions(profile="strict", provenance=provenance))

    assert run["automationDetails"]["id"] == "hive-guardian/strict/"
    assert run["versionControlProvenance"] == [
        {
            "repositoryUri": "https://git.example/a/b.git",
            "revisionId": "ab" * 20,
            "branch": "main",
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
        }
    ]
    short = RenderOptions(provenance=Provenance("git@git.example:a/b.git"))
    assert (
        render_run(make_report(), short)["versionControlProvenance"][0]["repositoryUri"] == "ssh://git.example/a/b.git"
    )


def test_code_scanning_gets_nothing_it_would_misread() -> None:
    """It would open alerts for accepted findings and ignores fixes."""
    options = replace(FOR_GITHUB, show_all=True)

    results = render_run(make_varied_report(), options)["results"]

    assert len(results) == 4
    assert not {"suppressions", "fixes", "baselineState"} & {member for result in results for member in result}


def test_code_scanning_gets_the_most_severe_findings_and_a_notice() -> None:
    """Beyond the limit the mildest are cut, here and not silently there."""
    many = [make_finding(line=line, severity=Severity.WARNING) for line in range(1, MAX_RESULTS + 1)]
    report = make_report(*many, make_finding("z.py", severity=Severity.CRITICAL))

    run = render_run(report, FOR_GITHUB)

    assert len(run["results"]) == MAX_RESULTS
    assert run["results"][-1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "z.py"
    notice = "1 less severe finding left out of the SARIF file: GitHub code scanning keeps 5,000 per run"
    assert describe_cut(report, FOR_GITHUB) == notice
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == notice
    assert describe_cut(report, RenderOptions()) is None
    assert len(render_run(report)["results"]) == MAX_RESULTS + 1


@pytest.mark.parametrize("target", list(SarifTarget))
def test_limits_of_code_scanning_hold_for_rules(target: SarifTarget) -> None:
    """Names, descriptions, tags and related places stay within what an upload may have."""
    info = replace(RULES[0], name="n" * 300, title="t" * 2000, why="w " * 2000, tags=tuple(f"t{n}" for n in range(30)))
    related = tuple(Related("a.py", number, "x") for number in range(1, 1200))

    run = render_run(
        make_report(make_finding(rule="GR06", related=related), rules=(info,)), RenderOptions(sarif_target=target)
    )

    (rule,) = run["tool"]["driver"]["rules"]
    assert len(rule["name"]) <= 255
    assert max(len(rule["shortDescription"]["text"]), len(rule["fullDescription"]["text"])) <= 1024
    assert len(run["results"][0]["relatedLocations"]) <= 100
    assert len(rule["properties"]["tags"]) == (10 if target is SarifTarget.GITHUB else 30)


def test_statuses_are_covered() -> None:
    """A new status would need a decision here."""
    assert set(Status) == {Status.NEW, Status.BASELINED, Status.SUPPRESSED}
