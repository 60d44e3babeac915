"""Run the evaluation with genuine answers: of the configured provider, which are recorded, or of a recording."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import hive_guardian
from hive_guardian.adapters.review_replay import read_recordings
from hive_guardian.adapters.staged_file import replace_content
from hive_guardian.bootstrap.evaluating import (
    EvaluationRequest,
    case_settings,
    find_kept,
    look_at,
    pick_cases,
    review_request,
)
from hive_guardian.bootstrap.evaluation_workshop import Workshop, open_workshop
from hive_guardian.bootstrap.review_providers import find_factory
from hive_guardian.model.errors import UsageError
from hive_guardian.model.evaluation import Evaluation, Omission
from hive_guardian.review.evaluation.case import Case
from hive_guardian.review.evaluation.genuine import tally_genuine
from hive_guardian.review.evaluation.observation import Observation
from hive_guardian.review.evaluation.recording import (
    ABOUT_FILE,
    ANSWERS_FILE,
    Recorder,
    dump_about,
    dump_recording,
    label_of,
    read_about,
)
from hive_guardian.review.evaluation.session import Kind, Session
from hive_guardian.review.provider import FailureKind, ModelRequest, ModelResponse, Provider
from hive_guardian.review.provider_setup import ProviderSetup, models_of
from hive_guardian.review.settings import OFFLINE, ContextLevel, ReviewSettings

_HOPELESS = frozenset({FailureKind.CREDENTIALS, FailureKind.CONFIGURATION, FailureKind.BUDGET})
_REPLAY = "replay"


@dataclass(slots=True)
class _Answers:
    """Where genuine answers come from.

    Attributes:
        settings: of the project: who is asked, and for how much.
        build: makes the provider.
        environ: keys.
        keep: is told of every answer.
        recorders: those that were made.
    """

    settings: ReviewSettings
    build: Callable[[ProviderSetup], Provider]
    environ: Mapping[str, str]
    keep: Callable[[ModelRequest, ModelResponse], None]
    recorders: list[Recorder] = field(default_factory=list)

    def factory(self, setup: ProviderSetup) -> Provider:
        self.recorders.append(Recorder(self.build(setup), self.keep))
        return self.recorders[-1]


def evaluate_live(
    request: EvaluationRequest, settings: ReviewSettings, folder: Path, environ: Mapping[str, str]
) -> Evaluation:
    """Evaluate the configured provider and record its answers.

    Args:
        request: what to evaluate.
        settings: of the project: provider, models, budgets.
        folder: where answers are written; what is there is replaced.
        environ: keys.

    Raises:
        UsageError: no provider is configured, its key or model is missing, or the folder cannot be written.
    """
    if settings.provider in {OFFLINE, _REPLAY}:
        raise UsageError("eval --live asks a real model: set review.provider to one, such as anthropic")
    build = find_factory(settings.provider)
    models = models_of(settings.provider, settings.models)
    day = datetime.now(UTC).date().isoformat()
    lines: list[str] = []
    answers = _Answers(settings, build, environ, lambda asked, said: lines.append(dump_recording(asked, said)))
    result = _evaluate(request, answers, label_of({role.value: name for role, name in models.items()}, day))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_content(folder / ANSWERS_FILE, "".join(lines).encode("ascii"))
        about = dump_about({role.value: name for role, name in models.items()}, day, request.context)
        replace_content(folder / ABOUT_FILE, about.encode("ascii"))
    except OSError as error:
        raise UsageError(f"--live {folder.name}: {error.strerror}") from error
    return replace(result, details={**result.details, "recorded": f"{len(lines)} answers"})


def evaluate_recording(request: EvaluationRequest, folder: Path) -> Evaluation:
    """Evaluate with the answers of a recording; its level of context is taken over.

    Raises:
        UsageError: it cannot be read, or is none.
    """
    try:
        label, context = read_about((folder / ABOUT_FILE).read_text("ascii"))
        level = ContextLevel(context).value
    except OSError as error:
        raise UsageError(f"--replay {folder.name}: {ABOUT_FILE}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"--replay {folder.name}: {ABOUT_FILE}: is no recording of an evaluation") from error
    provider = read_recordings(folder / ANSWERS_FILE)
    settings = ReviewSettings(provider="recorded")
    return _evaluate(replace(request, context=level), _Answers(settings, lambda _: provider, {}, _forget), label)


def _forget(request: ModelRequest, response: ModelResponse) -> None:
    del request, response


def _evaluate(request: EvaluationRequest, answers: _Answers, label: str) -> Evaluation:
    cases = pick_cases(request.names)
    seen: list[Observation] = []
    omissions = [Omission("corpus", f"only {len(cases)} cases were asked for")] if request.names else []
    with open_workshop(cases) as workshop:
        state = workshop.next_state()
        for number, case in enumerate(cases):
            request.progress(number, len(cases))
            seen += _observe(case, workshop, state, request, answers)
            hopeless = next((one for one in seen[-1].report.shortfalls if one.kind in _HOPELESS), None)
            if hopeless is not None and case.group != "coverage":
                omissions.append(
                    Omission("corpus", f"it ended after {number + 1} of {len(cases)} cases: {hopeless.message}")
                )
                break
        seen = [
            replace(one, places={**one.places, "kept": find_kept(one.session.case, workshop, state)}) for one in seen
        ]
    omissions += _incomplete(seen)
    spent = sum(one.report.spend.micro_usd for one in seen)
    return Evaluation(
        hive_guardian.__version__, label, request.context, len(cases), len(seen), tally_genuine(seen),
        omissions=tuple(omissions), details={"spent": f"${spent / 1_000_000:.4f}"},
    )  # fmt: skip


def _observe(
    case: Case, workshop: Workshop, state: Path, request: EvaluationRequest, answers: _Answers
) -> Iterator[Observation]:
    own, asked = case_settings(case), answers.settings
    settings = replace(
        asked, unit_tokens=own.unit_tokens, most_requests=own.most_requests, keep_days=0,
        models=asked.models or own.models,
        budgets={**asked.budgets, **({"review": own.budgets["review"]} if "budget" in case.review else {})},
    )  # fmt: skip
    session = Session(case, "live", Kind.LIVE, lambda _push: lambda _view: ())
    for push in range(1, len(case.pushes) + 1):
        answers.recorders.clear()
        wanted = review_request(session, push, workshop, settings, state, request.context)
        wanted = replace(wanted, environ={**answers.environ, **wanted.environ}, factory=answers.factory, clock=None)
        report, _ = request.review(wanted)
        sent = [text for recorder in answers.recorders for text in recorder.sent]
        views = [view for recorder in answers.recorders for view in recorder.views]
        yield look_at(session, push, report, workshop, state, settings, sent, views)


def _incomplete(seen: list[Observation]) -> Iterator[Omission]:
    """Yield that reviews failed which should not have."""
    bad = [one for one in seen if one.session.case.group != "coverage" and one.report.shortfalls]
    if bad:
        first = bad[0].report.shortfalls[0]
        yield Omission("answers", f"{len(bad)} of {len(seen)} reviews were not complete, the first: {first.message}")
