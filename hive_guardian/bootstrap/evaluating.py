"""Run the evaluation: every case through the whole review, with a model that follows a script."""

import asyncio
import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import hive_guardian
from hive_guardian.adapters.evaluation_corpus import load_corpus
from hive_guardian.adapters.git.fast_import import Commit, create_repository, point_branch, write_commits
from hive_guardian.adapters.leftovers import read_leftovers
from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.adapters.state_directory import VARIABLE
from hive_guardian.bootstrap.checking import CheckRequest, check
from hive_guardian.bootstrap.review_models import LEDGER_FILE
from hive_guardian.bootstrap.reviewing import ReviewRequest, review
from hive_guardian.config.layers import CommandLine
from hive_guardian.model.errors import UsageError
from hive_guardian.model.evaluation import Evaluation, Omission
from hive_guardian.model.finding import Status
from hive_guardian.model.review import ReviewReport
from hive_guardian.report.review import REVIEW_FORMATS, render_review
from hive_guardian.review.evaluation.case import Case
from hive_guardian.review.evaluation.observation import Applied, Ledgered, Observation
from hive_guardian.review.evaluation.planted import telling_parts
from hive_guardian.review.evaluation.script import ID, ScriptedProvider
from hive_guardian.review.evaluation.session import Session, list_sessions
from hive_guardian.review.evaluation.tally import draw_curve, tally
from hive_guardian.review.evaluation.view import View
from hive_guardian.review.ledger import BookingState, Scope
from hive_guardian.review.provider import Role
from hive_guardian.review.provider_setup import DEFAULT_MODELS
from hive_guardian.review.settings import ReviewSettings, read_settings

TODAY = date(2026, 1, 15)
"""The day of every review, so that two runs are equal."""
_NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
_LOGGER = "hive_guardian"
_REPOSITORY = "parcel"

Review = Callable[[ReviewRequest], tuple[ReviewReport, int]]
"""Makes a review; raises what `reviewing.review` raises."""


class EvaluationClock:
    """Time that passes only when somebody sleeps; chance that never varies. Implements `Clock`."""

    def __init__(self) -> None:
        """Begin at noon."""
        self._seconds = 0.0

    def now(self) -> float:
        """Return the seconds that were slept."""
        return self._seconds

    def utc(self) -> datetime:
        """Return noon and what was slept since."""
        return _NOON + timedelta(seconds=self._seconds)

    def chance(self) -> float:
        """Return the same number each time."""
        return 0.5

    async def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self._seconds += seconds
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
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


@dataclass(slots=True)
class Workshop:
    """Where an evaluation runs: a repository with all states of all cases, and directories for what reviews keep.

    Attributes:
        folder: everything is below it.
        logs: what was logged so far.
        count: of sessions that began.
    """

    folder: Path
    logs: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def root(self) -> Path:
        """The repository; its name is part of no prompt, but let it be the same each time."""
        return self.folder / _REPOSITORY

    @property
    def cache(self) -> Path:
        """Where results of rules are kept."""
        return self.folder / "cache"

    def next_state(self) -> Path:
        """Return a directory for the ledger and the answers of one session."""
        self.count += 1
        return self.folder / "state" / str(self.count)


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
    return Evaluation(
        version=hive_guardian.__version__, label=ID, context=request.context, cases=len(cases), reviews=len(seen),
        measures=tally(seen), curve=tuple(draw_curve(seen)), omissions=tuple(_omissions(request)),
    )  # fmt: skip


def pick_cases(names: Sequence[str]) -> list[Case]:
    """Return the cases of some names, all without any.

    Raises:
        UsageError: there is no such case.
    """
    cases = load_corpus()
    unknown = sorted(set(names) - {case.name for case in cases})
    if unknown:
        from hive_guardian.config.problems import nearest  # only a mistake needs it

        known = sorted(case.name for case in cases)
        raise UsageError(f"there is no case {unknown[0]!r}{nearest(unknown[0], known)}; there are {', '.join(known)}")
    return [case for case in cases if not names or case.name in names]


