"""GR01: app without the contract it must declare."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Field,
    Finding,
    Fix,
    FixClass,
    GlobSet,
    Good,
    Location,
    ManifestProblem,
    NewFile,
    OptionTable,
    ProjectContext,
    ProjectRule,
    RuleOptions,
    Severity,
    State,
    suggest,
)

_NAMES = frozenset({"name", "id"})
_MANIFESTS = ("pyproject.toml", "setup.cfg", "setup.py")
_APP = {
    "roots": "apps/*",
    "file": "hive-app.toml",
    "required-keys": ["app.name"],
    "any-of": ["daemons", "tasks"],
    "forbidden-keys": ["app.debug"],
}
_OPTIONS = {"contracts": [_APP]}


class AppContract(OptionTable):
    """What each deployable unit declares.

    Attributes:
        roots: glob of their directories.
        file: name of the TOML or JSON file in each of them.
        required_keys: dotted keys that are not empty.
        any_of: dotted keys of which one is not empty.
        forbidden_keys: dotted keys that are absent.
    """

    roots: str
    file: str
    required_keys: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    forbidden_keys: tuple[str, ...] = ()


class AppWithoutContract(ProjectRule):
    """App without the contract it must declare.

    What: For each directory that the `roots` of a contract match: `file` exists (`missing`), is TOML or JSON
    (`unreadable`), has every one of `required-keys` and one of `any-of` (`incomplete`), and none of `forbidden-keys`
    (`forbidden`).

    Why: A deployable unit must declare what it runs.

    Not a finding: A directory without Python and without manifest, hidden directories, roots of a preset that do not
    exist, further keys, `0` and `false` (an empty text is missing), a directory in `exclude`.

    Fix: Add the file with the keys it needs. `fix --scaffold` creates it with the name of the directory as `name` and
    every other required key empty, so that the rule says what is left to fill in.

    When to suppress: A directory that is not deployed; name it in `exclude`.

    Differs: A JSON Schema says more about values; this says which units have one at all.

    Source: golden rule 1 of the seeds.
    """

    code, name, title = "GR01", "app-without-contract", "App Contract Compliance"
    severity = Severity.ERROR
    tags = ("governance", "toml")
    state = State.CONFIG
    fix = FixClass.SUGGESTION
    checks = (
        Check("missing", Severity.ERROR, "the contract does not exist"),
        Check("unreadable", Severity.ERROR, "the contract is neither TOML nor JSON"),
        Check("incomplete", Severity.ERROR, "the contract lacks a key"),
        Check("forbidden", Severity.ERROR, "the contract has a key it must not have"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        contracts: tuple[AppContract, ...] = Field(default=(), description="what each deployable unit declares")

    options: Options

    def inactive(self) -> str | None:
        """Without contracts no unit must declare anything."""
        return None if self.options.contracts else "set `contracts`"

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Judge every directory by every contract that holds for it."""
        units = sorted(_units(ctx.project.tree.paths()))
        exclude = GlobSet(self.options.exclude)
        for contract in self.options.contracts:
            roots = GlobSet((contract.roots.removeprefix("(").removesuffix(")"),))
            for directory in units:
                if roots.matches(directory) and not exclude.matches(directory):
                    yield from _judge(directory, contract, ctx)

    def render_files(self, finding: Finding) -> Iterator[NewFile]:
        """Write a contract with the required keys."""
        fix = finding.fix
        for path in fix.creates if fix else ():
            required, choice = (fix.detail(name).split() if fix else [] for name in ("required", "choice"))
            tables = _skeleton(required, finding.symbol.rpartition("/")[2])
            if path.endswith(".json"):
                yield NewFile(path, json.dumps(tables, indent=2, ensure_ascii=False) + "\n")
                continue
            head = [f"# One of these is required as well: {', '.join(choice)}."] if choice else []
            yield NewFile(path, "\n\n".join("\n".join(block) for block in (head, *_blocks(tables, ())) if block) + "\n")

    examples: ClassVar = (
        Bad(
            {"apps/pay/pyproject.toml": "[project]\nname = 'pay'\n", "apps/pay/pay.py": ""},
            at=[("apps/pay/pyproject.toml", 1, 1)],
            options=_OPTIONS,
            message="component apps/pay has no hive-app.toml",
            fixed={
                "apps/pay/hive-app.toml": '# One of these is required as well: daemons, tasks.\n\n[app]\nname = "pay"\n'
            },
        ),
        Bad(
            {"apps/pay/main.py": ""},
            at=[("apps/pay/main.py", 1, 1)],
            options={
                "contracts": [
                    {"roots": "apps/*", "file": "app.toml", "required-keys": ["id", "run.command", "run.limits.cpu"]}
                ]
            },
            fixed={"apps/pay/app.toml": 'id = "pay"\n\n[run]\ncommand = ""\n\n[run.limits]\ncpu = ""\n'},
        ),
        Bad(
            {"apps/pay/main.py": ""},
            at=[("apps/pay/main.py", 1, 1)],
            options={"contracts": [{"roots": "apps/*", "file": "app.json", "required-keys": ["app.name", "port"]}]},
            fixed={"apps/pay/app.json": '{\n  "app": {\n    "name": "pay"\n  },\n  "port": ""\n}\n'},
        ),
        Bad(
            {"apps/pay/src/pay/main.py": "", "apps/pay/src/pay/__init__.py": ""},
            at=[("apps/pay/src/pay/__init__.py", 1, 1)],
            options=_OPTIONS,
            layout={"components": ["apps/*"]},
        ),
        Bad(
            {"apps/pay/main.py": "", "apps/pay/hive-app.toml": "[app]\nname = 'pay'\n"},
            at=[("apps/pay/hive-app.toml", 1, 1)],
            options=_OPTIONS,
            message="apps/pay/hive-app.toml lacks one of daemons, tasks",
        ),
        Bad(
            {"apps/pay/main.py": "", "apps/pay/hive-app.toml": "tasks = []\n\n[app]\nname = ''\ndebug = false\n"},
            at=[("apps/pay/hive-app.toml", 4, 1), ("apps/pay/hive-app.toml", 5, 1)],
            options=_OPTIONS,
            message="lacks app.name, one of daemons, tasks",
        ),
        Bad(
            {"apps/pay/main.py": "", "apps/pay/hive-app.toml": "[app\n"},
            at=[("apps/pay/hive-app.toml", 1, 1)],
            options=_OPTIONS,
            message="is not valid TOML",
        ),
        Bad(
            {"apps/pay/main.py": "", "apps/pay/app.json": '{"app":\n {"port": null}}\n'},
            at=[("apps/pay/app.json", 2, 3)],
            options={"contracts": [{"roots": "apps/*", "file": "app.json", "required-keys": ["app.port"]}]},
        ),
        Good(
            {"apps/pay/main.py": "", "apps/pay/hive-app.toml": "[app]\nname = 'pay'\n[[daemons]]\nname = 'worker'\n"},
            options=_OPTIONS,
        ),
        Good(
            {"apps/pay/main.py": "", "apps/pay/app.json": '{"app": {"port": 0, "on": false, "more": 1}}'},
            options={"contracts": [{"roots": "apps/*", "file": "app.json", "required-keys": ["app.port", "app.on"]}]},
        ),
        Good({"apps/notes/readme.txt": "", "apps/.cache/x.py": "", "apps/__pycache__/x.py": ""}, options=_OPTIONS),
        Good({"packages/db/db.py": ""}, options=_OPTIONS),
        Good({"apps/pay/main.py": ""}, options={"contracts": [_APP], "exclude": ["apps/pay"]}),
        Good(
            {"apps/pay/deep/er/main.py": "", "apps/pay/hive-app.toml": "tasks = [1]\n[app]\nname = 'p'\n"},
            options=_OPTIONS,
        ),
    )


