"""What the scripted model says that is true, in the words of the corpus."""

from collections.abc import Mapping, Sequence

from hive_guardian.review.evaluation.case import Case, Seeded
from hive_guardian.review.evaluation.script import Utterance
from hive_guardian.review.evaluation.view import View


def make_item(label: str, **fields: object) -> dict[str, object]:
    """Return a finding of the wire schema; its label stands in the one field that no stage compares."""
    item: dict[str, object] = {
        "file": "", "quote": "", "line_hint": 1, "category": "correctness", "severity": "error", "title": "",
        "claim": "", "trigger_scenario": label, "evidence_quotes": [], "replacement": None,
    }  # fmt: skip
    return item | fields


def find_line(view: View, quote: str) -> int:
    """Return where some lines begin that a part of a change shows, 0 if it does not show them."""
    wanted, shown = quote.split("\n"), view.shown
    for number in sorted(shown):
        if all(_folded(shown.get(number + at, "")) == _folded(text) for at, text in enumerate(wanted)):
            return number
    return 0


def say_true(one: Seeded, view: View, push: int, wording: int = 0, **changes: object) -> Utterance | None:
    """Return a true finding, `None` where its lines are not shown.

    Args:
        one: the finding.
        view: what is shown.
        push: after which push.
        wording: 0 for its own words, else one of the other wordings.
        changes: fields of the item that differ.
    """
    quote = one.quote_at(push)
    line = find_line(view, quote) if one.file_at(push) == view.path else 0
    if not line:
        return None
    title, category = _words(one, wording)
    label = f"{one.label}:{one.number}"
    item = make_item(
        label, file=view.path, quote=quote, line_hint=line, category=category, severity=one.severity, title=title,
        claim=one.claim, replacement=one.replacement,
    )  # fmt: skip
    return Utterance(label, item | changes, line)


def say_all_true(case: Case, view: View, push: int, *, wording: int = 0, **changes: object) -> list[Utterance]:
    """Return the true findings whose lines are shown."""
    said = (say_true(one, view, push, wording, **changes) for one in case.findings_at(push))
    return [one for one in said if one is not None]


def taken_lines(said: Sequence[Utterance]) -> set[int]:
    """Return the lines that something was said about."""
    out: set[int] = set()
    for one in said:
        quote = one.item.get("quote", "") if isinstance(one.item, Mapping) else ""
        out |= set(range(one.line, one.line + str(quote).count("\n") + 1)) if one.line else set()
    return out


def _words(one: Seeded, wording: int) -> tuple[str, str]:
    wordings = ((one.title, one.category), *one.again)
    return wordings[wording % len(wordings)]


def _folded(text: str) -> str:
    return " ".join(text.split())