def _omissions(request: EvaluationRequest) -> Iterator[Omission]:
    if request.names:
        yield Omission("corpus", f"only {len(request.names)} cases were asked for")


@contextmanager
def open_workshop(cases: Sequence[Case]) -> Iterator[Workshop]:
    """Yield a workshop with the states of some cases; it is gone afterwards.

    Raises:
        UsageError: git is missing.
    """
    with tempfile.TemporaryDirectory(prefix="hive-guardian-eval-") as name:
        workshop = Workshop(Path(name))
        create_repository(workshop.root)
        write_commits(workshop.root, _commits(cases))
        with _listening(workshop.logs):
            yield workshop


@contextmanager
def _listening(logs: list[str]) -> Iterator[None]:
    """Keep everything that is logged."""

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            logs.append(f"{record.getMessage()} {vars(record)}")

    logger, keeper = logging.getLogger(_LOGGER), Keeper(logging.DEBUG)
    level = logger.level
    logger.addHandler(keeper)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(keeper)
        logger.setLevel(level)


def _commits(cases: Sequence[Case]) -> Iterator[Commit]:
    for case in cases:
        yield Commit(f"base/{case.name}", "", case.base)
        for number, (state, parent) in enumerate(zip(case.pushes, case.parents, strict=True), start=1):
            yield Commit(_push(case, number), _push(case, parent) if parent else f"base/{case.name}", state)


def _push(case: Case, number: int) -> str:
    return f"push/{case.name}/{number}"


def observe(session: Session, workshop: Workshop, request: EvaluationRequest) -> Iterator[Observation]:
    """Yield what is seen of the reviews of a session, push by push."""
    yield from observe_with(session, workshop, request, ScriptedProvider(session.speak(1), session.frame), None)


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
    money, applied = read_money(state, settings), tuple(_apply(case, push, report, workshop))
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
    point_branch(workshop.root, branch, _push(session.case, push))
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


def _apply(case: Case, push: int, report: ReviewReport, workshop: Workshop) -> Iterator[Applied]:
    """Yield what becomes of every suggestion that is offered, once it is applied."""
    state = case.pushes[push - 1]
    offered = [one for one in report.findings if one.suggestion is not None]
    if not offered:
        return
    before = _count_findings(workshop, state)
    for one in offered:
        suggestion = one.suggestion
        if suggestion is None:
            continue
        place = f"{one.path}:{suggestion.line}"
        content = _replace_lines(state[one.path], suggestion.line, suggestion.end_line, suggestion.text)
        try:
            compile(content, one.path, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            yield Applied(place, "it does not parse")
            continue
        more = _count_findings(workshop, {**state, one.path: content})
        worse = sorted(rule for rule, many in more.items() if many > before.get(rule, 0))
        yield Applied(place, f"{worse[0]} finds more" if worse else "")


def _replace_lines(content: bytes, first: int, last: int, text: str) -> bytes:
    """Return a file with other lines in the place of some, with the line ends it has."""
    end = b"\r\n" if b"\r\n" in content else b"\n"
    lines = content.split(end)
    return end.join([*lines[: first - 1], *text.encode().split(b"\n"), *lines[last:]])


def _count_findings(workshop: Workshop, state: Mapping[str, bytes]) -> dict[str, int]:
    """Return rule -> number of findings in a project with these files."""
    with tempfile.TemporaryDirectory(dir=workshop.folder) as name:
        root = Path(name) / _REPOSITORY
        for path, content in state.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        done = check(CheckRequest((str(root),), CommandLine(), TODAY, jobs=1, cache=False))
    found: dict[str, int] = {}
    for one in done.outcome.report.findings:
        if one.status is Status.NEW:
            found[one.rule] = found.get(one.rule, 0) + 1
    return found
