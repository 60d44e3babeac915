"""Put the asking of models together: provider, registry, books and kept answers, from settings and environment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

from hive_guardian.adapters.review_address import is_loopback
from hive_guardian.adapters.review_answers import SqliteAnswers
from hive_guardian.adapters.review_clock import SystemClock
from hive_guardian.adapters.review_ledger import SqliteLedger
from hive_guardian.adapters.state_directory import repository_name, state_directory
from hive_guardian.bootstrap.review_keys import find_foreign_headers, find_key
from hive_guardian.bootstrap.review_providers import find_factory
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.agents import Agent, Registry, missing_capabilities, price_note, retirement_notes
from hive_guardian.review.answer_store import AnswerStore, NoAnswers, SignedAnswers
from hive_guardian.review.calling import PaidModels
from hive_guardian.review.cost import estimate_request
from hive_guardian.review.geography import check_geo
from hive_guardian.review.ledger import Account, Cap, Remaining, Scope, remaining
from hive_guardian.review.observing import SILENT, Observer
from hive_guardian.review.prices import shipped_prices
from hive_guardian.review.provider import Estimate, ModelRequest, Provider, Role
from hive_guardian.review.provider_setup import ANTHROPIC, ProviderFactory, ProviderSetup, efforts_of, models_of
from hive_guardian.review.settings import ReviewSettings
from hive_guardian.review.terms import Clock, Terms

LEDGER_FILE = "ledger.sqlite3"
_ANSWERS_FILE = "answers.sqlite3"
_ANSWERS_URL = "HIVE_GUARDIAN_ANSWERS_URL"
_ANSWERS_SIGNED_BY = "HIVE_GUARDIAN_ANSWERS_SECRET"


@frozen
class OpenModels:
    """Models that are ready to be asked.

    Attributes:
        models: for the pipeline.
        notes: what a person should know before anything is asked.
        provider: who is asked.
    """

    models: PaidModels
    notes: tuple[str, ...]
    provider: Provider

    async def close(self) -> None:
        """Close the connections of a provider that has any, in the event loop that opened them."""
        close = getattr(self.provider, "close", None)
        if close is not None:
            await close()


def estimate_requests(settings: ReviewSettings, requests: Iterable[ModelRequest]) -> list[Estimate]:
    """Return what requests may cost at worst; nobody is asked, and no key is needed.

    Raises:
        UsageError: a role has no model, or a price is wrong.
    """
    models = _models(settings)
    prices = shipped_prices().with_overrides(settings.prices)
    reviewer = models[Role.REVIEWER]
    found = ((request, models.get(request.role, reviewer)) for request in requests)
    return [estimate_request(request, settings.provider, model, prices.price(model)) for request, model in found]


@contextmanager
def open_models(
    settings: ReviewSettings,
    root: Path,
    change: str,
    *,
    environ: Mapping[str, str],
    keep_answers: bool = True,
    clock: Clock | None = None,
    factory: ProviderFactory | None = None,
    observer: Observer = SILENT,
) -> Iterator[OpenModels]:
    """Open what a review asks, for the time of a block.

    Args:
        settings: of the review; its provider is neither `offline` nor `replay`.
        root: of the project: it names the repository in the ledger.
        change: what is reviewed, such as a branch: spending on it adds up over its reviews.
        environ: environment variables: keys, and where state is kept.
        keep_answers: whether answers of earlier reviews are used and new ones kept.
        clock: time and chance; `None` = those of this machine.
        factory: builds the provider, instead of the one its name stands for.
        observer: watches.

    Raises:
        UsageError: provider, key, models or prices are missing or wrong.
        PluginError: the plugin that brings the provider did not load.
        ReviewError: the ledger cannot be used.
    """
    clock = clock or SystemClock()
    registry, efforts, notes, provider = _registry(settings, environ, clock, factory)
    directory = state_directory(environ)
    account = Account(repository_name(root), change, uuid4().hex, clock.utc())
    caps = _caps(settings)
    terms = Terms(account, caps, float(settings.deadline_seconds), concurrency=settings.concurrency, efforts=efforts)
    with ExitStack() as stack:
        ledger = stack.enter_context(closing(SqliteLedger(directory / LEDGER_FILE)))
        answers: AnswerStore = NoAnswers()
        if keep_answers and settings.keep_days:
            answers = _answers(settings, directory, environ, clock, stack)
        yield OpenModels(PaidModels(registry, ledger, answers, terms, clock, observer), notes, provider)


def find_remaining(
    settings: ReviewSettings, root: Path, change: str, *, environ: Mapping[str, str], clock: Clock | None = None
) -> Remaining:
    """Return what a new review may spend under every budget: of each kind the scarcest.

    It only looks: a ledger that is not there yet is not created.

    Raises:
        ReviewError: the ledger cannot be read.
    """
    path = state_directory(environ) / LEDGER_FILE
    now = (clock or SystemClock()).utc()
    account = Account(repository_name(root), change, "", now)
    caps = [cap for cap in _caps(settings) if cap.scope is not Scope.CALL]
    if not caps or not path.exists():
        return remaining(caps, {})
    with closing(SqliteLedger(path)) as ledger:
        return remaining(caps, {cap.scope: ledger.used(cap.scope, account) for cap in caps})


def _caps(settings: ReviewSettings) -> tuple[Cap, ...]:
    scopes = dict.fromkeys((*settings.budgets, *settings.token_budgets))
    return tuple(Cap(Scope(one), settings.budgets.get(one), settings.token_budgets.get(one)) for one in scopes)


def _answers(
    settings: ReviewSettings, directory: Path, environ: Mapping[str, str], clock: Clock, stack: ExitStack
) -> AnswerStore:
    """Open the kept answers: in Redis if the environment names one, else in a file."""
    url = environ.get(_ANSWERS_URL)
    if not url:
        path = directory / _ANSWERS_FILE
        seconds: Callable[[], float] = lambda: clock.utc().timestamp()  # noqa: E731 - the clock in the file's unit
        days, megabytes = settings.keep_days, settings.keep_megabytes
        return stack.enter_context(closing(SqliteAnswers(path, days=days, megabytes=megabytes, clock=seconds)))
    secret = environ.get(_ANSWERS_SIGNED_BY)
    if not secret:
        raise UsageError(f"{_ANSWERS_URL} needs {_ANSWERS_SIGNED_BY}: answers that others can write are signed with it")
    try:
        from hive_guardian.adapters.review_redis import RedisAnswers  # few have one; imports its client
    except ModuleNotFoundError as error:
        if error.name != "redis":
            raise
        raise UsageError(f"{_ANSWERS_URL} needs the extra redis: pip install 'hive-guardian[redis]'") from error
    return SignedAnswers(stack.enter_context(closing(RedisAnswers(url, days=settings.keep_days))), secret)


def _registry(
    settings: ReviewSettings, environ: Mapping[str, str], clock: Clock, factory: ProviderFactory | None
) -> tuple[Registry, Mapping[Role, str], tuple[str, ...], Provider]:
    build = factory or find_factory(settings.provider)
    models = _models(settings)
    efforts = efforts_of(settings.provider, models, settings.efforts)
    agents: dict[str, Agent] = {}

    def on_headers(model: str, headers: Mapping[str, str]) -> None:
        if model in agents:
            agents[model].limits.learn(headers, clock.now(), clock.utc())

    is_local = bool(settings.base_url) and is_loopback(settings.base_url)
    for model in models.values():
        check_geo(settings.provider, model, settings.region, settings.geo, is_local=is_local)
    key = find_key(settings, environ)
    setup = ProviderSetup(
        settings.base_url, key, settings.region, settings.project, efforts, on_headers, settings.geo,
        find_foreign_headers(environ),
    )  # fmt: skip
    provider = build(setup)
    prices = shipped_prices().with_overrides(settings.prices)
    for model in models.values():
        agents[model] = Agent(provider, model, prices.price(model), _retirement(settings.provider, model))
    by_role = {role: agents[model] for role, model in models.items()}
    for role, capability in missing_capabilities(by_role):
        raise UsageError(f"review.models.{role}: the provider {provider.id} cannot do that: it lacks {capability}")
    unpriced = [price_note(model, agents[model].price) for model in agents if not prices.knows(model)]
    notes = (*retirement_notes(agents.values(), clock.utc().date()), *unpriced)
    return Registry(by_role), efforts, notes, provider


def _models(settings: ReviewSettings) -> Mapping[Role, str]:
    models = models_of(settings.provider, settings.models)
    if Role.REVIEWER not in models:
        raise UsageError(f"the provider {settings.provider} needs review.models.reviewer, the model that is asked")
    return models


def _retirement(provider: str, model: str) -> date | None:
    """Return the day a model of Anthropic's may be gone; the providers of others announce none."""
    if provider != ANTHROPIC:
        return None
    from hive_guardian.adapters.review_clients import retirement_day  # imports the anthropic SDK, as its provider did

    return retirement_day(model)
