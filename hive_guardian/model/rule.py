"""The rule author's types: what a rule is, says about itself, and shows as examples (architecture.md 4)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.role import Role
from hive_guardian.model.severity import Confidence, Severity

if TYPE_CHECKING:
    from hive_guardian.autofix.context import FixContext
    from hive_guardian.engine.context import FileContext, LedgerContext, ProjectContext
    from hive_guardian.model.config import Settings
    from hive_guardian.model.edit import Edit, NewFile
    from hive_guardian.model.finding import Finding

Handler = TypeVar("Handler", bound=Callable[..., object])


class State(StrEnum):
    """When a rule or check runs (golden-rules.md 1, states)."""

    ALWAYS = "always"
    ON = "on"
    OPT_IN = "opt-in"
    CONFIG = "config"


class FixClass(StrEnum):
    """The best fix a rule offers."""

    NONE = "none"
    SUGGESTION = "suggestion"
    UNSAFE = "unsafe"
    SAFE = "safe"


@frozen
class Check:
    """A named part of a rule with its own default severity.

    Attributes:
        name: kebab-case, unique inside the rule.
        severity: default severity.
        summary: what it finds, one phrase.
        confidence: default confidence.
        state: `ON`, or `OPT_IN` for checks that only the strict preset or `extend-checks` turns on.
    """

    name: str
    severity: Severity
    summary: str = ""
    confidence: Confidence = Confidence.HIGH
    state: State = State.ON


def on(*kinds: type) -> Callable[[Handler], Handler]:
    """Mark a method as the handler for these node types or facility types.

    Besides `ast` node classes, `ResolvedCall`, `Comment` and `Document` may be named.
    """

    def mark(handler: Handler) -> Handler:
        handler.__hive_on__ = kinds  # type: ignore[attr-defined]  # a marker on a plain function
        return handler

    return mark


@frozen
class Bad:
    """An example that the rule must report.

    Attributes:
        code: source of one file, or of a small tree `{"a.py": "..."}`.
        at: (line, column) of each finding of a one-file example, or (path, line, column) in a tree; in order.
        fixed: the text after the rule's fixes, when it can fix this.
        options: options of the rule for this example, in TOML spelling.
        layout: shared settings `[tool.hive-guardian.layout]` for this example.
        contracts: `[[tool.hive-guardian.contracts]]` for this example.
        path: where a one-file example lies; decides its role.
        today: ISO date of the run.
        checks: extra checks switched on for this example.
        message: text that the first finding's message must contain.
    """

    code: str | Mapping[str, str]
    at: Sequence[tuple[int, int] | tuple[str, int, int]]
    fixed: str | Mapping[str, str] | None = None
    options: Mapping[str, object] = field(default_factory=dict)
    layout: Mapping[str, object] = field(default_factory=dict)
    contracts: Sequence[Mapping[str, object]] = ()
    path: str = "pkg/module.py"
    today: str = "2026-01-15"
    checks: Sequence[str] = ()
    message: str = ""


@frozen
class Good:
    """An example on which the rule must stay silent; fields as in `Bad`."""

    code: str | Mapping[str, str]
    options: Mapping[str, object] = field(default_factory=dict)
    layout: Mapping[str, object] = field(default_factory=dict)
    contracts: Sequence[Mapping[str, object]] = ()
    path: str = "pkg/module.py"
    today: str = "2026-01-15"
    checks: Sequence[str] = ()


Example = Bad | Good

PROD = frozenset({Role.PROD})
ALL_ROLES = frozenset(Role) - {Role.GENERATED}


class Rule:
    """What all rules share; subclass `FileRule`, `ProjectRule` or `LedgerRule`.

    The docstring is the rule's page: a first line, then paragraphs that begin with `What:`, `Why:`, `Not a finding:`,
    `Fix:`, `When to suppress:`, `Differs:` and `Source:`.

    Attributes:
        code: the id, `GR12`; third parties use their own prefix.
        name: the slug; names the pattern found.
        title: the title of the rule's page.
        severity: default severity; with checks, that of the most severe default check.
        confidence: default confidence of its findings.
        since: version of the distribution that brought it.
        version: raise when the same input gives other findings; part of the cache key.
        tags: the first is the family.
        state: when it runs.
        roles: primary roles of the files it reports on.
        stubs: whether `.pyi` files take part.
        reads_today: whether its findings depend on the run's date.
        fix: best fix class it offers.
        checks: its named checks; empty for a rule with one check, named like the rule.
        yields_to: check -> rules whose finding for the same cause makes this one superfluous (golden-rules.md 1).
        security_severity: CVSS-like score (0.0, 10.0] of a security rule, for SARIF.
        examples: what it must report and what it must not.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    title: ClassVar[str]
    severity: ClassVar[Severity]
    confidence: ClassVar[Confidence] = Confidence.HIGH
    since: ClassVar[str] = "0.1"
    version: ClassVar[int] = 1
    tags: ClassVar[tuple[str, ...]] = ()
    state: ClassVar[State] = State.ON
    roles: ClassVar[frozenset[Role]] = PROD
    stubs: ClassVar[bool] = False
    reads_today: ClassVar[bool] = False
    fix: ClassVar[FixClass] = FixClass.NONE
    checks: ClassVar[tuple[Check, ...]] = ()
    yields_to: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    security_severity: ClassVar[float | None] = None
    examples: ClassVar[tuple[Example, ...]] = ()

    class Options(RuleOptions):
        """Options of this rule."""

    options: RuleOptions

    def __init__(self, options: RuleOptions, settings: "Settings") -> None:
        """Keep validated options and the shared settings of the files this instance serves; `active` = its checks."""
        self.options = options
        self.settings = settings
        self.active = active_checks(self)

    def inactive(self) -> str | None:
        """Return why the rule has nothing to do under these settings, or `None`; for rules of state `CONFIG`."""
        return None

    def render_fix(self, finding: "Finding", ctx: "FixContext") -> "Iterable[Edit]":
        """Return the edits of a fix that a finding of this rule offers; for rules that call `offer`.

        It runs in a process with limits on memory and time, and only when somebody wants the edits.

        Args:
            finding: as the rule reported it; `finding.fix` is what was offered.
            ctx: the file as it is now, and operations that make edits.

        Raises:
            FixRefusedError: this place must not be touched; the message says why.
        """
        del ctx
        raise FixRefusedError(f"{finding.rule} offers a fix that it does not render")

    def render_files(self, finding: "Finding") -> "Iterable[NewFile]":
        """Return the files that a finding of this rule says are missing; for rules that call `suggest(creates=...)`.

        Args:
            finding: as the rule reported it; `finding.fix` names the files and has the details.

        Raises:
            FixRefusedError: they cannot be made; the message says why.
        """
        raise FixRefusedError(f"{finding.rule} names files that it does not make")


