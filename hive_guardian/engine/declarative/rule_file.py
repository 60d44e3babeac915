"""What may stand in a `*.rule.toml` file: the keys, their types and what each is for."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hive_guardian.model.role import Role

Word = Annotated[str, Field(max_length=500)]
Prose = Annotated[str, Field(max_length=4000)]
Source = Annotated[str, Field(max_length=4000)]
Scalar = str | int | float | bool
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class _Table(BaseModel):
    """A table whose keys are known."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, alias_generator=lambda name: name.replace("_", "-").rstrip("-")
    )


class ExampleTable(_Table):
    """An example that needs a path."""

    code: Source = Field(description="the content of the file")
    path: Annotated[str, Field(max_length=200, pattern=r"^[^/\\].*$")] = Field(
        description="where it lies, relative to the root"
    )


class TomlTable(_Table):
    """A place in TOML files and what must not be there; exactly one condition."""

    path: Word = Field(description="glob of the files, ending in .toml or .lock")
    key: Word = Field(description="dotted path of the key; `*` stands for any key or item")
    equals: Scalar | None = Field(default=None, description="found when the value is this one")
    not_equals: Scalar | None = Field(default=None, description="found when there is another value")
    matches: Word | None = Field(default=None, description="found when a text matches this expression as a whole")
    missing: Literal[True] | None = Field(default=None, description="found when the table has no such key")
    present: Literal[True] | None = Field(default=None, description="found when there is such a key")


Example = Source | ExampleTable


class RuleTable(_Table):
    """One rule without code: a pattern of Python code, or places in TOML files."""

    code: str = Field(pattern=r"^[A-Z]{2,10}[0-9]{1,5}$", description="id of the rule, with a prefix of your own")
    name: str = Field(pattern=_SLUG, max_length=60, description="what it finds, in kebab-case")
    title: Annotated[str, Field(min_length=1, max_length=120)] = Field(description="title of its page")
    severity: Literal["info", "warning", "error", "critical"] = Field(
        default="warning", description="severity of its findings"
    )
    confidence: Literal["low", "medium", "high"] = Field(
        default="high", description="how sure a finding is; low is at most a warning, medium at most an error"
    )
    tags: tuple[Annotated[str, Field(pattern=_SLUG, max_length=40)], ...] = Field(
        default=("declarative",), min_length=1, max_length=10, strict=False, description="the first is its family"
    )
    message: Annotated[str, Field(min_length=1, max_length=500)] = Field(
        description="one sentence; {X} stands for the source of $X, {X.name} for what it resolves to"
    )
    what: Prose = Field(default="", description="what is found; the patterns by default")
    why: Prose = Field(default="", description="why that is wrong")
    fix: Annotated[str, Field(max_length=500)] = Field(default="", description="what to do instead")
    replacement: Annotated[str, Field(max_length=2000)] = Field(
        default="", description="code to write instead, with the metavariables of the pattern"
    )
    paths: tuple[Word, ...] = Field(
        default=(), max_length=100, strict=False, description="globs of the files it looks at; all by default"
    )
    exclude: tuple[Word, ...] = Field(
        default=(), max_length=100, strict=False, description="globs of files it does not look at"
    )
    roles: tuple[Annotated[Role, Field(strict=False)], ...] = Field(
        default=(Role.PROD,), min_length=1, strict=False, description="roles of the files it looks at"
    )
    pattern: Source | None = Field(default=None, description="what it looks for")
    patterns: tuple[Source, ...] = Field(
        default=(), max_length=50, strict=False, description="several patterns, one of which must match"
    )
    where: Mapping[str, Word | Mapping[Literal["name"], Word]] = Field(
        default_factory=dict,
        description="metavariable -> expression that its source matches as a whole; X.name: what it resolves to",
    )
    not_inside: tuple[Source, ...] = Field(
        default=(), max_length=20, strict=False, description="statements and calls around it that make it fine"
    )
    inside: tuple[Source, ...] = Field(
        default=(), max_length=20, strict=False, description="statements and calls one of which must be around it"
    )
    at: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")] | None = Field(
        default=None, description="the metavariable to report at; the whole match by default"
    )
    toml: tuple[TomlTable, ...] = Field(
        default=(), max_length=50, strict=False, description="places in TOML files, instead of a pattern"
    )
    bad: tuple[Example, ...] = Field(
        min_length=1, max_length=100, strict=False, description="code in which it finds something"
    )
    ok: tuple[Example, ...] = Field(
        default=(), max_length=100, strict=False, description="code in which it finds nothing"
    )


def json_schema() -> dict[str, object]:
    """Return the JSON Schema of a `*.rule.toml` file.

    Source: JSON Schema draft 2020-12.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **RuleTable.model_json_schema(by_alias=True),
        "title": "hive-guardian rule file",
    }
