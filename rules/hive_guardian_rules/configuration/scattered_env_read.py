"""GR37: read of the environment outside the config layer."""

import ast
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Document,
    EnvironmentRead,
    Field,
    FileContext,
    FileRule,
    Finding,
    FixClass,
    Good,
    Overlay,
    ResolvedCall,
    RuleOptions,
    Severity,
    State,
    constant_text,
    environment_read,
    environment_reads,
    on,
    suggest,
)

_READ, _FILE = "env", "config-file"
_CALLS = (
    *("os.getenv", "os.getenvb"),
    *(
        f"{mapping}.{method}"
        for mapping in ("os.environ", "os.environb")
        for method in ("get", "pop", "setdefault", "items", "keys", "values")
    ),
    *("dotenv.load_dotenv", "dotenv.dotenv_values", "dotenv.main.load_dotenv", "dotenv.main.dotenv_values"),
)
_CONFIG_CALLS = (
    *("yaml.safe_load", "yaml.load", "yaml.full_load", "tomllib.load", "tomllib.loads", "tomli.load", "tomli.loads"),
    *("toml.load", "toml.loads", "json.load", "json.loads"),
    *(
        "configparser.ConfigParser().read",
        "configparser.RawConfigParser().read",
        "configparser.ConfigParser().read_file",
    ),
)
_CONFIG_NAME = re.compile(
    r"(?:^|[\\/_.-])(?:config|configuration|settings|conf|cfg|\.?env|secrets|preferences)(?:[\\/._-]|$)|\.(?:ini|cfg|conf)$",
    re.IGNORECASE,
)