def _units(paths: Iterable[str]) -> set[str]:
    """Return every directory with Python or a manifest in or below it; hidden ones are none."""
    found: set[str] = set()
    for path in paths:
        directory, _, name = path.rpartition("/")
        if not name.endswith((".py", ".pyi")) and name not in _MANIFESTS:
            continue
        if any(part.startswith(".") or part == "__pycache__" for part in directory.split("/")):
            continue
        while directory and directory not in found:
            found.add(directory)
            directory = directory.rpartition("/")[0]
    return found


def _judge(directory: str, contract: AppContract, ctx: ProjectContext) -> Iterator[Finding]:
    """Report what is wrong with the contract of one unit."""
    path = f"{directory}/{contract.file}"
    document = ctx.manifest(path)
    if document is None:
        message = f"component {directory} has no {contract.file}"
        needed = [*contract.required_keys, *contract.any_of[:1]]
        advice = f"add {path} with {', '.join(needed)}" if needed else f"add {path}"
        creates = [path] if path.endswith((".toml", ".json")) else []
        choice = " ".join(contract.any_of)
        fix = suggest(advice, creates=creates, required=" ".join(contract.required_keys), choice=choice)
        yield _at(_first(directory, ctx), message, "missing", directory, ctx, fix)
        return
    if isinstance(document, ManifestProblem):
        place = Location(path, document.line, 1, document.line, 1)
        yield _at(place, f"{path} {document.message}", "unreadable", directory, ctx)
        return
    lacking = [key for key in contract.required_keys if _is_empty(document.get(*key.split(".")))]
    nearest = document.place(*lacking[0].split(".")) if lacking else document.place()
    if contract.any_of and all(_is_empty(document.get(*key.split("."))) for key in contract.any_of):
        lacking.append(f"one of {', '.join(contract.any_of)}")
    if lacking:
        keys = ", ".join(lacking)
        yield _at(ctx.at(nearest), f"{path} lacks {keys}", "incomplete", directory, ctx, suggest(f"add {keys}"))
    for key in contract.forbidden_keys:
        if document.get(*key.split(".")) is not None:
            place = ctx.at(document.place(*key.split(".")))
            yield _at(place, f"{path} must not have {key}", "forbidden", directory, ctx)


