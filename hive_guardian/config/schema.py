"""The keys of `[tool.hive-guardian]` as a table: validation and JSON Schema both read it.

Hand-written instead of pydantic: this is the path of every run, and pydantic costs as much start-up as all the rest.
"""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from hive_guardian.config.problems import Report
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.layout import ToolConfig
from hive_guardian.model.role import Overlay, Role
from hive_guardian.model.severity import Severity
from hive_guardian.model.spelling import nearest
from hive_guardian.project.globs import translate
from hive_guardian.project.toml_positions import KeyPath

SEVERITY_WORDS = tuple(severity.word for severity in sorted(Severity, reverse=True))
LEVEL_WORDS = tuple(word.upper() for word in SEVERITY_WORDS)
NEVER = "never"
CONTRACT_KINDS = ("layers", "forbidden", "independent", "protected", "interface", "acyclic")
GLOB_KEYS = ("components", "apps", "libraries", "config-layer", "composition-roots")
"""Keys of `layout` that hold globs; such a glob may be written `(glob)`."""
POLICY_OPTIONS = (("GR01", "contracts"), ("GR07", "interface-layers"), ("GR20", "pure-modules"))
"""Options of rules that hold globs which make policy; those, too, may be written `(glob)`."""


class Form(StrEnum):
    """What a value is in TOML."""

    TEXT = "a string"
    FLAG = "true or false"
    DAY = "a date such as 2027-03-01"
    COUNT = "a whole number from 0"
    CHOICE = "one of"
    LIST = "a list"
    TABLE = "a table"


@frozen
class Kind:
    """What a key may hold; one class for all forms, because each class costs start-up.

    Attributes:
        form: what the value is.
        problem: of a text: returns what is wrong with it, or `None`.
        words: of a choice: the words; of a table with `item`: the only keys, empty = any.
        any_case: of a choice: upper and lower case count alike.
        item: of a list: the kind of its items; of a table with free keys: the kind of their values.
        keys: of a table: key -> (kind, meaning); a key that ends in `!` is required.
        is_open: of a table: other keys are somebody else's to judge.
    """

    form: Form
    problem: Callable[[str], str | None] | None = None
    words: tuple[str, ...] = ()
    any_case: bool = False
    item: "Kind | None" = None
    keys: Mapping[str, tuple["Kind", str]] | None = None
    is_open: bool = False


def choice(*words: str, any_case: bool = False) -> Kind:
    """Return the kind of a text that is one of a few words."""
    return Kind(Form.CHOICE, words=words, any_case=any_case)


def list_of(item: Kind) -> Kind:
    """Return the kind of a list."""
    return Kind(Form.LIST, item=item)


def table_of(item: Kind, words: tuple[str, ...] = ()) -> Kind:
    """Return the kind of a table with free keys, or with those of `words`."""
    return Kind(Form.TABLE, item=item, words=words)


def _glob_problem(text: str) -> str | None:
    try:
        translate(strip_optional(text))
    except ValueError as error:
        return str(error)
    return None if text.strip() else "an empty glob matches nothing"


def _baseline_problem(text: str) -> str | None:
    parts = text.split("/")
    if not text.strip() or text.startswith("/") or ":" in parts[0] or ".." in parts or "\\" in text:
        return "expected a file of the project, relative to its root, with forward slashes"
    return None


def strip_optional(glob: str) -> str:
    """Return the glob of `(glob)`, the spelling of a glob that may match nothing."""
    return glob[1:-1] if is_optional(glob) else glob


def is_optional(glob: str) -> bool:
    """Whether a glob is written `(glob)`: it may match nothing."""
    return glob.startswith("(") and glob.endswith(")")


TEXT = Kind(Form.TEXT)
FLAG = Kind(Form.FLAG)
GLOBS = list_of(Kind(Form.TEXT, problem=_glob_problem))
NAMES = list_of(TEXT)
OPTIONS = Kind(Form.TABLE, is_open=True)
LEVEL = choice(*LEVEL_WORDS, any_case=True)

LAYOUT = Kind(
    Form.TABLE,
    keys={
        "components": (GLOBS, "globs of component directories; absent: one component per manifest"),
        "apps": (GLOBS, "globs of the component directories that are applications"),
        "libraries": (GLOBS, "globs of the component directories that are libraries"),
        "config-layer": (GLOBS, "globs of the files that may read the environment"),
        "config-factories": (NAMES, "qualified names of the functions that build a configuration"),
        "composition-roots": (GLOBS, "globs of the files that wire the program together"),
        "tool-config": (choice(*map(str, ToolConfig)), "where configuration of linters and formatters may stand"),
        "tool-overrides": (table_of(NAMES), "tool -> dotted keys that a component may set on its own"),
        "module-map": (table_of(NAMES), "distribution -> the modules it provides"),
        "logger-factory": (TEXT, "qualified name of the function loggers come from"),
        "logger-objects": (NAMES, "qualified names of objects to treat as loggers"),
    },
)

