"""GR25: production code that depends on an environment manager."""

import ast
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Document,
    Field,
    FileContext,
    FileRule,
    Finding,
    GlobSet,
    Good,
    Place,
    ResolvedCall,
    RuleOptions,
    Severity,
    StringConstant,
    constant_text,
    environment_reads,
    on,
)

_MANAGERS: Mapping[str, str] = {
    "CONDA_*": "conda",
    "MAMBA_*": "mamba",
    "VIRTUAL_ENV": "virtualenv",
    "PYENV_*": "pyenv",
    "POETRY_ACTIVE": "Poetry",
    "PIPENV_ACTIVE": "Pipenv",
}
_CONDA_VARIABLES = frozenset({"CONDA_*", "MAMBA_*"})
_CONDA_COMMANDS = frozenset({"conda", "mamba", "micromamba"})
_SEGMENT = re.compile(r"(?:^|[\\/])(miniconda3|anaconda3|miniforge3)(?:[\\/]|$)")
_PATH_CALLS = ("pathlib.", "os.path.", "os.", "shutil.", "builtins.open")
_EXECUTABLE_SUFFIX = re.compile(r"\.(?:exe|bat|cmd)$", re.IGNORECASE)
_SHELLS = frozenset({"sh", "bash", "zsh", "dash", "ksh", "cmd"})
_SHELL_COMMAND = re.compile(r"(?:^|[;&|\n(`])\s*(?:(?:\w+=\S*|sudo|exec|command|env|call|time)\s+)*([^\s;&|]+)")
_PROCESS_CALLS = (
    *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen")),
    *("subprocess.getoutput", "subprocess.getstatusoutput", "os.system", "os.popen", "os.startfile"),
    *("os.exec*", "os.spawn*", "os.posix_spawn*"),
    *("asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"),
    *("asyncio.subprocess.create_subprocess_exec", "asyncio.subprocess.create_subprocess_shell"),
)


