"""Observations of made-up reviews, and ways to take a safeguard out of real ones."""

from collections.abc import Callable
from dataclasses import replace

from hive_guardian.bootstrap.evaluating import EvaluationRequest
from hive_guardian.bootstrap.reviewing import ReviewRequest, review
from hive_guardian.model.review import Origin, ReviewFinding, ReviewReport, Standing, Suggestion, Verdict
from hive_guardian.model.severity import Severity
from hive_guardian.review.evaluation.case import Case
from hive_guardian.review.evaluation.observation import Ledgered, Observation
from hive_guardian.review.evaluation.script import Utterance
from hive_guardian.review.evaluation.session import Kind, Session
from tests.fakes.reviews import make_review

Sabotage = Callable[[ReviewReport], ReviewReport]


def make_case(group: str = "defects", **fields: object) -> Case:
    """Return a case of one file and two pushes, of which the second changes nothing."""
    before, after = {"a.py": b"x = 1\n"}, {"a.py": b"x = 2\n"}
    return replace(Case("made-up", group, {}, before, (after, after), (0, 1)), **fields)  # type: ignore[arg-type]  # its fields


def make_session(case: Case | None = None, kind: Kind = Kind.TRUE, **fields: object) -> Session:
    """Return a session in which nothing is said."""
    session = Session(case or make_case(), kind.value, kind, lambda _push: lambda _view: ())
    return replace(session, **fields)  # type: ignore[arg-type]  # its fields


def observe(
    *findings: ReviewFinding, uttered: tuple[Utterance, ...] = (), session: Session | None = None, **fields: object
) -> Observation:
    """Return an observation of a review with findings, all of them shown."""
    report = replace(make_review(), shown=findings, others=(), verdict=Verdict.FINDINGS, coverage=())
    said = tuple(("a.py", one) for one in uttered)
    seen = Observation(session or make_session(), 1, report, said, money=Ledgered(5, 10, 0))
    return replace(seen, **fields)  # type: ignore[arg-type]  # its fields


def find(label: str, line: int = 1, **fields: object) -> ReviewFinding:
    """Return a confirmed finding that a script is responsible for."""
    finding = ReviewFinding(
        "AI-correctness", Origin.AI, "correctness", Severity.ERROR, "a.py", line, line, "", f"title of {label}",
        "message", trigger=label, standing=Standing.CONFIRMED,
    )  # fmt: skip
    return replace(finding, **fields)  # type: ignore[arg-type]  # its fields


def sabotaged(change: Sabotage, *names: str) -> EvaluationRequest:
    """Return the request for an evaluation of some cases in which every report is changed before anybody sees it."""

    def review_badly(request: ReviewRequest) -> tuple[ReviewReport, int]:
        report, code = review(request)
        return change(report), code

    return EvaluationRequest(names, review=review_badly)


def lose_findings(report: ReviewReport) -> ReviewReport:
    """Drop every finding."""
    return replace(report, shown=(), others=())


def repeat_findings(report: ReviewReport) -> ReviewReport:
    """Report everything twice."""
    return replace(report, others=(*report.others, *report.shown))


def leak(label: str) -> Sabotage:
    """Return what lets a claim of a class through that was dropped."""

    def change(report: ReviewReport) -> ReviewReport:
        return replace(report, others=(*report.others, find(label)))

    return change


def offer(text: str) -> Sabotage:
    """Return what offers a text in the place of the lines of every finding, unproven."""

    def change(report: ReviewReport) -> ReviewReport:
        findings = [replace(one, suggestion=Suggestion(one.line, one.end_line, text)) for one in report.findings]
        return replace(report, shown=tuple(findings), others=())

    return change