DEBT = Kind(
    Form.TABLE,
    keys={
        "max": (Kind(Form.COUNT), "how many there may be in all"),
        "owners": (table_of(Kind(Form.COUNT)), "owner as in CODEOWNERS, or nobody -> how many may be theirs"),
    },
)

_ROLES = ("reviewer", "verifier", "escalation")
_SCOPES = ("call", "review", "change", "day", "month")
PRICE = Kind(
    Form.TABLE,
    keys={
        "input!": (TEXT, "dollars per million tokens of input"),
        "output!": (TEXT, "dollars per million tokens of output, thinking included"),
        "cache-read": (TEXT, "dollars per million tokens of input from the provider's cache; absent: as input"),
    },
)

REVIEW = Kind(
    Form.TABLE,
    keys={
        "provider": (TEXT, "who reads the change; offline (the default) asks no model"),
        "required": (FLAG, "whether a review that could not read all of the change exits with 3; absent: false"),
        "context": (choice("lean", "standard", "deep"), "how much besides the change is sent; absent: lean"),
        "floor": (choice(*SEVERITY_WORDS), "severity below which what a model says is left out; absent: info"),
        "most-shown": (Kind(Form.COUNT), "how many findings are shown in full, the others in a table; absent: 5"),
        "most-requests": (Kind(Form.COUNT), "how many parts of a change are sent at most; absent: 60"),
        "unit-tokens": (Kind(Form.COUNT), "how many tokens of the change one request carries at most; absent: 6000"),
        "deny": (GLOBS, "files that are never sent, besides those that usually hold secrets"),
        "recordings": (TEXT, "of the provider replay: file of recorded answers, relative to the root"),
        "base-url": (TEXT, "of anthropic-compatible: where the server is; of clouds: a gateway or private endpoint"),
        "key-variable": (TEXT, "environment variable that holds the key of the provider"),
        "region": (TEXT, "of the providers bedrock and vertex: where models run"),
        "project": (TEXT, "of vertex: id of the project that pays; of foundry: name of the resource"),
        "inference-geo": (TEXT, "the only part of the world where models may run, such as us or eu; absent: anywhere"),
        "models": (table_of(TEXT, words=_ROLES), "role -> model that is asked"),
        "effort": (
            table_of(choice("low", "medium", "high", "xhigh", "max"), words=_ROLES),
            "role -> how hard its model thinks; absent: as the model does by itself",
        ),
        "prices": (table_of(PRICE), "model -> its price, instead of the one in the list that is shipped"),
        "budget": (
            table_of(TEXT, words=_SCOPES),
            'scope -> most dollars it may cost, such as "1.00"; absent: review 1.00, change 3.00, day 20.00',
        ),
        "token-budget": (
            table_of(Kind(Form.COUNT), words=_SCOPES),
            "scope -> most tokens it may use, in and out, cached or not; absent: none",
        ),
        "deadline": (Kind(Form.COUNT), "seconds a review may take; absent: 180"),
        "concurrency": (Kind(Form.COUNT), "requests at the same time; absent: 8"),
        "keep-days": (Kind(Form.COUNT), "how long answers are kept and used again; 0 = not at all; absent: 7"),
        "keep-megabytes": (Kind(Form.COUNT), "how much of them is kept; absent: 50"),
    },
)

OVERRIDE = Kind(
    Form.TABLE,
    keys={
        "paths!": (GLOBS, "globs relative to the directory of this file"),
        "rules": (table_of(OPTIONS), "rule -> options that differ for these paths"),
        "ignore": (NAMES, "rules switched off for these paths"),
        "reason": (TEXT, "why"),
        "until": (Kind(Form.DAY), "last day on which the override holds"),
    },
)

CONTRACT = Kind(
    Form.TABLE,
    keys={
        "kind!": (choice(*CONTRACT_KINDS), "what the contract says"),
        "name": (TEXT, "how findings call it"),
        "severity": (choice(*SEVERITY_WORDS), "severity of its findings"),
        "ignore": (list_of(OPTIONS), "imports it tolerates, each with `from`, `to` and `reason`"),
    },
    is_open=True,
)

