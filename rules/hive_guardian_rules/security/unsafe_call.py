"""GR15: calls that turn data into code."""

import ast
from collections.abc import Iterator, Mapping
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Confidence,
    Document,
    DottedSet,
    Edit,
    Field,
    FileContext,
    FileRule,
    Finding,
    Fix,
    FixClass,
    FixContext,
    GlobSet,
    Good,
    Location,
    OptionTable,
    ProjectContext,
    ResolvedCall,
    RuleOptions,
    Severity,
    State,
    Truth,
    offer,
    on,
    suggest,
)
from hive_guardian_rules.security._unsafe_call_table import (
    DUMPERS,
    LOADING_NAMES,
    REBUILDS,
    SAFE_LOADERS,
    TABLE,
    Danger,
)

_MODULES = frozenset({"pickle", "marshal", "shelve", "dill"})


class AllowedCall(OptionTable):
    """Where a call of the table is fine, and why."""

    name: str = Field(description="dotted name of the call")
    paths: tuple[str, ...] = Field(description="globs of the files in which it is fine")
    reason: str = Field(min_length=1, description="why it is fine there")


class UnsafeCall(FileRule):
    """Call that turns data into code.

    What: `eval` and `exec`, commands through a shell, pickle and its relatives, YAML loaders that build arbitrary
    objects; with the strict checks also imports of such modules and dynamic imports.

    Why: Whoever controls the input decides what runs.

    Not a finding: `ast.literal_eval`; methods of these names (`model.eval()`); `shell=` that is false or not known;
    argument lists without a shell; dumping, and loading what `dumps` has just returned; safe loaders, their
    subclasses and guarded C variants; a name imported from elsewhere or defined locally; a call the option `allow`
    lists for the file.

    Fix: An argument list, `ast.literal_eval`, `yaml.safe_load`, JSON. `yaml.load(x)` without a loader becomes
    `yaml.safe_load(x)`.

    When to suppress: A REPL or template engine, whose job is to run code; data this process wrote and signed itself.

    Differs: ruff S102, S307, S301, S302, S602, S605, S506: references that are not calls are not reported, aliases of
    callables are; `loads(dumps(x))`, Base loaders and first-party subclasses of SafeLoader are safe here.

    Source: golden rule 15 (17 of the predecessor); CWE-78, CWE-95, CWE-502; bandit B102, B301, B302, B307, B506, B602.
    """

    code, name, title = "GR15", "unsafe-call", "No Unsafe Function Calls"
    severity = Severity.CRITICAL
    tags = ("security", "cwe-78", "cwe-95", "cwe-502")
    fix = FixClass.UNSAFE
    security_severity = 8.8
    checks = (
        Check("code", Severity.CRITICAL, "running a string as code"),
        Check("shell", Severity.CRITICAL, "a command through a shell; a literal command is a warning"),
        Check("deserialise", Severity.ERROR, "rebuilding objects from data"),
        Check("yaml", Severity.ERROR, "a YAML loader that builds arbitrary objects"),
        Check("imports", Severity.WARNING, "importing a module that rebuilds objects", state=State.OPT_IN),
        Check("dynamic", Severity.WARNING, "choosing code by a value", state=State.OPT_IN),
        Check("custom", Severity.ERROR, "calls from the option"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        calls: dict[str, str] = Field(default_factory=dict, description="further unsafe call -> what to do instead")
        allow: tuple[AllowedCall, ...] = Field(default=(), description="calls that are fine in some files")

    options: Options

    def call_table(self) -> Mapping[str, Danger]:
        """Return the built-in table, extended by the option."""
        extra = {name: Danger("custom", "is not safe here", advice) for name, advice in self.options.calls.items()}
        return TABLE | extra

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report an unsafe call at its callee, an unsafe YAML loader at the loader."""
        danger = call.payload
        if not isinstance(danger, Danger) or not ctx.wants(danger.check) or self._is_allowed(call.name, ctx):
            return
        harmless = _HARMLESS.get(danger.harmless)
        if harmless is not None and harmless(call, ctx):
            return
        severity, confidence, clue, node = None, None, None, call.node.func
        if danger.check == "shell":
            command = call.argument("args" if danger.harmless == "no-shell" else "cmd", 0)
            severity = Severity.WARNING if _is_text(command) else None
        elif danger.harmless == "safe-loader":
            loader = call.argument("Loader", 1)
            node = loader or node
            is_known = loader is None or ctx.document.resolve(loader).names
            confidence = None if is_known else Confidence.MEDIUM
            clue = None if loader is None else _first_party_names(loader, ctx)
        yield ctx.finding(
            node,
            f"`{call.name.removeprefix('builtins.')}`: {danger.risk}; {danger.advice}",
            check=danger.check,
            severity=severity,
            confidence=confidence,
            fix=_fix(call, danger, ctx),
            clue=clue,
        )

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Write `safe_load` instead of `load`."""
        place = finding.location
        start = place.end_column - len("load")
        yield ctx.replace(Location(place.path, place.end_line, start, place.end_line, place.end_column), "safe_load")

    def confirm(self, finding: Finding, ctx: ProjectContext) -> bool:
        """Whether a YAML loader that another file defines may be something else than a safe one."""
        return not all(_is_safe(name, finding.location.path, ctx) for name in finding.clue.split())

    @on(Document)
    def check_imports(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report the import of a module that rebuilds objects."""
        for node, _ in document.outline.imports if ctx.wants("imports") else ():
            found = {alias.name: alias for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                loaders = [alias for alias in node.names if alias.name in LOADING_NAMES]
                found = {node.module or "": loaders[0]} if loaders and not node.level else {}
            for module, alias in found.items():
                if module in _MODULES and not self._is_allowed(module, ctx):
                    advice = "use JSON or another plain format"
                    message = f"`{module}`: {REBUILDS}; {advice}"
                    yield ctx.finding(alias, message, check="imports", fix=suggest(advice))

    def _is_allowed(self, name: str, ctx: FileContext) -> bool:
        return any(
            DottedSet((entry.name, f"builtins.{entry.name}")).matches(name)
            and GlobSet(entry.paths).matches(ctx.file.path)
            for entry in self.options.allow
        )

    examples: ClassVar = (
        Bad("def f(text):\n    return eval(text)\n", at=[(2, 12)], message="`eval`: runs its argument as code"),
        Bad("run = exec\ndef f(text):\n    run(text)\n", at=[(3, 5)], message="`exec`"),
        Bad("import subprocess as sp\ndef f(c):\n    sp.run(c, shell=True)\n", at=[(3, 5)], message="to a shell"),
        Bad("from os import popen\ndef f(c):\n    popen(c)\n", at=[(3, 5)]),
        Bad("import pickle\nclass Store:\n    def get(self, b): return pickle.loads(b)\n", at=[(3, 30)]),
        Bad("from yaml import load\ndef f(h): return load(h)\n", at=[(2, 18)], message="yaml.safe_load"),
        Bad(
            "import yaml as y\ndef f(h):\n    return y.load(  # all of it\n        h,\n    )\n",
            at=[(3, 12)],
            message="yaml.safe_load",
            fixed="import yaml as y\ndef f(h):\n    return y.safe_load(  # all of it\n        h,\n    )\n",
        ),
        Bad(
            "import yaml\nfrom yaml import load\ndef f(h, a):\n    load(h)\n"
            "    return f'{yaml.load(h)}', yaml.load(*a)\n",
            at=[(4, 5), (5, 15), (5, 31)],
            fixed="import yaml\nfrom yaml import load\ndef f(h, a):\n    load(h)\n"
            "    return f'{yaml.load(h)}', yaml.load(*a)\n",
        ),
        Bad("import yaml\ndef f(h): return yaml.load(h, yaml.FullLoader)\n", at=[(2, 31)]),
        Bad("import yaml\ndef f(h, kind): return yaml.load(h, Loader=kind)\n", at=[(2, 44)]),
        Bad("import yaml\ndef f(h): return yaml.unsafe_load(h)\n", at=[(2, 18)]),
        Bad("import pickle\n", at=[(1, 8)], checks=["imports"]),
        Bad("from pickle import dumps, loads as l\n", at=[(1, 27)], checks=["imports"]),
        Good("from pickle import HIGHEST_PROTOCOL, dumps\n", checks=["imports"]),
        Good("import pickle as p\ndef copy(v): return p.loads(p.dumps(v, -1))\n"),
        Good("from dill import dumps, loads\ndef f(v):\n    d = dumps(v)\n    check(d)\n    return loads(d)\n"),
        Bad(
            "import json, pickle\ndef f(v, data):\n    if v: data = pickle.dumps(v)\n"
            "    return pickle.loads(data), pickle.loads(json.dumps(v))\n",
            at=[(4, 12), (4, 32)],
        ),
        Bad("def f(text):\n    exec(text)\n", at=[(2, 5)], message="use a function, an import"),
        Bad("import asyncio\nasync def f(c): asyncio.create_subprocess_shell(c)\n", at=[(2, 17)], message="_exec with"),
        Bad("from importlib import import_module as im\ndef f(n): im(n)\n", at=[(2, 11)], checks=["dynamic"]),
        Bad("import torch\ndef f(p): torch.load(p)\n", at=[(2, 11)], checks=["dynamic"]),
        Bad("import acme\ndef f(t): acme.render(t)\n", at=[(2, 11)], options={"calls": {"acme.render": "escape"}}),
        Bad("import os\nos.system('ls')\n", at=[(2, 1)]),
        Good("import ast\ndef f(text): return ast.literal_eval(text)\n"),
        Good("import re\ndef f(model, df, cursor): model.eval(); df.eval('a'); cursor.execute('x'); re.compile('a')\n"),
        Good("from .sandbox import exec\ndef f(text): exec(text)\n"),
        Good("def eval(text): return text\neval('1')\n"),
        Good("import subprocess as sp\ndef f(s, kw): sp.run(['ls']); sp.run(['ls'], shell=s); sp.run(['a'], **kw)\n"),
        Good("import yaml\ndef f(h): return yaml.load(h, Loader=yaml.SafeLoader)\n"),
        Good(
            "import yaml\ntry:\n    from yaml import CSafeLoader as L\nexcept ImportError:\n"
            "    from yaml import SafeLoader as L\ndef f(h): return yaml.load(h, L)\n"
        ),
        Good("import yaml\nclass L(yaml.SafeLoader): ...\ndef f(h): return yaml.load(h, Loader=L)\n"),
        Good("import yaml\ndef f(h):\n    class L(yaml.SafeLoader): ...\n    return yaml.load(h, Loader=L)\n"),
        Good(
            {
                "pkg/loaders.py": "from yaml import SafeLoader\ntry:\n    from yaml import CSafeLoader as Fast\n"
                "except ImportError:\n    from yaml import SafeLoader as Fast\nclass Strict(SafeLoader): ...\n",
                "pkg/a.py": "import yaml\nfrom .loaders import Fast, Strict as S\n"
                "def f(h): return yaml.load(h, Fast), yaml.load(h, Loader=S)\n",
                "pkg/b.py": "import yaml\nimport pkg.loaders as l\nclass Own(l.Strict): ...\n"
                "def f(h): return yaml.load(h, Own), yaml.load(h, l.SafeLoader)\n",
            }
        ),
        Bad(
            {
                "pkg/loaders.py": "import yaml\nclass Loose(yaml.Loader): ...\nclass Strict(yaml.SafeLoader): ...\n",
                "pkg/a.py": "import yaml\nfrom .loaders import Loose\ndef f(h): return yaml.load(h, Loader=Loose)\n",
                "pkg/b.py": "import yaml\nimport acme\nfrom pkg.loaders import Strict as L\nif acme.X:\n"
                "    from pkg.loaders import Loose as L\ndef f(h): return yaml.load(h, L), yaml.load(h, acme.L)\n",
            },
            at=[("pkg/a.py", 3, 38), ("pkg/b.py", 6, 31), ("pkg/b.py", 6, 48)],
        ),
        Good("from ruamel.yaml import YAML\ndef f(h): return YAML().load(h)\n"),
        Good("import pickle\ndef f(v): return pickle.dumps(v)\n"),
        Good("'eval(x)'  # exec(y)\ndef f(v: 'eval'): ...\n"),
        Good("import importlib\nimportlib.import_module('json')\n", checks=["dynamic"]),
        Good(
            "def f(text): eval(text)\n",
            options={"allow": [{"name": "eval", "paths": ["pkg/**"], "reason": "it is a calculator"}]},
        ),
    )  # fmt: skip


def _fix(call: ResolvedCall, danger: Danger, ctx: FileContext) -> Fix:
    """Return the offer to load YAML safely where nothing but the name of the function changes, else advice."""
    node = call.node
    is_plain = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
    if (
        call.name == "yaml.load"
        and is_plain
        and isinstance(node.func, ast.Attribute)
        and not any(isinstance(parent, ast.JoinedStr) for parent in ctx.document.ancestors(node))
    ):
        return offer("use `safe_load`")
    return suggest(danger.advice)


def _is_text(value: ast.expr | None) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _without_shell(call: ResolvedCall, _: FileContext) -> bool:
    """Whether there is no command, or `shell=` is not known to be true."""
    shell = call.argument("shell")
    has_command = bool(call.node.args) or call.argument("args") is not None
    return shell is None or not has_command or not _is_truthy(shell)


def _is_truthy(value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return bool(value.value)
    return (isinstance(value, ast.List | ast.Tuple | ast.Set) and bool(value.elts)) or (
        isinstance(value, ast.Dict) and bool(value.keys)
    )


def _without_command(call: ResolvedCall, _: FileContext) -> bool:
    return not call.node.args and not call.node.keywords


def _has_safe_loader(call: ResolvedCall, ctx: FileContext) -> bool:
    loader = call.argument("Loader", 1)
    if loader is None:
        return any(keyword.arg is None for keyword in call.node.keywords)
    return ctx.document.resolve(loader).must_be(SAFE_LOADERS) or _is_safe_subclass(loader, ctx)


def _is_safe_subclass(loader: ast.expr, ctx: FileContext) -> bool:
    """Whether the loader is a class of this file that derives from a safe one."""
    bindings = ctx.document.names.bindings(loader) if isinstance(loader, ast.Name) else []
    return bool(bindings) and all(
        isinstance(binding.node, ast.ClassDef)
        and any(
            ctx.document.resolve(base).must_be(SAFE_LOADERS) or _is_safe_subclass(base, ctx)
            for base in binding.node.bases
        )
        for binding in bindings
    )


def _first_party_names(loader: ast.expr, ctx: FileContext) -> str | None:
    """Return what a loader may be, `None` unless other files could show that all of it is safe."""
    resolution = ctx.document.resolve(loader)
    is_decided = any(name.startswith("yaml.") and name not in SAFE_LOADERS for name in resolution.names)
    return None if is_decided or not resolution.complete else " ".join(sorted(resolution.names)) or None


def _is_safe(name: str, path: str, ctx: ProjectContext) -> bool:
    """Whether a name means a safe loader, or classes of the project that derive from one, and nothing else."""
    classes = ctx.project.classes
    for meaning in ctx.project.symbols.meanings(name, path):
        found = classes.find(meaning.name, meaning.path)
        is_derived = found and all(classes.derives_from(entry, SAFE_LOADERS) is Truth.YES for entry in found)
        if meaning.name not in SAFE_LOADERS and not is_derived:
            return False
    return True


def _has_literal_name(call: ResolvedCall, _: FileContext) -> bool:
    return not call.node.args or _is_text(call.node.args[0])


def _loads_own_dump(call: ResolvedCall, ctx: FileContext) -> bool:
    """Whether the data is what a `dumps` of this code returned: a copy, or a test of what can be pickled."""
    return bool(call.node.args) and ctx.document.origin(call.node.args[0]).must_be(DUMPERS)


def _loads_weights_only(call: ResolvedCall, _: FileContext) -> bool:
    flag = call.argument("weights_only")
    return flag is not None and _is_truthy(flag)


_HARMLESS = {
    "no-shell": _without_shell,
    "no-command": _without_command,
    "safe-loader": _has_safe_loader,
    "literal-name": _has_literal_name,
    "own-dump": _loads_own_dump,
    "weights-only": _loads_weights_only,
}
