from dataclasses import dataclass, field, replace
from enum import StrEnum

import pytest

from hive_guardian.model.review import Coverage, Fate, Shortfall
from hive_guardian.review.redact import Redactor
from hive_guardian.review.scrub import scrub, scrub_report
from tests.fakes.reports import make_finding
from tests.fakes.reviews import RULES, make_review, make_review_finding

SECRET = "gh" + "p_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7"
CLEAN = "⟦SECRET:github:1⟧"


class _Word(StrEnum):
    ONE = "one"


@dataclass(frozen=True, slots=True)
class _Box:
    text: str
    count: int = 1
    word: _Word = _Word.ONE
    parts: tuple[object, ...] = ()
    table: dict[str, object] = field(default_factory=dict)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (f"a {SECRET} b", f"a {CLEAN} b"),
        ((1, f"x{SECRET}"), (1, f"x{CLEAN}")),
        ([SECRET], [CLEAN]),
        ({SECRET: [SECRET]}, {CLEAN: [CLEAN]}),
        (
            _Box(SECRET, 2, parts=(_Box("in", table={"k": SECRET}),)),
            _Box(CLEAN, 2, parts=(_Box("in", table={"k": CLEAN}),)),
        ),
        (_Word.ONE, _Word.ONE),
        (None, None),
    ],
)
def test_every_text_is_cleaned(given: object, expected: object) -> None:
    """Texts go however deep they are, as values and as keys; what is no text stays."""
    assert scrub(given, Redactor().redact) == expected


def test_what_holds_no_secret_is_the_same_object() -> None:
    """Nothing is copied for nothing."""
    box = _Box("text", parts=("a", _Box("b")), table={"k": ["v"]})
    assert scrub(box, Redactor().redact) is box
    assert type(scrub(_Word.ONE, Redactor().redact)) is _Word


def test_a_report_is_cleaned_everywhere() -> None:
    """Names of branches and files, messages of models, rules and failures: no field of a report keeps a secret."""
    finding = replace(make_finding(), message=SECRET, location=replace(make_finding().location, path=f"{SECRET}.py"))
    report = replace(
        make_review(), base=SECRET, head=f"feature/{SECRET}", resolved=(f"{SECRET}.py: old",), notes=(SECRET,),
        shown=(replace(make_review_finding(), path=f"{SECRET}.py", message=SECRET),),
        coverage=(Coverage(f"{SECRET}.py", "@@", 1, Fate.SKIPPED, SECRET),),
        shortfalls=(Shortfall("budget", SECRET, SECRET),),
        rules=replace(RULES, findings=(finding,), sources={"a.py": SECRET}, notes=(SECRET,)),
    )  # fmt: skip
    clean = scrub_report(report, Redactor().redact)
    assert SECRET not in repr(clean)
    assert clean.head == f"feature/{CLEAN}"
    assert clean.rules.findings[0].location.path == f"{CLEAN}.py"
    assert clean.shown[0].suggestion == report.shown[0].suggestion
