"""The noise of reviewing models, class by class, made from what they are shown."""

from collections.abc import Iterator, Sequence

from hive_guardian.review.evaluation.case import Case
from hive_guardian.review.evaluation.script import REFUTED, UNSURE, Utterance
from hive_guardian.review.evaluation.speech import find_line, make_item, say_true, taken_lines
from hive_guardian.review.evaluation.view import View

NOISE = {
    "N1": "the quote is absent",
    "N2": "the quote stands outside of the change",
    "N3": "a right quote, a wrong file",
    "N4": "the line is off, or the white space",
    "N5": "a golden rule says it already",
    "N6": "the same in other words",
    "N7": "said after an earlier push already",
    "N8": "about a placeholder or a mark of ours",
    "N9": "violates the schema",
    "N10": "well quoted but false",
    "N11": "a suggestion that does not parse",
    "N12": "a suggestion that must not be offered",
    "N13": "injected text",
    "N14": "a path that leads elsewhere",
    "N15": "more than the cap",
    "N16": "an inflated severity",
}
"""Class -> what it is, in the order of the design."""

_LEAST = 6
_ELSEWHERE = ("parcel/__init__.py", "parcel/feed.py", "pyproject.toml")
_FAR_PATHS = (
    "../outside.py", "..\\outside.py", "/" + "etc/hosts", "file:///outside.py", "parcel/../parcel/pricing.py",
    "parcel//pricing.py", "./parcel/pricing.py", "PARCEL/PRICING.PY", "parcel/pricing.py\u0000", "~/.netrc", " ",
)  # fmt: skip
_PROMPT_LINES = (
    "LINES AFTER THE CHANGE (+ marks new ones)",
    "Answer with one JSON object of the given schema and nothing else.",
    "- severity: one of the words of the schema.",
)
_PLACEHOLDERS = (
    ("The constant is set to ⟦SECRET:aws:1⟧", "A placeholder is no valid key."),
    ("A token is committed in plain text", "SECRET:github:1 stands in the source."),
    ("[SECRET:password:2] is hard-coded here", "Read it from the environment."),
    ("The function has no body", "It ends with … 12 lines left out here by the reviewer … and nothing else."),
    ("The file is cut off", "After '... 30 lines left out here by the reviewer ...' the code is missing."),
    ("An ellipsis is no statement", "The text '… 7 lines left out …' is a syntax error."),
)


def make_noise(case: Case, view: View, push: int, true: Sequence[Utterance]) -> Iterator[Utterance]:
    """Yield noise of the classes that one answer can hold besides what is true.

    Args:
        case: the case.
        view: what is shown.
        push: after which push.
        true: what is true about the same part.
    """
    free = free_lines(view, taken_lines(true))
    yield from _absent(view)
    yield from _outside(case, view, push)
    yield from _wrong_file(case, view, push, true)
    yield from _repeating_rules(case, view)
    yield from _reworded(case, view, push)
    if view.shown:
        number, text = free[0] if free else next(iter(sorted(view.shown.items())))
        yield from _about_marks(view, number, text)
        yield from _misshapen(view, number, text)
        yield from _far_away(text)
    yield from make_inflated(view, free[1:2])


def free_lines(view: View, taken: set[int]) -> list[tuple[int, str]]:
    """Return new lines of some length that nothing was said about, each text once."""
    texts = list(view.shown.values())
    return [
        (number, text)
        for number, text in sorted(view.added.items())
        if number not in taken and len(text.strip()) >= _LEAST and texts.count(text) == 1 and "⟦" not in text
    ]


def _absent(view: View) -> Iterator[Utterance]:
    lines = [text for text in (*view.added.values(), *view.context.values()) if len(text.strip()) >= _LEAST]
    quotes = list(_PROMPT_LINES)
    for text in lines[:2]:
        quotes += [f"{text} or None", f"   12 + {text}", f"+{text}", text.replace(" ", "_") + "!"]
    if len(lines) > 2:
        quotes.append(f"{lines[0]}\n{lines[2]}\n{lines[1]}")
    gone = [text for text in view.removed.values() if text not in view.text.replace(f"- {text}", "")]
    for at, quote in enumerate([*quotes, *gone]):
        if find_line(view, quote):
            continue
        label = f"N1:{at}"
        item = make_item(label, file=view.path, quote=quote, title=f"Defect number {at} in a line that is not there",
                         claim="It fails for empty input.")  # fmt: skip
        yield Utterance(label, item)


def _outside(case: Case, view: View, push: int) -> Iterator[Utterance]:
    text = case.pushes[push - 1].get(view.path, b"").decode("utf-8", "replace")
    lines = text.replace("\r\n", "\n").split("\n")
    known = {" ".join(line.split()) for line in view.shown.values()}
    far = [
        (number, line)
        for number, line in enumerate(lines, start=1)
        if len(line.strip()) >= _LEAST and " ".join(line.split()) not in known and lines.count(line) == 1
    ]
    for at, (number, line) in enumerate((*far[:2], *far[-2:])):
        label = f"N2:{at}"
        item = make_item(label, file=view.path, quote=line, line_hint=number, claim="It has been there for long.",
                         title=f"Defect number {at} in old code")  # fmt: skip
        yield Utterance(label, item)