class ScatteredEnvRead(FileRule):
    """Read of the environment outside the config layer.

    What: A read of an environment variable, or of all of them, in a file outside `layout.config-layer`, under any
    alias; loading a `.env` file there; with the strict preset also reading a configuration file by a literal path.

    Why: One place answers where a value comes from.

    Not a finding: Handing the environment on (`env=os.environ`), writing it, variables every program may ask for
    (`allow-names`), composition roots, settings classes, scripts, tests, examples, the same call on another object.

    Fix: Read it in the config layer and pass the value in.

    When to suppress: A library that must honour a variable of the platform; better list it in `allow-names`.

    Source: golden rule 37 of the predecessor.
    """

    code, name, title = "GR37", "scattered-env-read", "Unified Config Enforcement"
    severity = Severity.ERROR
    tags = ("configuration",)
    state = State.OPT_IN
    fix = FixClass.SUGGESTION
    checks = (
        Check(_READ, Severity.ERROR, "a read of the environment"),
        Check(_FILE, Severity.WARNING, "a read of a configuration file", state=State.OPT_IN),
    )
    yields_to: ClassVar[Mapping[str, tuple[str, ...]]] = {_READ: ("GR25",)}

    class Options(RuleOptions):
        """Options of this rule."""

        allow_names: tuple[str, ...] = Field(
            default=(
                *("NO_COLOR", "FORCE_COLOR", "TERM", "COLUMNS", "CI", "PATH", "HOME", "TMPDIR", "XDG_*", "PYTEST_*"),
                *("EDITOR", "VISUAL", "PAGER", "SHELL", "LANG", "LC_*", "TERM_PROGRAM", "TEMP", "TMP"),
                *("USERPROFILE", "APPDATA", "LOCALAPPDATA", "VIRTUAL_ENV", "PYTHON*"),
            ),
            description="variables that may be read anywhere, `*` allowed",
        )
        config_file_calls: tuple[str, ...] = Field(
            default=_CONFIG_CALLS, description="calls that load a configuration file"
        )

    options: Options

    def call_table(self) -> Mapping[str, str]:
        """Return the readers of variables and of configuration files."""
        return {**dict.fromkeys(self.options.config_file_calls, _FILE), **dict.fromkeys(_CALLS, _READ)}

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report calls that read a variable or load a configuration file."""
        if not _is_governed(ctx):
            return
        if call.payload == _FILE:
            path = next(_config_paths(call.node, ctx.document), None)
            if path is not None:
                layer = ", ".join(ctx.settings.layout.config_layer)
                message = f"`{path}` is read by `{call.name}` outside the config layer ({layer})"
                yield ctx.finding(call.node, message, check=_FILE, fix=suggest("read it in the config layer"))
        elif call.name.startswith("dotenv."):
            yield self._finding(call.node, "a `.env` file is loaded", ctx)
        else:
            yield from self._check_read(environment_read(call.node, ctx.document), ctx)

    @on(Document)
    def check_lookups(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report subscripts and membership tests of the environment."""
        if b"environ" not in document.data or not _is_governed(ctx):
            return
        for read in environment_reads(document):
            if not isinstance(read.node, ast.Call):
                yield from self._check_read(read, ctx)

    def _check_read(self, read: EnvironmentRead | None, ctx: FileContext) -> Iterator[Finding]:
        if read is None:
            return
        name = read.name or (constant_text(read.key, ctx.document) if read.key is not None else None)
        if name and any(fnmatchcase(name, pattern) for pattern in self.options.allow_names):
            return
        what = f"`{name}`" if name else "a variable"
        is_whole = not name and read.key is None
        yield self._finding(
            read.node, "the whole environment is read" if is_whole else f"{what} is read from the environment", ctx
        )

    def _finding(self, node: ast.expr, what: str, ctx: FileContext) -> Finding:
        layer = ", ".join(ctx.settings.layout.config_layer)
        return ctx.finding(
            node,
            f"{what} outside the config layer ({layer})",
            check=_READ,
            fix=suggest("read it in the config layer and pass the value in"),
        )

    examples: ClassVar = (
        Bad('import os\ntimeout = os.getenv("TIMEOUT")\n', at=[(2, 11)], message="`TIMEOUT`"),
        Bad('from os import environ\nx = environ["X"]\n', at=[(2, 5)]),
        Bad('import os as o\ne = o.environ\ndef f():\n    return e.get("X", "")\n', at=[(4, 12)]),
        Bad('import os\nKEY = "X_MODE"\nif KEY in os.environ:\n    pass\n', at=[(3, 4)], message="`X_MODE`"),
        Bad(
            "import os\nfor k, v in os.environ.items():\n    pass\n",
            at=[(2, 13)],
            message="the whole environment is read outside",
        ),
        Bad("import os\ndef f(k):\n    return os.environ[k]\n", at=[(3, 12)], message="a variable"),
        Bad("from dotenv import load_dotenv as ld\nld()\n", at=[(2, 1)], message="a `.env` file is loaded"),
        Bad('import os\nx = os.environ.pop("X", None)\n', at=[(2, 5)]),
        Bad('import os\nx = os.getenv("HOME")\n', at=[(2, 5)], options={"allow-names": []}),
        Bad(
            'import os\nx = os.getenv("X")\n', at=[(2, 5)], path="pkg/settings.py", layout={"config-layer": ["cfg/**"]}
        ),
        Bad(
            'import yaml\nwith open("config/app.yaml") as h:\n    data = yaml.safe_load(h)\n',
            at=[(3, 12)],
            checks=["config-file"],
            message="config/app.yaml",
        ),
        Bad(
            'from configparser import ConfigParser\np = ConfigParser()\np.read(["a.ini"])\n',
            at=[(3, 1)],
            checks=["config-file"],
        ),
        Good('import os\nx = os.getenv("X")\n', path="pkg/config.py"),
        Good('import os\nx = os.getenv("X")\n', path="pkg/main.py"),
        Good('import os\nx = os.getenv("X")\n', path="scripts/x.py"),
        Good("import os\nrun(env=os.environ)\nrun(env={**os.environ, 'X': '1'})\ncopy = os.environ.copy()\n"),
        Good('import os\nos.environ["X"] = "1"\nos.environ.setdefault("Y", "2")\nos.environ.pop("Z", None)\n'),
        Good('import os\nx = os.getenv("NO_COLOR")\ny = os.environ["XDG_CACHE_HOME"]\nz = "CI" in os.environ\n'),
        Good('import os\nx = os.getenv("VISUAL") or os.environ.get("EDITOR")\ny = "PYTHONPATH" in os.environ\n'),
        Good('def getenv(name): ...\nx = getenv("X")\ndef f(request):\n    return request.environ.get("X")\n'),
        Good("from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    timeout: int = 3\n"),
        Good('import json\ndata = json.load(open("config/app.json"))\n'),
        Good('import json\ndata = json.load(open("books.json"))\n', checks=["config-file"]),
        Good("import yaml\ndef f(path):\n    return yaml.safe_load(path.read_text())\n", checks=["config-file"]),
    )


def _is_governed(ctx: FileContext) -> bool:
    """Whether the file lies outside the config layer and is no composition root."""
    return ctx.file.overlays.isdisjoint({Overlay.CONFIG, Overlay.COMPOSITION})


def _config_paths(call: ast.Call, document: Document) -> Iterator[str]:
    """Yield the literal paths with a name of a configuration file that feed a call, through one name."""
    pending = [*call.args, *(item.value for item in call.keywords)]
    for argument in pending:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CONFIG_NAME.search(node.value):
                yield node.value
            elif isinstance(node, ast.Name) and argument in call.args:
                pending += [item.value for item in document.names.bindings(node) if item.value is not None]
