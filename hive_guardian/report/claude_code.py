"""The answer to a PostToolUse event of Claude Code (code.claude.com/docs/en/hooks, JSON output)."""

from hive_guardian.report.agent import Inspection, Verdict, describe
from hive_guardian.report.json_text import encode_json

EDITING_TOOLS = ("Edit", "MultiEdit", "Write")
"""Tools that change a file of Python; `NotebookEdit` changes notebooks only."""

_EVENT = "PostToolUse"
_SECONDS = 60


def render_answer(inspection: Inspection, *, blocks: bool) -> str:
    """Return what the hook prints: nothing when there is nothing to say, else one JSON object on one line.

    Args:
        inspection: what is known about the edited file.
        blocks: whether a finding fails the check; then the agent must react. Findings that do not fail and a check
            that could not be made are told, the latter to the person as well, and hold nobody up.
    """
    text = describe(inspection)
    if not text:
        return ""
    answer: dict[str, object] = {}
    if blocks:
        answer |= {"decision": "block", "reason": text}
    else:
        answer["hookSpecificOutput"] = {"hookEventName": _EVENT, "additionalContext": text}
    if inspection.verdict is Verdict.INCOMPLETE:
        answer["systemMessage"] = text.partition("\n")[0] if blocks or not inspection.failure else text
    return encode_json(answer) + "\n"


def render_settings(command: str) -> str:
    """Return what `.claude/settings.json` has to contain for a command to see each edit."""
    hook = {"type": "command", "command": command, "timeout": _SECONDS}
    settings = {"hooks": {_EVENT: [{"matcher": "|".join(EDITING_TOOLS), "hooks": [hook]}]}}
    return encode_json(settings, indent=2) + "\n"
