"""Text in a change that speaks to a reviewing machine, or hides from a human one."""

import re
from collections.abc import Iterator

from hive_guardian.model.review import ReviewFinding
from hive_guardian.model.severity import Severity
from hive_guardian.review.heuristics.scene import Scene, make_finding

_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
_WHO = (
    r"(?:ai|a\.i\.|llm|gpt|claude|assistant|language model|(?:code )?reviewer|review(?:ing)? (?:bot|agent|tool|model))"
)
_SPEECH = re.compile(
    "|".join(
        (
            (
                r"(?:ignore|disregard|forget|override)\s+(?:(?:all|any|the|your|my)\s+){0,4}"
                r"(?:previous|prior|above|earlier|preceding|system)\s+(?:instruction|prompt|rule|message|direction|context)"
            ),
            (
                r"(?:dear|hey|hello|note to|attention|message (?:to|for)|instructions? (?:to|for))[\s,:]+"
                rf"(?:(?:the|any|all)\s+)?{_WHO}\b"
            ),
            rf"\byou are (?:now )?(?:an?|the) {_WHO}\b",
            (
                r"\b(?:do not|don't|never|must not)\s+(?:report|flag|mention|raise|review)\s+"
                r"(?:this|any|these|anything|the following|issues?|findings?)"
            ),
            (
                r"\b(?:reply|respond|answer|output|return)\s+(?:only\s+)?(?:with\s+)?['\"`{]*\s*"
                r"(?:lgtm|approved?(?=\W*$)|no (?:issues|findings|problems)|\{?\"findings\")"
            ),
            (
                r"\b(?:mark|treat|consider|report)\s+(?:this|the)\s+(?:change|file|pull request|pr|diff|code)\s+as\s+"
                r"(?:safe|clean|approved|reviewed)"
            ),
            r"<\|(?:im_start|im_end|system|endoftext)\|>|\[/?INST\]|<</?SYS>>",
            r"^\s*(?:#|//|\*)\s*(?-i:SYSTEM|ASSISTANT)\s*:\s*\S",
        )
    ),
    re.IGNORECASE,
)


def find_instructions(scene: Scene) -> Iterator[ReviewFinding]:
    """Yield added lines that address a reviewing model, and those with characters that nobody sees."""
    for path, file in sorted(scene.files.items()):
        for hunk in file.change.hunks:
            for line in hunk.added:
                if _SPEECH.search(line.text):
                    yield _finding(path, line.new, "instructions", "text that speaks to a reviewing machine", line.text)
                hidden = _HIDDEN.search(line.text.removeprefix("\ufeff") if line.new == 1 else line.text)
                if hidden:
                    name = f"U+{ord(hidden[0]):04X}"
                    yield _finding(path, line.new, "hidden-characters", f"an invisible character ({name})", line.text)


def _finding(path: str, line: int, name: str, what: str, text: str) -> ReviewFinding:
    return make_finding(
        name, "security", Severity.WARNING, path, (line, line),
        title=f"the change adds {what}",
        message="such text can mislead an automated review or hide what the code does; a person should read this line",
        text=text,
    )  # fmt: skip
