"""The reference of the configuration in Markdown, made from the table that validates it."""

from collections.abc import Iterable, Iterator

from hive_guardian.config.schema import CONTRACT, DEBT, LAYOUT, MAIN, OVERRIDE, REVIEW, Form, Kind, expected, known_keys
from hive_guardian.model.layout import DEFAULT_COMPOSITION_ROOTS, DEFAULT_CONFIG_LAYER
from hive_guardian.model.option_models import model_of
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.role import Overlay, Role
from hive_guardian.project.roles import BESIDE_ENV_ROLES, COMPONENT_ROLES, DEFAULT_CLI, DEFAULT_ROLES
from hive_guardian.report.page_text import page_markdown
from hive_guardian.report.rule_page import Block, Heading, Paragraph, Rows

_TABLES = (
    ("[tool.hive-guardian]", MAIN, "The main table; in `hive-guardian.toml` the same keys stand at the top level."),
    ("[tool.hive-guardian.layout]", LAYOUT, "Shared by the rules; only in the file of the project root."),
    ("[[tool.hive-guardian.contracts]]", CONTRACT, "What may import what; further keys depend on `kind`, see below."),
    ("[[tool.hive-guardian.overrides]]", OVERRIDE, "Exceptions for some paths."),
    ("[tool.hive-guardian.debt]", DEBT, "What `debt` lets pass; only in the file of the project root."),
    ("[tool.hive-guardian.review]", REVIEW, "How `review` reads a change; only in the file of the project root."),
)

CONTRACT_KEYS = {
    "layers": ("layers", "containers", "exhaustive"),
    "forbidden": ("from", "to", "indirect"),
    "independent": ("modules", "public"),
    "protected": ("modules", "importers"),
    "interface": ("modules", "public"),
    "acyclic": ("modules", "depth"),
}
"""Kind of contract -> the keys it has besides the common ones; `project.contracts` refuses all others."""
_CONTRACT_MEANINGS = {
    "layers": "a lower layer never reaches a higher one; `a | b` side by side and independent, `a : b` side by side; "
    "`exhaustive` reports children of `containers` that no layer names",
    "forbidden": "`from` never reaches `to`; with `indirect = false` only direct imports count",
    "independent": "`modules` never reach each other, except through what is `public`",
    "protected": "only `importers` import `modules`",
    "interface": "others import `modules` only through what is `public`: `root`, or modules below it",
    "acyclic": "the children of `modules` do not import each other in a circle, `depth` generations down",
}


_MORE_ROLES = {
    Role.GENERATED: "files that say `generated, do not edit` in a comment of their first five lines",
    Role.TEST: "what `testpaths` of pytest names",
    Role.SCRIPT: "files with inline metadata (PEP 723), the directories of `local-rules`",
    Role.PROD: "everything else",
}
_OVERLAY_GLOBS = {
    Overlay.CLI: (DEFAULT_CLI, "the targets of console scripts"),
    Overlay.CONFIG: (DEFAULT_CONFIG_LAYER, "or `config-layer` of the layout"),
    Overlay.COMPOSITION: (DEFAULT_COMPOSITION_ROOTS, "or `composition-roots` of the layout"),
}


def settings_page() -> str:
    """Return the page: every table of the configuration with its keys."""
    return page_markdown(_blocks())


def _blocks() -> Iterator[Block]:
    yield Heading("Configuration", 1)
    yield Paragraph(
        "Settings stand in `pyproject.toml` or in `hive-guardian.toml`. A file in a directory is merged over those of "
        "its parents, up to the one that says `root = true`. An unknown key is an error that names the nearest key. "
        "`hive-guardian config show` prints what holds, `hive-guardian config why KEY PATH` who said so, and "
        "`hive-guardian config schema` a JSON Schema for editors. Globs match whole parts of a path: `*`, `**`, `?`, "
        "`{a,b}`; a glob that makes policy and matches nothing is an error unless it is written `(glob)`."
    )
    for title, kind, meaning in _TABLES:
        yield Heading(f"`{title}`")
        yield Paragraph(meaning)
        yield Rows(("key", "takes", "meaning"), tuple(_rows(kind)))
        yield from _roles() if kind is MAIN else ()
        yield from _contract_kinds() if kind is CONTRACT else ()
    yield Heading("`[tool.hive-guardian.rules.ID]`")
    yield Paragraph("Options of one rule, under its id or name. Each page of a rule lists its own; every rule takes:")
    fields = model_of(RuleOptions).model_fields
    yield Rows(
        ("key", "meaning"),
        tuple((f"`{field.alias or name}`", field.description or "") for name, field in fields.items()),
    )


def _roles() -> Iterator[Block]:
    yield Heading("`[tool.hive-guardian.roles]`")
    yield Paragraph(
        "Every file has one role, the first of this table that claims it; it decides which rules look at the file. "
        "Globs under the name of a role are added to its own; those under `prod` take files back, such as a product "
        "that is called `test`. A file may also be `cli`, `config` or `composition`. "
        "`hive-guardian config why role FILE` says which glob decided."
    )
    yield Rows(
        ("role", "globs", "in the root and in each component", "besides"),
        tuple(
            (f"`{role}`", _globs(DEFAULT_ROLES.get(role, ())), _globs(COMPONENT_ROLES.get(role, ())), _more(role))
            for role in Role
        )
        + tuple((f"`{overlay}`", _globs(globs), "", more) for overlay, (globs, more) in _OVERLAY_GLOBS.items()),
    )


def _globs(globs: Iterable[str]) -> str:
    return ", ".join(f"`{glob}`" for glob in globs)


def _more(role: Role) -> str:
    beside = _globs(BESIDE_ENV_ROLES.get(role, ()))
    return f"{beside} beside an `env.py`" if beside else _MORE_ROLES.get(role, "")


def _contract_kinds() -> Iterator[Block]:
    yield Rows(
        ("kind", "its keys", "says"),
        tuple(
            (f"`{kind}`", ", ".join(f"`{key}`" for key in keys), _CONTRACT_MEANINGS[kind])
            for kind, keys in CONTRACT_KEYS.items()
        ),
    )
    yield Paragraph(
        "Every kind also takes `type-checking` and `lazy` (`ignore` or `same`: how imports under `TYPE_CHECKING` and "
        "inside functions count) and `include-tests`; without them the options of the rule hold. The names in a "
        "contract are globs of directories, patterns of dotted names, or components."
    )


def _rows(kind: Kind) -> Iterator[tuple[str, ...]]:
    for key, (inner, meaning, is_required) in known_keys(kind).items():
        yield f"`{key}`", _takes(inner), f"{meaning}{' (required)' if is_required else ''}"


def _takes(kind: Kind) -> str:
    """Return what a key takes; keys of a table are listed when they are few and fixed."""
    if kind.form is Form.TABLE and kind.words:
        return f"a table with the keys {', '.join(kind.words)}"
    return expected(kind)