class EnvManagerCoupling(FileRule):
    """Production code that depends on an environment manager.

    What: A read of a variable that conda, mamba or another environment manager sets, a process whose program is
    `conda`, `mamba` or `micromamba`, an import of the package `conda`, a path with a segment such as `miniconda3`.

    Why: The place where the program runs has no environment manager; code that asks for one has two behaviours, and
    only the developer's is ever tested.

    Not a finding: Developer scripts and tests, docstrings, log and help texts, URLs, regular expressions and globs of
    any directory that detect conda, identifiers that contain the word, setting or removing the variable for a child
    process.

    Fix: Take the value from a setting, or start the interpreter you are (`sys.executable`).

    When to suppress: A tool whose subject is environments; better list its files in `allow`.

    Source: golden rule 25 of the seed.
    """

    code, name, title = "GR25", "env-manager-coupling", "No Conda in Production Code"
    severity = Severity.CRITICAL
    tags = ("configuration", "portability")
    checks = (
        Check("conda", Severity.CRITICAL, "conda or mamba: variable, process, import or path"),
        Check("other-manager", Severity.WARNING, "a variable of virtualenv, pyenv, Poetry or Pipenv"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        variables: tuple[str, ...] = Field(
            default=(), description="further variables, `*` allowed; reported by the check `other-manager`"
        )
        commands: tuple[str, ...] = Field(
            default=(), description="further programs; reported by the check `other-manager`"
        )
        allow: tuple[str, ...] = Field(default=(), description="globs of files whose subject is environments")

    options: Options

    @cached_property
    def _allowed(self) -> GlobSet:
        return GlobSet(self.options.allow)

    @cached_property
    def _commands(self) -> frozenset[str]:
        return _CONDA_COMMANDS.union(self.options.commands)

    def fragments(self) -> frozenset[bytes]:
        """Name a manager or read the environment."""
        known = {b"conda", b"mamba", b"miniforge3", b"environ", b"getenv"}
        return frozenset(known.union(command.lower().encode() for command in self.options.commands))

    def call_table(self) -> Mapping[str, None]:
        """Return the calls that start a process."""
        return dict.fromkeys(_PROCESS_CALLS)

    @on(Document)
    def check_reads_and_paths(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report variables and paths of an environment manager."""
        if self._allowed.matches(ctx.file.path):
            return
        for read in environment_reads(document):
            variable = read.name or (constant_text(read.key, document) if read.key is not None else "")
            pattern = self._variable_pattern(variable or "")
            if pattern:
                check = "conda" if pattern in _CONDA_VARIABLES else "other-manager"
                manager = _MANAGERS.get(pattern, "an environment manager")
                yield ctx.finding(read.node, _message(manager, f"reads `{variable}`"), check=check)
        if b"conda3" not in document.lowered and b"miniforge3" not in document.lowered:
            return
        for string in document.strings.matching(_SEGMENT):
            found = _SEGMENT.search(string.value)
            if found is not None and _is_path(string, document):
                yield ctx.finding(string.node, _message("conda", f"path with `{found[1]}`"))

    @on(ast.Import, ast.ImportFrom)
    def check_import(self, node: ast.Import | ast.ImportFrom, ctx: FileContext) -> Iterator[Finding]:
        """Report a runtime import of conda itself."""
        if isinstance(node, ast.ImportFrom):
            imported = [] if node.level else [node.module or ""]
        else:
            imported = [alias.name for alias in node.names]
        named = next((name for name in imported if name.partition(".")[0] == "conda"), None)
        if named and not self._allowed.matches(ctx.file.path) and not ctx.document.place(node) & Place.TYPE_CHECKING:
            yield ctx.finding(node, _message("conda", f"imports `{named}`"))

    @on(ResolvedCall)
    def check_process(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report a process whose program is an environment manager."""
        if self._allowed.matches(ctx.file.path):
            return
        for node, program in _programs(call, ctx.document):
            if program in self._commands:
                check = "conda" if program in _CONDA_COMMANDS else "other-manager"
                yield ctx.finding(node, _message(program, f"starts `{program}`"), check=check)
                return

    def _variable_pattern(self, variable: str) -> str | None:
        """Return the pattern that covers a variable."""
        patterns = (*_MANAGERS, *self.options.variables)
        return next((pattern for pattern in patterns if variable and fnmatchcase(variable, pattern)), None)

    examples: ClassVar = (
        Bad('import os\nif os.environ.get("CONDA_DEFAULT_ENV") == "hive":\n    pass\n', at=[(2, 4)], message="conda"),
        Bad('from os import environ as e\nprefix = e["CONDA_PREFIX"]\n', at=[(2, 10)]),
        Bad('import os\nKEY = "MAMBA_EXE"\nexe = os.getenv(KEY)\n', at=[(3, 7)], message="`MAMBA_EXE`"),
        Bad('import os\nactive = "CONDA_PREFIX" in os.environ\n', at=[(2, 10)]),
        Bad('import os\nold = os.environ.pop("CONDA_PREFIX", None)\n', at=[(2, 7)]),
        Bad('import subprocess\nsubprocess.run(["conda", "run", "-n", "hive", "python"])\n', at=[(2, 17)]),
        Bad('from subprocess import run as r\nCMD = ["micromamba", "env", "list"]\nr(CMD)\n', at=[(2, 8)]),
        Bad('import os\nos.system("cd /srv && conda activate hive")\n', at=[(2, 11)]),
        Bad('import subprocess as s\ns.check_call(["bash", "-lc", "conda run x"])\n', at=[(2, 30)]),
        Bad(
            'import asyncio\nasync def f():\n    await asyncio.create_subprocess_exec("/opt/bin/mamba")\n', at=[(3, 42)]
        ),
        Bad("def run():\n    from conda.cli import main\n    main()\n", at=[(2, 5)], message="imports"),
        Bad('from pathlib import Path\nPYTHON = Path.home() / "miniconda3" / "bin"\n', at=[(2, 24)]),
        Bad('PYTHON = "/opt/anaconda3/envs/hive/bin/python"\n', at=[(1, 10)]),
        Bad('import glob\nENVS = glob.glob("/opt/miniconda3/envs/*")\n', at=[(2, 18)]),
        Bad('import os\nroot = os.environ["VIRTUAL_ENV"]\n', at=[(2, 8)], message="virtualenv"),
        Bad('import os\nx = os.getenv("SPACK_ENV")\n', at=[(2, 5)], options={"variables": ["SPACK_*"]}),
        Bad('import os\nos.system("pixi run x")\n', at=[(2, 11)], options={"commands": ["pixi"]}),
        Good('import os\nx = os.environ.get("CONDA_DEFAULT_ENV")\n', path="scripts/setup/check.py"),
        Good('import os\nx = os.environ.get("CONDA_PREFIX")\n', path="tests/test_x.py"),
        Good('import os\nx = os.environ.get("CONDA_PREFIX")\n', options={"allow": ["pkg/**"]}),
        Good('import os\nos.environ["CONDA_PREFIX"] = "/x"\nos.environ.pop("CONDA_PREFIX", None)\n'),
        Good('def f(environ):\n    return environ["CONDA_PREFIX"]\n'),
        Good('def f(subprocess):\n    subprocess.run(["conda"])\n'),
        Good('"""Works in miniconda3/bin too."""\nURL = "https://repo.example/anaconda3/linux"\n'),
        Good('IGNORED = ["**/anaconda3", "**/miniconda3/*"]\n'),
        Good('import re\nDETECT = re.compile(r"/(?:mini|ana)conda3/|/anaconda3/")\n'),
        Good('import logging\nlogging.info("looked in /opt/miniconda3/ for python")\n'),
        Good('import subprocess\nsubprocess.run(["anaconda-client-free", "conda"])\nconda = "conda"\n'),
        Good("from .conda import main\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import conda\n"),
    )


def _message(manager: str, what: str) -> str:
    return f"production code depends on {manager} ({what})"


def _is_path(string: StringConstant, document: Document) -> bool:
    """Whether a constant with such a segment is a path rather than text about one."""
    if string.is_statement or string.is_prose or string.is_regex or string.is_url or string.value.startswith("*"):
        return False
    if "/" in string.value or "\\" in string.value:
        return " " not in string.value.strip()
    if string.call is not None:
        return document.resolve(string.call.func).may_be(lambda name: name.startswith(_PATH_CALLS))
    parent = document.parents.get(string.node)
    return isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Div)


def _programs(call: ResolvedCall, document: Document) -> Iterator[tuple[ast.expr, str]]:
    """Yield (node, program) for each program a call starts, as far as it is literal."""
    given = call.node.args[:2] if call.name.startswith("os.spawn") else call.node.args[:1]
    given += [item.value for item in call.node.keywords if item.arg in {"args", "cmd", "program"}]
    for argument in given:
        arguments = _elements(argument, document)
        first = constant_text(arguments[0], document) if arguments else None
        if first is None:
            continue
        name = _program_name(first)
        if name in _SHELLS and len(arguments) > 1:
            for item in arguments[1:]:
                yield from ((item, program) for program in _shell_programs(constant_text(item, document) or ""))
        elif isinstance(argument, ast.Constant) and " " in first:
            yield from ((argument, program) for program in _shell_programs(first))
        else:
            yield arguments[0], name


def _elements(argument: ast.expr, document: Document) -> list[ast.expr]:
    """Return the parts of an argument list, through a name bound once; a lone expression is its own list."""
    if isinstance(argument, ast.Name):
        bindings = document.names.bindings(argument)
        argument = bindings[0].value if len(bindings) == 1 and bindings[0].value is not None else argument
    return argument.elts if isinstance(argument, ast.List | ast.Tuple) else [argument]


def _shell_programs(command: str) -> list[str]:
    return [_program_name(found[1]) for found in _SHELL_COMMAND.finditer(command)]


def _program_name(program: str) -> str:
    return _EXECUTABLE_SUFFIX.sub("", program.strip("\"'").replace("\\", "/").rpartition("/")[2])
