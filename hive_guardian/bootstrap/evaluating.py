"""Run the evaluation: every case through the whole review, with a model that follows a script."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import hive_guardian
from hive_guardian.adapters.evaluation_corpus import load_corpus
from hive_guardian.adapters.git.fast_import import point_branch
from hive_guardian.adapters.leftovers import read_leftovers
from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.adapters.state_directory import VARIABLE
from hive_guardian.bootstrap.checking import CheckRequest
from hive_guardian.bootstrap.evaluating_suggestions import apply_suggestions
from hive_guardian.bootstrap.evaluation_workshop import TODAY, EvaluationClock, Workshop, name_push, open_workshop
from hive_guardian.bootstrap.review_models import LEDGER_FILE
from hive_guardian.bootstrap.reviewing import ReviewRequest, review
from hive_guardian.config.layers import CommandLine
from hive_guardian.model.errors import UsageError
from hive_guardian.model.evaluation import Evaluation, Omission
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.review import ReviewReport
from hive_guardian.report.review import REVIEW_FORMATS, render_review
from hive_guardian.review.evaluation.case import Case
from hive_guardian.review.evaluation.observation import Ledgered, Observation
from hive_guardian.review.evaluation.planted import telling_parts
from hive_guardian.review.evaluation.script import ID, ScriptedProvider
from hive_guardian.review.evaluation.session import Session, list_sessions
from hive_guardian.review.evaluation.tally import draw_curve, tally
from hive_guardian.review.evaluation.view import View
from hive_guardian.review.ledger import BookingState, Scope
from hive_guardian.review.provider import Role
from hive_guardian.review.provider_setup import DEFAULT_MODELS
from hive_guardian.review.settings import ReviewSettings, read_settings

Review = Callable[[ReviewRequest], tuple[ReviewReport, int]]
"""Makes a review; raises what `reviewing.review` raises."""


@frozen
class EvaluationRequest:
    """What a caller wants evaluated.

    Attributes:
        names: of cases; empty = all.
        context: level of context of the prompts.
        review: what makes a review, so that a safeguard can be taken out.
        progress: told (done, total) in sessions.
    """

    names: tuple[str, ...] = ()
    context: str = "lean"
    review: Review = review
    progress: Callable[[int, int], None] = lambda _done, _total: None


def evaluate(request: EvaluationRequest) -> Evaluation:
    """Evaluate the reviewer with a scripted model.

    Raises:
        UsageError: a case is unknown, or git is missing.
    """
    cases = pick_cases(request.names)
    sessions = list(list_sessions(cases))
    with open_workshop(cases) as workshop:
        seen: list[Observation] = []
        for number, session in enumerate(sessions):
            request.progress(number, len(sessions))
            seen += observe(session, workshop, request)
    tokens = sum(one.report.spend.input_tokens for one in seen)
    return Evaluation(
        version=hive_guardian.__version__, label=ID, context=request.context, cases=len(cases), reviews=len(seen),
        measures=tally(seen), curve=tuple(draw_curve(seen)), omissions=tuple(_omissions(request)),
        details={"prompts": f"{tokens:,} tokens by our estimate"},
    )  # fmt: skip


def pick_cases(names: Sequence[str]) -> list[Case]:
    """Return the cases of some names, all without any.

    Raises:
        UsageError: there is no such case.
    """
    cases = load_corpus()
    unknown = sorted(set(names) - {case.name for case in cases})
    if unknown:
        from hive_guardian.model.spelling import nearest  # only a mistake needs it

        known = sorted(case.name for case in cases)
        raise UsageError(f"there is no case {unknown[0]!r}{nearest(unknown[0], known)}; there are {', '.join(known)}")
    return [case for case in cases if not names or case.name in names]


def _omissions(request: EvaluationRequest) -> Iterator[Omission]:
    if request.names:
        yield Omission("corpus", f"only {len(request.names)} cases were asked for")


def observe(session: Session, workshop: Workshop, request: EvaluationRequest) -> Iterator[Observation]:
    """Yield what is seen of the reviews of a session, push by push."""
    model = ScriptedProvider(session.speak(1), session.frame, session.judge)
    yield from observe_with(session, workshop, request, model, None)


def observe_with(
    session: Session,
    workshop: Workshop,
    request: EvaluationRequest,
    model: ScriptedProvider,
    environ: Mapping[str, str] | None,
) -> Iterator[Observation]:
    """Yield what is seen of the reviews of a session.

    Args:
        session: the script.
        workshop: where it runs.
        request: how.
        model: follows the script.
        environ: for the provider that the settings name and that leads to the model; `None` = the model itself is
            asked.
    """
    case, state = session.case, workshop.next_state()
    settings = session.settle(case_settings(case))
    for push in range(1, len(case.pushes) + 1):
        model.begin(session.speak(push))
        heard = len(workshop.logs)
        wanted = review_request(session, push, workshop, settings, state, request.context)
        if environ is None:
            wanted = replace(wanted, factory=lambda _setup: model)
        report, _ = request.review(replace(wanted, environ={**wanted.environ, **(environ or {})}))
        found = look_at(session, push, report, workshop, state, settings, model.sent, model.views)
        logs = find_planted(case, "\n".join(workshop.logs[heard:]))
        yield replace(
            found, uttered=tuple(model.uttered),
            places={**found.places, "logs": logs, "kept": find_kept(case, workshop, state)},
        )  # fmt: skip


def look_at(
    session: Session,
    push: int,
    report: ReviewReport,
    workshop: Workshop,
    state: Path,
    settings: ReviewSettings,
    sent: Sequence[str],
    views: Sequence[View],
) -> Observation:
    """Return what is seen of a review, but for what was said and what is left of it."""
    case = session.case
    outputs = {form: render_review(form, report) for form in REVIEW_FORMATS}
    places = {
        "requests": find_planted(case, "\n".join(sent)),
        "outputs": find_planted(case, "\n".join(outputs.values())),
    }
    money, applied = read_money(state, settings), tuple(apply_suggestions(case, push, report, workshop))
    return Observation(session, push, report, (), tuple(views), outputs, places, money, applied)


def find_kept(case: Case, workshop: Workshop, state: Path) -> tuple[str, ...]:
    """Return the names of the planted secrets in what reviews keep: ledger, answers, memory and results of rules."""
    if not case.secrets:
        return ()
    found = {name for _, text in read_leftovers(state, workshop.cache) for name in find_planted(case, text)}
    return tuple(sorted(found))


def case_settings(case: Case) -> ReviewSettings:
    """Return how a case is reviewed.

    Raises:
        UsageError: its settings are wrong.
    """
    settings = read_settings(case.review)
    models = {role: DEFAULT_MODELS["anthropic"][role] for role in (Role.REVIEWER, Role.VERIFIER)}
    return replace(settings, provider=ID, models=models)


def review_request(
    session: Session,
    push: int,
    workshop: Workshop,
    settings: ReviewSettings,
    state: Path,
    context: str,
) -> ReviewRequest:
    """Return the review of a push; the branch of the session points at it from now on.

    Raises:
        UsageError: git refuses.
    """
    branch = f"work/{session.case.name}.{session.name}"
    point_branch(workshop.root, branch, name_push(session.case, push))
    check_request = CheckRequest((str(workshop.root),), CommandLine(), TODAY, jobs=1, cache_directory=workshop.cache)
    return ReviewRequest(
        check_request, span=f"base/{session.case.name}...{branch}", context=context, environ={VARIABLE: str(state)},
        settings=settings, clock=EvaluationClock(),
    )  # fmt: skip


def read_money(state: Path, settings: ReviewSettings) -> Ledgered:
    """Return what the ledger says of the reviews of a session so far."""
    path = state / LEDGER_FILE
    caps = settings.budgets
    least = min((caps[scope] for scope in (Scope.REVIEW, Scope.CHANGE) if scope in caps), default=None)
    if not path.exists():
        return Ledgered(0, least, 0)
    ledger = SqliteLedger(path)
    try:
        rows = ledger.bookings(date.min, date.max)
    finally:
        ledger.close()
    last = rows[-1].account.review if rows else ""
    spent = sum(row.micro_usd for row in rows if row.account.review == last)
    held = sum(row.state is BookingState.HELD for row in rows)
    return Ledgered(spent, least, held)


def find_planted(case: Case, text: str) -> tuple[str, ...]:
    """Return the names of the planted secrets that stand in a text."""
    return tuple(name for name, value in case.secrets.items() if any(part in text for part in telling_parts(value)))
