"""GR10: output that bypasses the logging policy."""

import ast
from collections.abc import Iterator, Mapping
from typing import ClassVar

from hive_guardian import (
    Bad,
    Change,
    Check,
    Edit,
    Field,
    FileContext,
    FileRule,
    Finding,
    Fix,
    FixClass,
    FixContext,
    Good,
    Overlay,
    Place,
    ProjectContext,
    ResolvedCall,
    RuleOptions,
    Severity,
    State,
    offer,
    on,
    suggest,
)
from hive_guardian_rules.observability._log_message import is_convertible, joins_strings, message_edits, splits_tuple
from hive_guardian_rules.observability._module_logger import use_logger

_PRINTERS = ("builtins.print", "pprint.pprint", "pprint.pp")
_STREAMS = {"sys.stdout": "standard output", "sys.stderr": "standard error"}
_ROOT_FUNCTIONS = ("debug", "info", "warning", "warn", "error", "critical", "fatal", "exception", "log", "basicConfig")


class PrintCall(FileRule):
    """Output that bypasses the logging policy.

    What: A call of `print`, `pprint.pprint` or `pprint.pp`; `logging.getLogger` where another factory is policy; with
    the strict checks also writes to the standard streams and the root logger's functions.

    Why: Nobody can route, filter or correlate it.

    Not a finding: `file=` that names something other than a standard stream; statements lexically inside
    `if __name__ == "__main__":`; command line modules; a method or a shadowing function called `print`; `print` passed
    as a value; text in docstrings; the literal name of a foreign logger (`getLogger("urllib3")`); loggers where the
    factory is defined (its component, its file if there is only one component) or contracts forbid to import it.

    Fix: Log through the logger of the module, which takes the level, the context and the destination. A statement
    `print(...)` becomes `logger.info(...)`: a single text stays as it is, several arguments, and a text with `%` and
    its values, become one format string and its values. The logger is made below the imports where the module has none.

    When to suppress: A program whose product is its output, in a module the cli role does not cover.

    Differs: ruff T201, T203 with `allow-in-main-block = false` and no cli role; T203 does not know `pprint.pp` and
    `stream=`.

    Source: golden rule 10 (9 of the predecessor); flake8-print.
    """

    code, name, title = "GR10", "print-call", "Logging Standards"
    severity = Severity.ERROR
    tags = ("observability",)
    fix = FixClass.UNSAFE
    checks = (
        Check("print", Severity.ERROR, "printing"),
        Check("logger-factory", Severity.ERROR, "a logger from another factory than `layout.logger-factory`"),
        Check("stream-write", Severity.WARNING, "writing to a standard stream", state=State.OPT_IN),
        Check("root-logger", Severity.WARNING, "configuring or using the root logger", state=State.OPT_IN),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        banned: tuple[str, ...] = Field(default=(), description="further calls that count as printing")
        allow_in_main_block: bool = Field(default=True, description='spare `if __name__ == "__main__":` blocks')
        allow_stderr: bool = Field(default=False, description="spare what names `sys.stderr`")

    options: Options

    def call_table(self) -> Mapping[str, str]:
        """Return the calls that bypass the policy: name -> check."""
        table = dict.fromkeys((*_PRINTERS, *self.options.banned), "print")
        factory = self.settings.layout.logger_factory
        if factory and factory != "logging.getLogger":
            table |= {"logging.getLogger": "logger-factory", "logging.Logger": "logger-factory"}
        table |= {f"{stream}.{method}": "stream-write" for stream in _STREAMS for method in ("write", "writelines")}
        return table | {f"logging.{name}": "root-logger" for name in _ROOT_FUNCTIONS}

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report a call that bypasses the policy, unless it stands where output is the purpose."""
        check = str(call.payload)
        if not ctx.wants(check) or self._is_exempt(call, check, ctx):
            return
        factory = self.settings.layout.logger_factory or "logging.getLogger"
        configures = call.name == "logging.basicConfig"
        does = {
            "print": f"writes to {_STREAMS[_stream(call, ctx)]}",
            "stream-write": f"writes to {_STREAMS[_stream(call, ctx)]}",
            "logger-factory": "makes a logger the policy does not know",
            "root-logger": "configures the root logger" if configures else "uses the root logger",
        }[check]
        instead = "leave that to the program's entry point" if configures else f"use {factory}"
        yield ctx.finding(
            call.node.func,
            f"`{call.name.removeprefix('builtins.')}` {does}; {instead}",
            check=check,
            fix=suggest(instead) if configures else _fix(call, factory, ctx),
            clue=factory if check == "logger-factory" else None,
        )

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Log what was printed, through the logger of the module, which is created if need be."""
        call = next(item for item in ctx.document.nodes(ast.Call) if ctx.place(item.func) == finding.location)
        logger = use_logger(self.settings.layout.logger_factory or "logging.getLogger", call, ctx)
        yield from logger.edits
        yield ctx.replace(call.func, f"{logger.name}.info")
        yield from message_edits(call, ctx)

    def confirm(self, finding: Finding, ctx: ProjectContext) -> bool:
        """Whether a file that makes a logger otherwise could use the factory."""
        path, factory = finding.location.path, finding.clue
        if any(symbol.path == path for symbol in ctx.project.symbols.meanings(factory)):
            return False
        return not ctx.is_provider(path, factory) and ctx.may_import(path, factory)

    def _is_exempt(self, call: ResolvedCall, check: str, ctx: FileContext) -> bool:
        if check == "logger-factory":
            return _is_foreign_logger(call, ctx)
        if Overlay.CLI in ctx.file.overlays or (check == "root-logger" and Overlay.COMPOSITION in ctx.file.overlays):
            return True
        if check == "stream-write" and self.options.allow_stderr and call.name.startswith("sys.stderr."):
            return True
        if check == "print" and self._goes_elsewhere(call, ctx):
            return True
        spares_main = self.options.allow_in_main_block or check != "print"
        return spares_main and bool(ctx.document.place(call.node) & Place.MAIN)

    def _goes_elsewhere(self, call: ResolvedCall, ctx: FileContext) -> bool:
        """Whether the call names a destination other than standard output."""
        target = call.argument("file") if call.name == "builtins.print" else call.argument("stream", 1)
        if target is None or (isinstance(target, ast.Constant) and target.value is None):
            return False
        if not isinstance(target, ast.Attribute | ast.Name):
            return True
        names = ctx.document.resolve(target).names
        return "sys.stdout" not in names and ("sys.stderr" not in names or self.options.allow_stderr)

    examples: ClassVar = (
        Bad(
            "def save(n):\n    print('saved', n)  # all\n",
            at=[(2, 5)],
            message="`print` writes to standard output",
            fixed="import logging\n\nlogger = logging.getLogger(__name__)\n\n\n"
            "def save(n):\n    logger.info('saved %s', n)  # all\n",
        ),
        Bad(
            "import builtins as b\nfrom logging import getLogger\nLOG = getLogger(__name__)\nb.print(1)\n",
            at=[(4, 1)],
            fixed="import builtins as b\nfrom logging import getLogger\nLOG = getLogger(__name__)\nLOG.info(1)\n",
        ),
        Bad(
            '"""Doc."""\n\nimport os\nfrom acme_log import get_logger\n\nprint(f"{os.name}!")\nif os:\n'
            '    print(\n        "50%",\n        os,  # why\n        "of it",\n    )\n'
            '    print("%d %s" % (\n        1, os,\n    ))\n    print(os)\n',
            at=[(6, 1), (8, 5), (13, 5), (16, 5)],
            layout={"logger-factory": "acme_log.get_logger"},
            fixed='"""Doc."""\n\nimport os\nfrom acme_log import get_logger\n\n'
            'logger = get_logger(__name__)\n\nlogger.info(f"{os.name}!")\nif os:\n    print(\n'
            '        "50%",\n        os,  # why\n        "of it",\n    )\n'
            '    logger.info("%d %s",\n        1, os)\n    logger.info("%s", os)\n',
        ),
        Bad(
            "import logging\ndef f(logger):\n    print('a')\ndef g(*a):\n    print(*a)\n    print()\n"
            "    return print(1)\n",
            at=[(3, 5), (5, 5), (6, 5), (7, 12)],
            fixed="import logging\ndef f(logger):\n    print('a')\ndef g(*a):\n    print(*a)\n    print()\n"
            "    return print(1)\n",
        ),
        Bad(
            "import structlog\nlogger = structlog.get_logger()\nprint('a')\n",
            at=[(3, 1)],
            fixed="import structlog\nlogger = structlog.get_logger()\nprint('a')\n",
        ),
        Bad("from pprint import pprint as show\nshow({})\n", at=[(2, 1)], message="pprint.pprint"),
        Bad("import pprint\npprint.pp({}, stream=None)\n", at=[(2, 1)]),
        Bad("import sys\nprint('x', file=sys.stderr)\n", at=[(2, 1)], message="`print` writes to standard error"),
        Bad("import logging\nlogging.basicConfig()\n", at=[(2, 1)], checks=["root-logger"], message="; leave that to"),
        Good(
            {
                "setup.py": "from setuptools import setup\n"
                "kw = {'entry_points': {'console_scripts': ['x = pkg.run:go']}}\nsetup(name='x', **kw)\n",
                "pkg/__init__.py": "",
                "pkg/run.py": "def go(): print(1)\n",
            }
        ),
        Bad(
            {
                "setup.cfg": "[metadata]\nname = x\n[options.entry_points]\nacme.plugins = x = pkg.run:go\n",
                "pkg/__init__.py": "",
                "pkg/run.py": "def go(): print(1)\n",
            },
            at=[("pkg/run.py", 1, 11)],
        ),
        Bad("import sys\nout = sys.stdout\nprint('x', file=out)\n", at=[(3, 1)]),
        Bad("say = print\nsay('x')\n", at=[(2, 1)]),
        Bad('if __name__ == "__main__":\n    pass\nelse:\n    print(1)\n', at=[(4, 5)]),
        Bad(
            'if __name__ == "__main__":\n    print(1)\n', at=[(2, 5)], options={"allow-in-main-block": False},
        ),
        Bad("import acme\nacme.echo('x')\n", at=[(2, 1)], options={"banned": ["acme.echo"]}),
        Bad(
            "import logging\nlogger = logging.getLogger(__name__)\n",
            at=[(2, 10)],
            layout={"logger-factory": "acme_log.get_logger"},
            message="use acme_log.get_logger",
        ),
        Bad("import sys\nsys.stdout.write('x')\n", at=[(2, 1)], checks=["stream-write"]),
        Bad("import logging\ndef f():\n    logging.info('x')\n", at=[(3, 5)], checks=["root-logger"]),
        Good("def save(handle):\n    print('x', file=handle)\n"),
        Good("import sys\nprint('x', file=sys.stderr)\n", options={"allow-stderr": True}),
        Good('def main():\n    return 0\nif __name__ == "__main__":\n    print(main())\n'),
        Good("def report(console):\n    console.print('x')\n"),
        Good("def print(text): ...\nprint('x')\n"),
        Good("from .console import print\nprint('x')\n"),
        Good("def f(print):\n    print('x')\n"),
        Good("rows = list(map(print, []))\n"),
        Good('"""Use print("x")."""\nnote = "print(1)"  # print(2)\n'),
        Good("print('x')\n", path="pkg/cli.py"),
        Good("import sys\nsys.stdout.write('x')\nimport logging\nlogging.info('x')\n"),
        Good("import logging\nlogging.getLogger('urllib3').setLevel(30)\n", layout={"logger-factory": "a.get_logger"}),
        Good("import logging\nlogger = logging.getLogger(__name__)\n"),
        Good(
            "import logging\ndef get_logger(name):\n    return logging.getLogger(name)\n",
            layout={"logger-factory": "pkg.log.get_logger"},
            path="pkg/log.py",
        ),
        Bad(
            {
                "pkg/log.py": "import logging\ndef get_logger(name): return logging.getLogger(name)\n",
                "pkg/shop.py": "from logging import getLogger as get\nlogger = get(__name__)\n",
            },
            at=[("pkg/shop.py", 2, 10)],
            layout={"logger-factory": "pkg.log.get_logger"},
        ),
        Good(
            {
                "libs/log/log/__init__.py": "from .factory import get_logger\n",
                "libs/log/log/factory.py": "from .setup import get_logger\n",
                "libs/log/log/setup.py": "import logging\ndef get_logger(name): return logging.getLogger(name)\n",
                "libs/log/log/audit.py": "import logging\nlogger = logging.getLogger(__name__)\n",
                "libs/base/base/__init__.py": "import logging\nlogger = logging.getLogger(__name__)\n",
            },
            layout={"logger-factory": "log.get_logger", "components": ["libs/*"]},
            contracts=[{"kind": "forbidden", "name": "the base is lowest", "from": ["libs/base"], "to": ["libs/log"]}],
        ),
        Bad(
            {
                "libs/log/log/__init__.py": "import logging\ndef get_logger(name): return logging.getLogger(name)\n",
                "libs/base/base/__init__.py": "import logging\nlogger = logging.getLogger(__name__)\n",
            },
            at=[("libs/base/base/__init__.py", 2, 10)],
            layout={"logger-factory": "log.get_logger", "components": ["libs/*"]},
        ),
    )  # fmt: skip


def _is_foreign_logger(call: ResolvedCall, ctx: FileContext) -> bool:
    """Whether a literal name belongs to somebody else."""
    name = call.argument("name", 0)
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
        return False
    return name.value.partition(".")[0] != ctx.file.module.partition(".")[0]


def _stream(call: ResolvedCall, ctx: FileContext) -> str:
    """Return the standard stream a call writes to, standard output if it names none."""
    if call.name.startswith("sys.stderr."):
        return "sys.stderr"
    target = call.argument("file") if call.name == "builtins.print" else call.argument("stream", 1)
    is_error = target is not None and "sys.stderr" in ctx.document.resolve(target).names
    return "sys.stderr" if is_error else "sys.stdout"


def _fix(call: ResolvedCall, factory: str, ctx: FileContext) -> Fix:
    """Return the offer to log what a statement prints, else advice."""
    node = call.node
    is_statement = isinstance(ctx.document.parents.get(node), ast.Expr)
    if call.name != "builtins.print" or not call.certain or not is_statement or not is_convertible(node):
        return suggest(f"log through a logger made by {factory}")
    changes = {Change.STRING} if joins_strings(node) else {Change.TUPLE} if splits_tuple(node) else set()
    return offer(f"log it through a logger made by {factory}", changes=changes)
