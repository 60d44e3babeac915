"""Put a review together: the change, the golden rules on both of its sides, and whoever is asked to read it."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import field, replace
from pathlib import Path

import hive_guardian
from hive_guardian.adapters.git.change import GitChange, read_diff, read_range, read_since, read_staged
from hive_guardian.adapters.review_lock import Turn
from hive_guardian.adapters.state_directory import repository_name
from hive_guardian.bootstrap.checking import CheckRequest, prepare_run
from hive_guardian.bootstrap.review_budget import Affordable, fit_budget
from hive_guardian.bootstrap.review_keys import list_keys
from hive_guardian.bootstrap.review_observer import open_observer
from hive_guardian.bootstrap.review_past import open_reviews, wait_for_turn
from hive_guardian.bootstrap.review_rules import Judged, judge_states, new_findings, open_proof
from hive_guardian.config.load import load
from hive_guardian.engine.request import Request, StatTree
from hive_guardian.engine.run import exit_code as rules_exit_code
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import ErrorKind, Report
from hive_guardian.model.review import ReviewFinding, ReviewReport
from hive_guardian.review.asking import (
    Question,
    Reading,
    needs_models,
    not_asked,
    read_change,
    told_before,
    with_told_before,
)
from hive_guardian.review.conclusion import Materials, conclude
from hive_guardian.review.conclusion import exit_code as review_exit_code
from hive_guardian.review.figures import sum_up
from hive_guardian.review.heuristics.run import apply_heuristics
from hive_guardian.review.heuristics.scene import Scene
from hive_guardian.review.memory import Memory
from hive_guardian.review.neighbours import describe_neighbours
from hive_guardian.review.observing import SILENT, BudgetsLeft, LessRead, Observer, Planned, ReviewBegun
from hive_guardian.review.plan import Plan, Unit, estimate_tokens, make_plan
from hive_guardian.review.prompt import PROMPT_VERSION, Surroundings, make_request
from hive_guardian.review.provider import Estimate, ModelRequest, Models, Role
from hive_guardian.review.provider_setup import ProviderFactory, models_of
from hive_guardian.review.recall import Recalled, digest_unit, recall
from hive_guardian.review.redact import Redactor, is_denied
from hive_guardian.review.scrub import scrub, scrub_report
from hive_guardian.review.settings import OFFLINE, ContextLevel, ReviewSettings, read_settings
from hive_guardian.review.snapshot import ChangedFile, load_files
from hive_guardian.review.terms import Clock
from hive_guardian.source.text import decode

REPLAY = "replay"
_FENCE_BYTES = 12
_DENIED = "it usually holds secrets, or the configuration denies it"
_TELLING_NAME = "its name holds what looks like a secret"


@frozen
class ReviewRequest:
    """What a caller wants reviewed.

    Attributes:
        check: how the golden rules run; its paths say which project.
        span: `A..B` or `A...B`, empty when another source is named.
        staged: what is staged.
        since: the work tree since a commit; `None` when another source is named.
        diff: a unified diff; `None` when another source is named.
        diff_name: how a person calls the diff.
        provider: who is asked, instead of what the configuration says; empty = as configured.
        context: how much is sent, instead of what the configuration says; empty = as configured.
        environ: environment variables, for keys of providers.
        settings: how to review, instead of what the configuration says; `provider` and `context` still win.
        factory: builds who is asked, instead of the provider of the name that the settings give.
        clock: time and chance of whoever asks; `None` = those of this machine.
        redactor: takes secrets out of everything; whoever logs shares it.
        observer: watches, besides the log and OpenTelemetry.
    """

    check: CheckRequest
    span: str = ""
    staged: bool = False
    since: str | None = None
    diff: bytes | None = None
    diff_name: str = "the diff"
    provider: str = ""
    context: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)
    settings: ReviewSettings | None = None
    factory: ProviderFactory | None = None
    clock: Clock | None = None
    redactor: Redactor = field(default_factory=Redactor)
    observer: Observer = SILENT


@frozen
class Prepared:
    """A review before anybody was asked.

    Attributes:
        root: the project.
        git: the change.
        settings: how to review it.
        judged: what golden rules and facts say.
        files: path -> changed file.
        plan: what is to be sent.
        around: what is said besides.
        redactor: has seen all files.
        heuristics: what can be said without a model.
    """

    root: Path
    git: GitChange
    settings: ReviewSettings
    judged: Judged
    files: Mapping[str, ChangedFile]
    plan: Plan
    around: Surroundings
    redactor: Redactor
    heuristics: tuple[ReviewFinding, ...]


def review(request: ReviewRequest) -> tuple[ReviewReport, int]:
    """Review a change; returns the report and the exit code.

    Raises:
        UsageError: the caller's arguments or configuration are wrong, git fails, or the provider cannot be set up.
    """
    tree, given, root = _open(request)
    watched = open_observer(request.environ, request.redactor.redact, (request.observer,))
    with closing(given.cache), watched as (observer, send):
        with observer.watch(ReviewBegun(PROMPT_VERSION, repository_name(root))) as end:
            report, reading, code = _review(replace(request, observer=observer), tree, given, root)
            end(sum_up(report, reading))
        report = replace(report, notes=(*report.notes, *send()))
        return scrub_report(report, request.redactor.redact), code


def _review(
    request: ReviewRequest, tree: StatTree, given: Request, root: Path
) -> tuple[ReviewReport, Reading | None, int]:
    prepared = _prepare(request, tree, given, root)
    request.observer.tell(_planned(prepared))
    key, change = prepared.git.key, prepared.git.change
    reviews = open_reviews(root, request.environ) if request.check.cache else None
    with wait_for_turn(prepared.settings, root, key, change, request.environ) as turn:
        memory = reviews.read(key) if reviews is not None else Memory()
        recalled = _recall(prepared, memory)
        reading, said = _ask(prepared, request, recalled, turn)
        materials = Materials(
            hive_guardian.__version__, change, prepared.plan, prepared.judged.report, prepared.heuristics, reading,
            prepared.settings, prepared.redactor, memory, recalled,
            (*prepared.git.notes, *prepared.judged.notes, *turn.notes, *said),
        )  # fmt: skip
        with open_proof(prepared.judged) as prove:
            report, remembered = conclude(materials, prove)
        remembered = scrub(remembered, request.redactor.redact)
        trouble = reviews.write(key, remembered, time.time()) if reviews is not None and not turn.lost else ""
    report = replace(report, notes=(*report.notes, *filter(None, [trouble])))
    return report, reading, review_exit_code(report, rules_exit_code(prepared.judged.report))


def _recall(prepared: Prepared, memory: Memory) -> Recalled:
    """Return what of earlier reviews still holds; another model, prompt or level of context reads everything anew."""
    settings = prepared.settings
    model = models_of(settings.provider, settings.models).get(Role.REVIEWER, "")
    reader = f"{settings.provider}|{model}|{settings.context}|{PROMPT_VERSION}"

    def digest(unit: Unit) -> str:
        return digest_unit(unit, prepared.around, prepared.redactor, reader)

    return recall(memory, prepared.plan.units, prepared.files, prepared.git.change, digest)


def _planned(prepared: Prepared) -> Planned:
    change, settings = prepared.git.change, prepared.settings
    hunks = sum(len(file.hunks) for file in change.files)
    return Planned(settings.provider, settings.context.value, len(change.files), hunks, len(prepared.plan.units))


def preview(request: ReviewRequest) -> tuple[tuple[ModelRequest, ...], Prepared]:
    """Return exactly what would be sent to the reviewer, and the review it belongs to; nobody is asked.

    What an earlier review read as it is would not be sent again.

    Raises:
        UsageError: as `review`.
    """
    tree, given, root = _open(request)
    with closing(given.cache):
        prepared = _prepare(request, tree, given, root)
        fence = _fence_maker(prepared)
        memory = open_reviews(root, request.environ).read(prepared.git.key) if request.check.cache else Memory()
        units = _recall(prepared, memory).fresh
        return tuple(make_request(unit, prepared.around, prepared.redactor, fence()) for unit in units), prepared


def estimate(requests: tuple[ModelRequest, ...], prepared: Prepared, request: ReviewRequest) -> list[Estimate]:
    """Return the worst case of each request; without a provider its size, at no price. No key is needed.

    Raises:
        UsageError: the models or prices of the provider are missing or wrong.
    """
    del request
    if prepared.settings.provider == OFFLINE:
        return [
            Estimate(OFFLINE, "", estimate_tokens("".join(block.text for block in (*one.system, *one.user))), 0, 0)
            for one in requests
        ]
    if prepared.settings.provider == REPLAY:
        models = _replay(prepared)
        return [models.estimate(one) for one in requests]
    from hive_guardian.bootstrap.review_models import estimate_requests  # brings ledger, prices and providers

    return estimate_requests(prepared.settings, requests)


def _open(request: ReviewRequest) -> tuple[StatTree, Request, Path]:
    check = replace(request.check, staged=False, since=None, local_rules=False)
    return prepare_run(check)


def _prepare(request: ReviewRequest, tree: StatTree, given: Request, root: Path) -> Prepared:
    redactor = request.redactor
    redactor.learn(request.environ)
    git = _read_change(request, root, tree)
    git = replace(git, key=Redactor().redact(git.key))  # by itself, so that every review of the branch has the same key
    config_set = load(
        git.before if git.before.paths() else git.after,
        today=given.today, command_line=request.check.command_line, presets=given.catalogue.presets,
    )  # fmt: skip
    settings = _settings(request, request.settings or read_settings(config_set.root.review))
    redactor.learn_keys(list_keys(settings, request.environ))
    judged = judge_states(given, config_set, git)
    loaded = load_files(
        git.change.files, git.before.read, git.after.read, redactor,
        lambda path: _withhold(path, settings, redactor),
    )  # fmt: skip
    files = {file.change.path: file for file in loaded}
    hits = new_findings(judged.report)
    plan = make_plan(loaded, hits, unit_tokens=settings.unit_tokens, most_units=settings.most_requests)
    near = describe_neighbours(files, judged.after, settings.context)
    around = Surroundings(judged.repository, hits, near, settings.context)
    scene = Scene(
        git.change, files, judged.before, judged.after, judged.unknown, _reader(git.after), judged.tests.__contains__,
    )  # fmt: skip
    heuristics = apply_heuristics(scene) if files else ()
    report = _without_emptiness(judged.report) if not git.change.files else judged.report
    judged = replace(judged, report=report)
    return Prepared(root, git, settings, judged, files, plan, around, redactor, heuristics)


def _withhold(path: str, settings: ReviewSettings, redactor: Redactor) -> str:
    """Return why a file is never sent, empty if it may be."""
    if is_denied(path, settings.deny):
        return _DENIED
    return _TELLING_NAME if redactor.redact(path) != path else ""


def _without_emptiness(report: Report) -> Report:
    """Return the report of a project without Python files without the error that says so: the change is empty."""
    errors = tuple(error for error in report.errors if error.kind is not ErrorKind.NOTHING_CHECKED)
    return replace(report, errors=errors)


def _read_change(request: ReviewRequest, root: Path, tree: StatTree) -> GitChange:
    if request.diff is not None:
        return read_diff(tree, request.diff, request.diff_name)
    if request.staged:
        return read_staged(root, tree)
    if request.span:
        return read_range(root, tree, request.span)
    return read_since(root, tree, request.since or "HEAD")


def _settings(request: ReviewRequest, settings: ReviewSettings) -> ReviewSettings:
    provider = request.provider or settings.provider
    context = ContextLevel(request.context) if request.context else settings.context
    return replace(settings, provider=provider, context=context)


def _reader(tree: StatTree) -> Callable[[str], str]:
    def read(path: str) -> str:
        data = tree.read(path)
        try:
            return decode(data)
        except (SyntaxError, UnicodeDecodeError):
            return data.decode("utf-8", "replace")

    return read


def _ask(
    prepared: Prepared, request: ReviewRequest, recalled: Recalled, turn: Turn
) -> tuple[Reading | None, tuple[str, ...]]:
    """Return what models said, `None` when nobody is to be asked, and what a person should know about them."""
    if prepared.settings.provider == OFFLINE:
        return None, ()
    if turn.lost:
        return not_asked(recalled, turn.lost), ()
    if prepared.settings.provider == REPLAY:
        models = _replay(prepared, request.observer)
        whole = Affordable(recalled.fresh, prepared.around)
        return asyncio.run(_read(prepared, whole, recalled, turn, models, _stay_open, request.observer)), ()
    if not needs_models(recalled):
        return told_before(recalled), ()
    from hive_guardian.bootstrap.review_models import find_remaining, open_models  # brings ledger, prices, providers

    settings, key = prepared.settings, prepared.git.key
    left = find_remaining(settings, prepared.root, key, environ=request.environ, clock=request.clock)
    sent = fit_budget(recalled.fresh, prepared.around, prepared.redactor, settings, left)
    if sent.reader:
        settings = replace(settings, models={**settings.models, Role.REVIEWER: sent.reader})
    if sent.steps:
        request.observer.tell(LessRead(sent.steps, len(sent.left_out)))
    with open_models(
        settings, prepared.root, key,
        environ=request.environ, keep_answers=request.check.cache, clock=request.clock, factory=request.factory,
        observer=request.observer,
    ) as opened:  # fmt: skip
        reading = asyncio.run(_read(prepared, sent, recalled, turn, opened.models, opened.close, request.observer))
        request.observer.tell(BudgetsLeft(opened.models.budgets_left()))
    if sent.notes:
        reading.readers.clear()  # read in haste: with more money it is read again
    if sent.shortfall is not None:
        reading.shortfalls.append(sent.shortfall)
        reading.unread.update((unit.id, sent.shortfall.message) for unit in sent.left_out)
    return reading, (*opened.notes, *opened.models.notes, *sent.notes)


async def _read(
    prepared: Prepared,
    sent: Affordable,
    recalled: Recalled,
    turn: Turn,
    models: Models,
    close: Callable[[], Awaitable[None]],
    observer: Observer,
) -> Reading:
    """Let models read the change, and close their connections in the event loop that opened them."""
    question = Question(
        sent.units, prepared.files, sent.around, prepared.redactor, models, _fence_maker(prepared),
        prepared.settings.deadline_seconds, prepared.settings.concurrency,
        [one for found in prepared.around.hits.values() for one in found],
        {info.code: info.tags for info in prepared.judged.report.rules}, observer, recalled.standing,
        recalled.doubtful, turn.superseded,
    )  # fmt: skip
    try:
        return with_told_before(await read_change(question), recalled)
    finally:
        await close()


async def _stay_open() -> None:
    """Close nothing: recordings have no connection."""


def _replay(prepared: Prepared, observer: Observer = SILENT) -> Models:
    """Return whoever answers from recordings.

    Raises:
        UsageError: no recordings are named, or they cannot be read.
    """
    from hive_guardian.adapters.review_replay import MODEL, read_recordings  # only this provider reads recordings
    from hive_guardian.review.direct import DirectModels

    if not prepared.settings.recordings:
        raise UsageError("the provider replay needs review.recordings, a file of recorded answers")
    return DirectModels(read_recordings(prepared.root / prepared.settings.recordings), MODEL, observer=observer)


def _fence_maker(prepared: Prepared) -> Callable[[], str]:
    """Return what makes a fence: unpredictable, and no part of any file."""
    texts = [side.text for file in prepared.files.values() for side in (file.old, file.new) if side is not None]

    def new_fence() -> str:
        while True:
            fence = secrets.token_hex(_FENCE_BYTES)
            if not any(fence in text for text in texts):
                return fence

    return new_fence
