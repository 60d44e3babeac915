"""GR26: absolute path of one machine in the source."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Confidence,
    Document,
    Field,
    FileContext,
    FileRule,
    Finding,
    FixClass,
    Good,
    Overlay,
    RuleOptions,
    Severity,
    StringConstant,
    on,
    suggest,
)

_QUICK = (
    re.compile(rb""":(?<=[^A-Za-z0-9_][A-Za-z]:)(?:\\|/[^/]|["'])"""),
    re.compile(rb"/(?:home|Users|root|mnt|c/)"),
    re.compile(rb"""\\(?<=["']\\)\\(?:\\\\)?[A-Za-z0-9]"""),
)
_CANDIDATE = re.compile(r"^(?:file:/|\w+(?:\+\w+)?:///)?(?:/?/?[A-Za-z]:|\\\\\w|/+(?:home|Users|root|mnt|c)(?:/|$))")
_DATABASE_OR_FILE = re.compile(r"^(?:file://(?:localhost)?|(?:sqlite|duckdb|access|dbase)(?:\+\w+)?:///?)")
_SEGMENT = r"[^\\/:*?\"<>|\s][^\\/:*?\"<>|\n]*"
_DRIVE = re.compile(rf"^/?[A-Za-z]:(?:/|\\\\?)({_SEGMENT})")
_SHARE = re.compile(rf"^\\\\[A-Za-z0-9][\w.-]*\\+{_SEGMENT}")
_HOME = re.compile(
    r"^/+(?:(?:home|Users|c/Users)/[^/\s{}<>*?|]+(?P<rest>/.*)?|root(?P<root>/.*)?|mnt/[a-z](?P<mnt>/.+))$"
)
_SYSTEM_DIRECTORY = re.compile(
    r"^(?:windows|winnt|program files(?: \(x86\))?|programdata|temp|tmp|users\\public)$", re.IGNORECASE
)
_NO_PATH = re.compile(r"[\n\t\[\]@()|*^$]|//|\s$|:\s|\?\w+=")
_EXTENSION = re.compile(r"\.[A-Za-z]\w{0,5}$")
_SINK_NAME = re.compile(
    r"(?:^|_|[a-z](?=[A-Z]))(?:paths?|dirs?|director(?:y|ies)|folders?|files?|filenames?|roots?|db|home)$",
    re.IGNORECASE,
)
_WEB_NAME = re.compile(r"(?:^|_)(?:ur[il]|route|endpoint|href)_?paths?$", re.IGNORECASE)
"""A `path` of a site: `url_path`; a `url_file` is a file."""
_SINK_CALLS = (
    "builtins.open",
    "io.open",
    "pathlib.",
    "os.path.",
    "os.",
    "shutil.",
    "sqlite3.connect",
    "glob.",
    "sys.path.",
)
_DEEP = 3