MAIN = Kind(
    Form.TABLE,
    keys={
        "root": (FLAG, "stop here: files in parent directories do not count"),
        "extends": (NAMES, "presets to start from; absent: default"),
        "level": (LEVEL, "rules of this severity and above run; in a nearer file, those that judge one file at a time"),
        "fail-on": (choice(*LEVEL_WORDS, NEVER, any_case=True), "severity from which findings fail the run"),
        "select": (NAMES, "ids, names, tags or ALL to run instead of what the presets choose"),
        "extend-select": (NAMES, "ids, names or tags to run besides"),
        "ignore": (NAMES, "ids, names or tags not to run"),
        "exclude": (GLOBS, "globs of files to skip, relative to the directory of this file"),
        "required-plugins": (NAMES, "plugins that must be installed, as requirements"),
        "local-rules": (NAMES, "directories of rules of this project; rules with code only run when a person says so"),
        "baseline": (
            Kind(Form.TEXT, problem=_baseline_problem),
            "file of the accepted findings; absent: hive-guardian-baseline.json, where it exists",
        ),
        "debt": (DEBT, "how many exceptions from policy `debt` lets pass"),
        "review": (REVIEW, "how `review` reads a change"),
        "roles": (
            table_of(GLOBS, words=tuple(map(str, (*Role, *Overlay)))),
            "role -> globs relative to the directory of this file, added to the defaults",
        ),
        "layout": (LAYOUT, "what several rules need to know about the project"),
        "contracts": (list_of(CONTRACT), "what may import what"),
        "rules": (table_of(OPTIONS), "rule -> its options"),
        "overrides": (list_of(OVERRIDE), "other options for some paths"),
    },
)


def validate(value: object, kind: Kind, path: KeyPath, report: Report) -> None:
    """Report every unknown or missing key and every value of the wrong kind; see `Report` for how."""
    if not _has_form(value, kind.form):
        report(path, f"expected {expected(kind)}, not {shown(value)}")
    elif isinstance(value, Mapping):
        _validate_table(value, kind, path, report)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            validate(item, kind.item or kind, (*path, index), report)
    elif isinstance(value, str):
        _validate_text(value, kind, path, report)


def expected(kind: Kind) -> str:
    """Return what a kind of value is called in a message."""
    match kind:
        case Kind(form=Form.CHOICE):
            return f"{kind.form} {', '.join(kind.words)}"
        case Kind(form=Form.LIST, item=Kind() as item):
            return f"{kind.form}, each item {expected(item)}"
        case _:
            return str(kind.form)


def shown(value: object) -> str:
    """Return a value as a message quotes it."""
    match value:
        case bool():
            return str(value).lower()
        case Mapping():
            return "a table"
        case list() | tuple():
            return "a list"
        case _:
            return repr(value) if isinstance(value, str) else str(value)


def known_keys(kind: Kind) -> dict[str, tuple[Kind, str, bool]]:
    """Return the keys of a table: key -> (kind, meaning, whether it is required)."""
    return {key.rstrip("!"): (*entry, key.endswith("!")) for key, entry in (kind.keys or {}).items()}


def _has_form(value: object, form: Form) -> bool:
    match form:
        case Form.FLAG:
            return isinstance(value, bool)
        case Form.DAY:
            return type(value) is date
        case Form.COUNT:
            return type(value) is int and value >= 0
        case Form.LIST:
            return isinstance(value, list | tuple)
        case Form.TABLE:
            return isinstance(value, Mapping)
        case _:
            return isinstance(value, str)


def _validate_table(table: Mapping[str, object], kind: Kind, path: KeyPath, report: Report) -> None:
    known = known_keys(kind)
    for key, value in table.items():
        if key in known:
            validate(value, known[key][0], (*path, key), report)
        elif kind.item and (not kind.words or key in kind.words):
            validate(value, kind.item, (*path, key), report)
        elif not kind.is_open:
            report((*path, key), f"unknown key{nearest(key, known or kind.words)}")
    for key, (_, doc, required) in known.items():
        if required and key not in table:
            report(path, f"the key {key!r} is missing: {doc}")


def _validate_text(value: str, kind: Kind, path: KeyPath, report: Report) -> None:
    words = [word.upper() for word in kind.words] if kind.any_case else kind.words
    if kind.form == Form.CHOICE and (value.upper() if kind.any_case else value) not in words:
        report(path, f"expected {expected(kind)}, not {value!r}{nearest(value, kind.words)}")
    elif kind.problem and (problem := kind.problem(value)):
        report(path, f"{value!r}: {problem}")
