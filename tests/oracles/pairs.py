"""Which rule of ours asks what another program asks, and the settings under which both mean the same."""

from tests.oracles.divergence import Pair

BANNED = {
    "os.path.join": "use pathlib",
    "typing.Optional": "write `| None`",
    "collections.OrderedDict": "dicts are ordered",
    "warnings": "use the wrapper",
    "logging.getLogger": "use the factory",
    "functools.partial": "write a function",
    "urllib.parse": "use the client",
    "django.conf.settings": "take it as a parameter",
}
"""Modules, members and functions that occur everywhere: a policy nobody has, made to be broken often."""

RUFF = (
    Pair("GR10", {"print": ("T201", "T203")}, options={"checks": ["print"], "allow-in-main-block": False}),
    Pair(
        "GR15",
        {"code": ("S102", "S307"), "deserialise": ("S301", "S302"), "shell": ("S602", "S605"), "yaml": ("S506",)},
        options={"checks": ["code", "deserialise", "shell", "yaml"]},
    ),
    Pair(
        "GR12",
        {
            "http": ("ASYNC210",),
            "process": ("ASYNC220", "ASYNC221"),
            "wait": ("ASYNC222",),
            "file": ("ASYNC230",),
            "input": ("ASYNC250",),
            "sleep": ("ASYNC251",),
        },
        options={"checks": ["http", "process", "wait", "file", "input", "sleep"]},
    ),
    Pair(
        "GR09",
        {"bare-except": ("E722",), "broad-except": ("BLE001",), "vanilla-raise": ("TRY002",)},
        options={"checks": ["bare-except", "broad-except", "vanilla-raise"]},
    ),
    Pair("GR44", {"silent": ("S110", "S112")}, options={"checks": ["silent"]}, ours=r"\((?:pass|continue)\)$"),
    Pair("GR30", {"named": ("S105", "S106", "S107")}, options={"checks": ["named"], "names": "bandit"}),
    Pair(
        "GR17",
        {"global-statement": ("PLW0603",)},
        options={"checks": ["global-statement"]},
        detail=r"module variable (\w+);|to update `(\w+)` is",
        repeats=False,
    ),
    Pair(
        "GR08",
        {
            "params": ("ANN001", "ANN002", "ANN003"),
            "returns": ("ANN201", "ANN202", "ANN204", "ANN205", "ANN206"),
        },
        options={"require": ["params", "returns"], "scope": "all", "init-return": True, "special-methods": True},
    ),
    Pair(
        "GR08",
        {"docstring": ("D101", "D102", "D103", "D105")},
        options={"require": ["docstring"], "special-methods": True},
    ),
    Pair(
        "GR46",
        {"banned-api": ("TID251",)},
        options={"banned": [{"name": name, "message": text} for name, text in BANNED.items()]},
        settings=(
            "lint.flake8-tidy-imports.banned-api = {"
            + ", ".join(f'"{name}" = {{ msg = "{text}" }}' for name, text in BANNED.items())
            + "}",
        ),
    ),
    Pair(
        "GR42",
        {"statement bare": ("COM818",)},
        options={"checks": ["statement", "bare"], "multi-element": True, "parenthesised": "never"},
    ),
    Pair("GR49", {"task": ("RUF006",)}, options={"checks": ["task"]}),
    Pair("GR51", {"network": ("S113",)}, options={"checks": ["network"]}, ours=r"^`(?:requests|httpx)\."),
)

BANDIT = (
    Pair(
        "GR15",
        {"code": ("B102", "B307"), "deserialise": ("B301", "B302"), "shell": ("B602", "B605"), "yaml": ("B506",)},
        options={"checks": ["code", "deserialise", "shell", "yaml"]},
    ),
    Pair("GR30", {"named": ("B105", "B106", "B107")}, options={"checks": ["named"], "names": "bandit"}),
    Pair("GR44", {"silent": ("B110", "B112")}, options={"checks": ["silent"]}, ours=r"\((?:pass|continue)\)$"),
    Pair("GR51", {"network": ("B113",)}, options={"checks": ["network"]}, ours=r"^`(?:requests|httpx)\."),
)

FLAKE8_ASYNC = (
    Pair(
        "GR12",
        {
            "http": ("ASYNC210",),
            "process": ("ASYNC220", "ASYNC221"),
            "wait": ("ASYNC222",),
            "file": ("ASYNC230",),
            "input": ("ASYNC250",),
            "sleep": ("ASYNC251",),
        },
        options={"checks": ["http", "process", "wait", "file", "input", "sleep"]},
    ),
)

COMPILE = Pair("GR00", {"syntax-error": ("refused",)})

DEPTRY = (
    Pair(
        "GR48",
        {"missing": ("DEP001", "DEP003"), "misplaced": ("DEP004",)},
        options={"checks": ["missing", "misplaced"], "guarded": "same"},
        detail=r"^`?(\w+)`? is imported by production|^`?(\w+)`? is imported but|^'([\w.]+)' imported",
    ),
    Pair(
        "GR22",
        {"unused-dependency": ("DEP002",)},
        options={"count-type-checking": False, "runtime-only": []},
        detail=r"^dependency ([\w.-]+) is not|^'([\w.-]+)' defined as",
        by_line=False,
    ),
)