class HardcodedPath(FileRule):
    """Absolute path of one machine in the source.

    What: A string whose value is the path of one machine: a drive letter and a slash, a network share, somebody's home
    (`/home/...`, `/Users/...`, the superuser's), a mounted drive, a root from `absolute-roots`; also inside `file://`
    and database URLs, and at the beginning of an f-string or sum. High confidence for drive letters and where a path is
    expected (`open`, `Path`, a name that ends in path, dir, file, root, db or home), medium for three segments or a
    file extension, else low; directories of Windows itself are low.

    Why: It works on one machine, and not in the container.

    Not a finding: The default of an environment lookup or settings field, the config layer, `Path.home()`, `~`,
    relative paths, `/etc`, `/usr`, `/tmp`, URL routes, regular expressions, docstrings, text for people, `C:` without a
    further segment, tests and examples.

    Fix: Read it from a setting; the default may stay there.

    When to suppress: Code whose subject is one operating system's directory layout.

    Source: golden rule 26 of the seed.
    """

    code, name, title = "GR26", "hardcoded-path", "No Hardcoded Paths"
    severity = Severity.ERROR
    tags = ("configuration", "portability")
    fix = FixClass.SUGGESTION
    checks = (Check("hardcoded-path", Severity.ERROR, "an absolute path of one machine"),)

    class Options(RuleOptions):
        """Options of this rule."""

        absolute_roots: tuple[str, ...] = Field(
            default=(), description="further directories that belong to one machine"
        )
        allow_values: tuple[re.Pattern[str], ...] = Field(
            default=(), description="regular expressions of paths that are fine; each must match the whole value"
        )
        suggest: str = Field(default="a setting", description="what to use instead, for the message")

    options: Options

    @cached_property
    def _roots(self) -> re.Pattern[str] | None:
        roots = "|".join(re.escape(root.rstrip("/")) for root in self.options.absolute_roots)
        return re.compile(rf"^(?:{roots})(?:/|$)") if roots else None

    @on(Document)
    def check_strings(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report the constants that are paths of one machine."""
        if Overlay.CONFIG in ctx.file.overlays:
            return
        roots = self._roots
        quick = any(pattern.search(document.data) for pattern in _QUICK)
        if not quick and not any(root.encode() in document.data for root in self.options.absolute_roots):
            return
        for value, node in document.strings.values:
            if _CANDIDATE.search(value) or (roots is not None and roots.search(value)):
                yield from self._check_string(document.strings.describe(node), ctx)

    def _check_string(self, string: StringConstant, ctx: FileContext) -> Iterator[Finding]:
        if not string.is_head or string.is_statement or string.is_regex or string.is_lookup_default:
            return
        if _WEB_NAME.search(string.name):
            return
        path = _DATABASE_OR_FILE.sub("", string.value)
        in_sink = _is_sink(string, ctx.document)
        confidence = self._judge(path, string, in_sink=in_sink)
        if confidence is None or any(allowed.fullmatch(string.value) for allowed in self.options.allow_values):
            return
        shown = string.value if string.is_whole else f"{string.value}..."
        yield ctx.finding(
            string.node,
            f"absolute path `{shown}` is tied to one machine; use {self.options.suggest}",
            confidence=confidence,
            fix=suggest(f'use {self.options.suggest}, for example `os.getenv("NAME", ...)` in the config layer'),
        )

    def _judge(self, path: str, string: StringConstant, *, in_sink: bool) -> Confidence | None:
        """Return how sure it is that a text is a path of one machine, `None` when it is none."""
        if _NO_PATH.search(path) or (string.is_prose and (" " in path.strip() or not string.is_whole)):
            return None
        drive = _DRIVE.match(path)
        if drive is not None:
            return Confidence.LOW if _SYSTEM_DIRECTORY.match(drive[1]) else Confidence.HIGH
        if _SHARE.match(path):
            return Confidence.HIGH if in_sink else Confidence.MEDIUM
        if not string.is_url and string.is_route:
            return None
        depth = len([part for part in path.split("/") if part])
        if self._roots is not None and self._roots.match(path):
            return _sureness(path, depth, in_sink=in_sink)
        home = _HOME.match(path)
        if home is None or (not in_sink and not (home["rest"] or home["mnt"] or home["root"])):
            return None
        return _sureness(path, depth, in_sink=in_sink)

    examples: ClassVar = (
        Bad('DB_PATH = "C:/git/hive/data/database.db"\n', at=[(1, 11)], message="git/hive/data/database.db` is tied"),
        Bad('h = open("C:\\\\git\\\\x.db")\n', at=[(1, 10)]),
        Bad('from pathlib import Path\ndef f(name):\n    return Path(f"/home/alice/{name}")\n', at=[(3, 17)]),
        Bad("import pathlib as p\nx = p.Path('/Users/alice/work')\n", at=[(2, 12)]),
        Bad('import os\nx = os.path.join("/root", "data")\n', at=[(2, 18)]),
        Bad('def f(data_dir="/home/alice/data"):\n    pass\n', at=[(1, 16)]),
        Bad('run(log_file="/mnt/d/logs/app.log")\n', at=[(1, 14)]),
        Bad('URL = "sqlite:///C:/git/hive/data/hive.db"\n', at=[(1, 7)]),
        Bad('page = "file:///home/alice/page.html"\n', at=[(1, 8)]),
        Bad('SHARE_DIR = "\\\\\\\\server\\\\share\\\\x"\n', at=[(1, 13)]),
        Bad('PATHS = ["/home/alice/a", "relative/b"]\n', at=[(1, 10)]),
        Bad('x = {"cache": "D:/cache/x"}\n', at=[(1, 15)]),
        Bad('x = "C:/git" "/hive/data"\n', at=[(1, 5)], message="git/hive/data` is tied"),
        Bad('import os\nroot = "/home/alice/" + os.sep\n', at=[(2, 8)]),
        Bad('URL_FILE = "/home/alice/urls.txt"\n', at=[(1, 12)]),
        Bad('x = "/home/alice/models/net.bin"\n', at=[(1, 5)]),
        Bad('x = "/app/data/x.db"\n', at=[(1, 5)], options={"absolute-roots": ["/app"], "suggest": "hive.paths"}),
        Bad('import logging\nlogging.info("C:/git/hive/log.txt")\n', at=[(2, 14)]),
        Good('import os\nDB = os.getenv("DATABASE_PATH", "/home/alice/data/database.db")\n'),
        Good('from os import environ as e\nDB_PATH = e.get("DB") or "C:/git/database.db"\n'),
        Good('DB_PATH = "C:/git/hive/data/database.db"\n', path="pkg/settings.py"),
        Good('DB_PATH = "C:/git/hive/data/database.db"\n', path="tests/test_db.py"),
        Good("from pydantic_settings import BaseSettings as B\nclass S(B):\n    db_path: str = '/home/alice/x.db'\n"),
        Good('def f(app):\n    @app.get("/home/settings/x")\n    def page(): ...\n'),
        Good('def f(client, request):\n    client.post("/users/list/x")\n    request(url="/home/settings/x")\n'),
        Good('url_path = "/home/events/"\ndef f(find):\n    find(url_path="/home/events/x")\n'),
        Good('LINK = "/home/events/christmas/?test=1"\n'),
        Good("from pathlib import Path\nDATA_DIR = Path.home() / 'data'\nCACHE_DIR = '~/cache'\nLOG_DIR = 'logs/x'\n"),
        Good('TMP_DIR = "/tmp/x"\nETC_DIR = "/etc/x/y"\nUSR_DIR = "/usr/share/x"\nNULL = "/dev/null"\n'),
        Good('import re\nIS_DRIVE = re.compile("C:/[a-z]+/x")\nPATTERN = "^C:/git/x"\n'),
        Good('"""Lives in C:/git/hive."""\ndef f():\n    "/home/alice/x/y"\n'),
        Good('import logging\nlogging.error("see /home/alice/x for more")\nlogging.info("/home/alice/x is missing")\n'),
        Good('A = "a:b"\nB = "C:"\nC = "S:/"\nD = "%H:%M"\nE = "http://x/home/alice/y"\nF = "t:/"\n'),
        Good('POINTER = "/' + 'root/item[1]"\nXPATH = "//home/alice/x"\n'),
        Good('user = "x"\nh = f"/home/{user}/x"\nDEVICE = "\\\\\\\\?\\\\C:"\n'),
        Good('x = "/app/data/x.db"\ny = "C:/fixed/x"\n', options={"allow-values": ["C:/fixed/.*"]}),
        Good('x = "/apple/data/x.db"\n', options={"absolute-roots": ["/app"]}),
    )


def _sureness(path: str, depth: int, *, in_sink: bool) -> Confidence:
    if in_sink:
        return Confidence.HIGH
    return Confidence.MEDIUM if depth >= _DEEP or _EXTENSION.search(path) else Confidence.LOW


def _is_sink(string: StringConstant, document: Document) -> bool:
    """Whether a path is expected where the string stands."""
    if _SINK_NAME.search(string.name):
        return True
    if string.call is None:
        return False
    return document.resolve(string.call.func).may_be(lambda name: name.startswith(_SINK_CALLS))