def _is_empty(value: object) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return value is None or (isinstance(value, list | dict) and not value)


def _first(directory: str, ctx: ProjectContext) -> Location:
    """Return where a missing file is reported."""
    component = next((one for one in ctx.project.components.components if one.directory == directory), None)
    if component is not None:
        return ctx.missing_in(component)
    paths = (path for path in ctx.project.tree.paths() if path.startswith(f"{directory}/"))
    return Location(min(paths), 1, 1, 1, 1)


def _skeleton(keys: Iterable[str], name: str) -> dict[str, object]:
    """Return nested tables with these dotted keys, empty but for the name."""
    tables: dict[str, object] = {}
    for key in sorted(keys, key=lambda one: one.count("."), reverse=True):  # `app` is there once `app.name` is
        *parents, last = key.split(".")
        table = tables
        for parent in parents:
            inside = table.setdefault(parent, {})
            table = inside if isinstance(inside, dict) else {}
        table.setdefault(last, name if last in _NAMES else "")
    return tables


def _blocks(table: Mapping[str, object], keys: tuple[str, ...]) -> Iterator[list[str]]:
    """Yield the lines of each table as TOML, those above first."""
    pairs = [f"{_word(key)} = {json.dumps(value)}" for key, value in table.items() if not isinstance(value, dict)]
    if pairs:
        yield [f"[{'.'.join(map(_word, keys))}]", *pairs] if keys else pairs
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _blocks(value, (*keys, key))


def _word(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key, re.ASCII) else json.dumps(key)


def _at(
    place: Location, message: str, check: str, directory: str, ctx: ProjectContext, fix: Fix | None = None
) -> Finding:
    return ctx.finding(place, message, check=check, symbol=directory, anchor=message, fix=fix)
