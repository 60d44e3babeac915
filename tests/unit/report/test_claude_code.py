import json

from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.report.agent import Inspection, describe
from hive_guardian.report.claude_code import render_answer, render_settings
from tests.fakes.reports import make_finding, make_report

BROKEN = RunError(ErrorKind.RULE_FAILED, "KeyError: 'x'", "src/shop/cart.py", "GR10")


def test_a_clean_file_is_answered_by_silence() -> None:
    """An agent hears nothing about what it did well, or about what no rule looks at."""
    assert render_answer(Inspection(make_report()), blocks=False) == ""
    assert render_answer(Inspection(None), blocks=False) == ""


def test_findings_that_fail_block() -> None:
    """The agent gets the reason; the person is not disturbed."""
    inspection = Inspection(make_report(make_finding()))
    assert json.loads(render_answer(inspection, blocks=True)) == {"decision": "block", "reason": describe(inspection)}


def test_findings_that_do_not_fail_are_told() -> None:
    """They reach the agent as context and hold it up no longer than that."""
    inspection = Inspection(make_report(make_finding()))
    assert json.loads(render_answer(inspection, blocks=False)) == {
        "hookSpecificOutput": {"hookEventName": "PostToolUse", "additionalContext": describe(inspection)}
    }


def test_what_was_not_checked_is_seen_by_agent_and_person() -> None:
    """Our own inability blocks nobody, and nobody takes it for a clean file."""
    inspection = Inspection(None, failure="pyproject.toml:3: unknown key 'levle'")
    answer = json.loads(render_answer(inspection, blocks=False))
    assert "decision" not in answer
    assert answer["systemMessage"] == answer["hookSpecificOutput"]["additionalContext"]
    assert "did not check this: pyproject.toml:3" in answer["systemMessage"]


def test_findings_of_an_incomplete_check_block_and_say_so() -> None:
    """What was found holds; that something is missing is in the reason and shown to the person."""
    answer = json.loads(render_answer(Inspection(make_report(make_finding(), errors=(BROKEN,))), blocks=True))
    assert answer["decision"] == "block"
    assert "GR10 src/shop/cart.py: KeyError" in answer["reason"]
    assert answer["systemMessage"].startswith("hive-guardian could not check everything")


def test_the_settings_name_the_event_and_the_tools() -> None:
    """Each tool that changes a file of Python runs the command."""
    (entry,) = json.loads(render_settings("guardian hook"))["hooks"]["PostToolUse"]
    assert entry["matcher"] == "Edit|MultiEdit|Write"
    assert entry["hooks"] == [{"type": "command", "command": "guardian hook", "timeout": 60}]
