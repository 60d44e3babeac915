"""The calls that turn data into code, and why (GR15)."""

from typing import NamedTuple


class Danger(NamedTuple):
    """Which check a call belongs to, what it risks, what to do instead, and when it is harmless after all."""

    check: str
    risk: str
    advice: str
    harmless: str = ""


_RUNS = "runs its argument as code"
REBUILDS = "runs whatever the data says while rebuilding objects"
_STARTS = "hands its command to a shell"
_LITERAL = "ast.literal_eval or an explicit mapping"
_PICKLERS = ("pickle", "dill", "cloudpickle")
DUMPERS = frozenset(f"{library}.dumps" for library in (*_PICKLERS, "marshal"))
LOADING_NAMES = frozenset({"*", "load", "loads", "Unpickler", "open", "DbfilenameShelf", "Shelf", "BsdDbShelf"})
"""What the modules of the check `imports` offer to rebuild objects with."""
SAFE_LOADERS = frozenset(
    f"{module}.{loader}"
    for module in ("yaml", "yaml.loader", "yaml.cyaml")
    for loader in ("SafeLoader", "CSafeLoader", "BaseLoader", "CBaseLoader")
)


def _table() -> dict[str, Danger]:
    """Return the built-in table: dotted call -> danger."""
    value = Danger("code", _RUNS, f"use {_LITERAL}")
    code = Danger("code", _RUNS, "use a function, an import or an explicit mapping")
    keyword = Danger("shell", _STARTS, "pass a list of arguments without `shell`", "no-shell")
    shell = Danger("shell", _STARTS, "use subprocess.run with a list of arguments", "no-command")
    process = Danger("shell", _STARTS, "use asyncio.create_subprocess_exec with the arguments one by one", "no-command")
    data = Danger("deserialise", REBUILDS, "use JSON or another plain format")
    text = Danger("deserialise", REBUILDS, "use JSON or another plain format", "own-dump")
    yaml = Danger("yaml", REBUILDS, "use yaml.safe_load")
    loader = Danger("yaml", REBUILDS, "use yaml.safe_load", "safe-loader")
    imports = Danger("dynamic", "imports what its argument says", "use an explicit mapping", "literal-name")
    names: dict[Danger, list[str]] = {
        value: ["builtins.eval"],
        code: ["builtins.exec"],
        keyword: [f"subprocess.{name}" for name in ("Popen", "call", "check_call", "check_output", "run")],
        shell: ["os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"],
        process: ["asyncio.create_subprocess_shell"],
        text: [f"{library}.loads" for library in (*_PICKLERS, "marshal")],
        data: [
            *(f"{library}.{name}" for library in _PICKLERS for name in ("load", "Unpickler")),
            *("marshal.load", "shelve.open", "shelve.DbfilenameShelf"),
            *("jsonpickle.decode", "jsonpickle.unpickler.decode", "jsonpickle.unpickler.Unpickler"),
            "pandas.read_pickle",
        ],
        yaml: [f"yaml.{name}" for name in ("unsafe_load", "full_load", "unsafe_load_all", "full_load_all")],
        loader: ["yaml.load", "yaml.load_all"],
        imports: ["builtins.__import__", "importlib.import_module"],
        Danger("dynamic", "compiles what its argument says", f"use {_LITERAL}", "literal-name"): ["builtins.compile"],
        Danger("dynamic", REBUILDS, "load a format without code"): ["joblib.load"],
        Danger("dynamic", REBUILDS, "pass `weights_only=True`", "weights-only"): ["torch.load"],
    }
    return {name: danger for danger, group in names.items() for name in group}


TABLE = _table()
"""The built-in table: dotted call -> danger."""