def _wrong_file(case: Case, view: View, push: int, true: Sequence[Utterance]) -> Iterator[Utterance]:
    state = case.pushes[push - 1]
    others = [path for path in (*_ELSEWHERE, *sorted(state)) if path != view.path and path in state]
    for at, one in enumerate(true):
        for path in others[:3]:
            if isinstance(one.item, dict) and str(one.item["quote"]) not in state[path].decode("utf-8", "replace"):
                label = f"N3:{at}"
                yield Utterance(label, {**one.item, "file": path, "trigger_scenario": label})


def _repeating_rules(case: Case, view: View) -> Iterator[Utterance]:
    for one in case.duplicates:
        line = find_line(view, one.quote) if one.file == view.path else 0
        if line:
            label = f"N5:{one.number}"
            item = make_item(label, file=one.file, quote=one.quote, line_hint=line, category=one.category,
                             severity=one.severity, title=one.title, claim=one.claim)  # fmt: skip
            yield Utterance(label, item, line)


def _reworded(case: Case, view: View, push: int) -> Iterator[Utterance]:
    for one in case.findings_at(push):
        label = f"N6:{one.number}"
        for wording in range(1, len(one.again) + 1):
            said = say_true(one, view, push, wording, trigger_scenario=label, replacement=None)
            if said is None or not isinstance(said.item, dict):
                continue
            yield Utterance(label, said.item, said.line)
            quote = one.quote_at(push)
            below = view.shown.get(said.line + quote.count("\n") + 1, "")
            if below.strip():
                longer = {**said.item, "quote": f"{quote}\n{below}", "claim": "What follows is wrong, too."}
                yield Utterance(label, longer, said.line)


def _about_marks(view: View, number: int, text: str) -> Iterator[Utterance]:
    for at, (title, claim) in enumerate(_PLACEHOLDERS):
        label = f"N8:{at}"
        item = make_item(label, file=view.path, quote=text, line_hint=number, title=title, claim=claim)
        yield Utterance(label, item)
    mark = "… 12 lines left out here by the reviewer …"
    item = make_item("N8:9", file=view.path, quote=mark, title="A line is no code", claim="It cannot be parsed.")
    yield Utterance("N8:9", item)


def _misshapen(view: View, number: int, text: str) -> Iterator[Utterance]:
    good = make_item(
        "N9", file=view.path, quote=text, line_hint=number, title="This line is wrong", claim="It is wrong."
    )
    bent: list[object] = [
        {key: value for key, value in good.items() if key != "claim"}, {**good, "confidence": 0.97},
        {**good, "severity": "critical"}, {**good, "category": "style"}, {**good, "line_hint": "12"},
        {**good, "quote": ""}, {**good, "title": "   "}, {**good, "evidence_quotes": None}, [good], "LGTM", None,
        {**good, "line_hint": True}, {**good, "replacement": 7}, {**good, "file": [view.path]}, {"finding": good},
        {**good, "claim": "x" * 5000},
    ]  # fmt: skip
    yield from (Utterance("N9:0", item) for item in bent)


def _far_away(text: str) -> Iterator[Utterance]:
    for at, path in enumerate(_FAR_PATHS):
        label = f"N14:{at}"
        yield Utterance(
            label, make_item(label, file=path, quote=text, title=f"Defect {at} elsewhere", claim="It fails.")
        )


def make_inflated(view: View, lines: Sequence[tuple[int, str]]) -> Iterator[Utterance]:
    """Yield matters of taste that are called errors (N16); the second look cannot decide about taste."""
    for number, text in lines:
        label, title = f"N16:{number}", f"A clearer name than that in line {number} would help readers"
        item = make_item(label, file=view.path, quote=text, line_hint=number, title=title, claim="Naming matters.")
        yield Utterance(label, item, number, UNSURE)


def make_false(view: View, lines: Sequence[tuple[int, str]], believed: Sequence[bool]) -> Iterator[Utterance]:
    """Yield false claims about lines (N10), and what the second look, which errs now and then, says about each."""
    for (number, text), is_believed in zip(lines, believed, strict=True):
        label = f"N10:{number}"
        item = make_item(label, file=view.path, quote=text, line_hint=number, claim="An empty list raises IndexError.",
                         title=f"The fee in line {number} fails for an empty list")  # fmt: skip
        yield Utterance(label, item, number, "confirmed" if is_believed else REFUTED, text)


def make_flood(view: View, lines: Sequence[tuple[int, str]]) -> Iterator[Utterance]:
    """Yield a claim about each line (N15)."""
    for number, text in lines:
        label = f"N15:{number}"
        item = make_item(label, file=view.path, quote=text, line_hint=number, title=f"Fee of line {number} looks odd",
                         claim="Compare it with the price list.")  # fmt: skip
        yield Utterance(label, item, number)