class FileRule(Rule):
    """A rule that needs one parsed file and read-only facts; its handlers are marked with `@on`.

    Where an exclusion needs to know other files, a handler yields a tentative finding, and `confirm` decides.
    """

    def call_table(self) -> Mapping[str, Any]:
        """Return the calls to route to the handler of `ResolvedCall`: pattern -> payload.

        Patterns are dotted names (`os.system`), with `*` for part of one segment and `**` for any number of segments;
        `requests.Session().get` means the method of an instance whose origin is known.
        """
        return {}

    def fragments(self) -> frozenset[bytes] | None:
        """Return lower-case texts one of which every file with a finding contains, or `None` to see every file."""
        return None

    def confirm(self, finding: "Finding", ctx: "ProjectContext") -> bool:
        """Whether a tentative finding of this rule stands, now that the whole project is known.

        It runs for the tentative findings of all files, those that did not change too. No file is parsed again, so what
        the verdict needs is in the facts of the project and in `finding.clue`.

        Args:
            finding: as a handler yielded it.
            ctx: the view of a project rule.
        """
        del finding, ctx
        return True


class ProjectRule(Rule):
    """A rule over the facts of the whole project: `collect` runs per file and is cached, `check` once."""

    def collect(self, ctx: "FileContext") -> object | None:
        """Return plain data (str, int, bool, None, list, dict with str keys) about one file, or `None`."""
        del ctx
        return None

    def check(self, ctx: "ProjectContext") -> "Iterable[Finding]":
        """Yield the findings; each has a real location."""
        raise NotImplementedError


class LedgerRule(Rule):
    """A rule about exceptions from policy: it runs when all findings are accounted for, and reads the ledger.

    Nothing suppresses its findings, so declare it `State.ALWAYS`.
    """

    @property
    def reads_dates(self) -> bool:
        """Whether it needs to know when directives were written, for which version control has to be asked."""
        return False

    def check(self, ctx: "LedgerContext") -> "Iterable[Finding]":
        """Yield the findings; each has a real location."""
        raise NotImplementedError


class AbsentRule(Rule):
    """A rule that is known by name only, because nobody allowed its code to run; it never runs and says so.

    It keeps configuration and suppressions that name it valid.
    """

    title = "Not Loaded"
    severity = Severity.ERROR
    tags = ("local",)
    state = State.CONFIG

    class Options(RuleOptions):
        """Whatever the real rule takes."""

        model_config: ClassVar = {"extra": "allow"}

    def inactive(self) -> str | None:
        """Never runs."""
        return "local rules are off"


def active_checks(rule: Rule) -> frozenset[str]:
    """Return the names of the checks that are switched on by options and preset."""
    options = rule.options
    if options.checks is not None:
        return options.checks | options.extend_checks
    strict = rule.settings.preset_checks
    default = {check.name for check in default_checks(type(rule)) if strict or check.state is not State.OPT_IN}
    return frozenset(default) | options.extend_checks


def handlers(rule: type[Rule]) -> dict[type, list[str]]:
    """Return the marked methods of a rule class: kind -> method names in definition order, bases first."""
    found: dict[type, list[str]] = {}
    seen: set[str] = set()
    for base in reversed(rule.__mro__):
        for attribute, value in vars(base).items():
            kinds: tuple[type, ...] = getattr(value, "__hive_on__", ())
            if attribute in seen:
                continue
            if kinds:
                seen.add(attribute)
            for kind in kinds:
                found.setdefault(kind, []).append(attribute)
    return found


def default_checks(rule: type[Rule]) -> tuple[Check, ...]:
    """Return the rule's checks; a rule without named checks has one, named like the rule."""
    if rule.checks:
        return rule.checks
    return (Check(rule.name, rule.severity, confidence=rule.confidence),)
