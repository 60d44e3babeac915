"""GR50: promise whose day or version has come."""

import ast
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import ClassVar

from hive_guardian import (
    ALL_ROLES,
    Bad,
    Check,
    Comment,
    Document,
    Field,
    FileContext,
    FileRule,
    Finding,
    Good,
    Location,
    ResolvedCall,
    RuleOptions,
    Severity,
    is_vendored,
    on,
)

_DATE = r"(?<![\w-])(\d{4}-\d{2}-\d{2})(?![-\w])"
_HAS_DATE = re.compile(rb"-\d\d-\d\d(?<=\d{4}-\d\d-\d\d)")
_HAS_REMOVAL = re.compile(rb"remov[^\n]*\d")
"""Both begin with a literal: that makes the search fast."""
_HAS_DATED_COMMENT = re.compile(rb"#[^\n]*" + _HAS_DATE.pattern)
_UNTIL = re.compile(rf"\b(?:until|by|before|on|due)\s+{_DATE}", re.IGNORECASE)
_IN_BRACKETS = re.compile(rf"[(\[](?:(?:until|by|before|on|due|expires)\s+)?{_DATE}[)\]]", re.IGNORECASE)
_BEHIND_TAG = re.compile(rf"[(\[][^)\]]*?{_DATE}")
_NOTED = re.compile(rf"[\s:,-]*{_DATE}")
_ISSUE = re.compile(r"#\d+|\bGH-\d+|\b[A-Z][A-Z0-9]+-\d+\b|\bhttps?://\S+")
_VERSION = r"(?:version\s+|release\s+)?v?(\d+(?:\.\d+)+)(?![\w.]*\w)"
_REMOVAL = re.compile(
    rf"\b(?:remove(?:\s+\S+){{0,4}}?|(?:will|to|should|shall|can|must)\s+be\s+removed|"
    rf"(?:deprecated|scheduled)\b.*?\bremoved|removal)\s+(?:in|with|for)\s+{_VERSION}",
    re.IGNORECASE | re.DOTALL,
)
_RELEASE = re.compile(
    r"v?(?:\d+!)?(\d+(?:\.\d+)*)(?P<pre>[-_.]?(?:a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d*)?", re.IGNORECASE
)


class ExpiredPromise(FileRule):
    """Promise whose day or version has come.

    What: A comment with a tag and an ISO date that lies before today, where the date stands behind `until`, `by`,
    `before` or `on`, or in brackets; a removal announced for a version (in a comment, `warnings.warn` or `@deprecated`)
    that the component has reached; with `undated`, a tag without date and issue.

    Why: "Until March" must come back by itself.

    Not a finding: Today and the future, other dates in a comment (changelogs, copyright, names such as
    `2024-01-15-login`; a bare date behind the tag says as often when the note was made), tags in strings, identifiers
    and URLs, what was removed in the past, removals announced in vendored copies, dynamic and pre-release versions,
    ambiguous dates, the dates of suppressions (GR45).

    When to suppress: Hardly; change the date and say why.

    Source: golden rule 50 of the catalogue; flake8-fixme and ruff TD003 ask for less.
    """

    code, name, title = "GR50", "expired-promise", "Expired Promise"
    severity = Severity.INFO
    tags = ("governance",)
    roles = ALL_ROLES
    stubs = True
    reads_today = True
    checks = (
        Check("dated", Severity.INFO, "a tag whose date has passed"),
        Check("version", Severity.INFO, "a removal whose version is reached"),
        Check("undated", Severity.INFO, "a tag without date or issue, with the option `undated`"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        tags: tuple[str, ...] = Field(
            default=("TODO", "FIXME", "HACK", "XXX", "DEPRECATED"),
            min_length=1,
            description="words that open a promise",
        )
        undated: bool = Field(default=False, description="also report tags without a date or an issue number")
        version_promises: bool = Field(default=True, description="report removals whose version is reached")

    options: Options

    @cached_property
    def _tag(self) -> re.Pattern[str]:
        """Match a tag: a capital word, or any spelling that opens the comment and has a separator behind it."""
        plain = "|".join(re.escape(tag.upper()) for tag in self.options.tags if tag.upper() != "XXX")
        every = "|".join(re.escape(tag) for tag in self.options.tags)
        words = rf"(?<![\w/.-])(?:{plain})(?![\w/-])|" if plain else ""
        return re.compile(rf"{words}(?<![\w/.-])XXX(?=[:(\[])|^#+\s*(?i:{every})(?=[:(\[])|^#+\s*XXX(?![\w/-])")

    @cached_property
    def _has_tag(self) -> re.Pattern[bytes]:
        return re.compile(rb"#[^\n]*(?:" + "|".join(map(re.escape, map(str.lower, self.options.tags))).encode() + rb")")

    @cached_property
    def _has_dated_tag(self) -> re.Pattern[bytes]:
        return re.compile(self._has_tag.pattern + rb"[^\n]*\d{4}-\d\d-\d\d")

    def call_table(self) -> Mapping[str, None]:
        """Return the calls that announce a removal."""
        return dict.fromkeys(("warnings.warn", "warnings.deprecated", "typing_extensions.deprecated"))

    @on(Document)
    def check_comments(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report expired promises in comments; a file is tokenized only when its bytes hold a date or a removal."""
        current = self._current_version(ctx)
        has_promise = (
            (
                _HAS_DATE.search(document.data)
                and _HAS_DATED_COMMENT.search(document.data)
                and self._has_dated_tag.search(document.lowered)
            )
            or (current and _HAS_REMOVAL.search(document.lowered))
            or (self.options.undated and self._has_tag.search(document.lowered))
        )
        for comment in document.comments if has_promise else ():
            yield from self._check_comment(comment, current, ctx)

    @on(ResolvedCall)
    def check_announcement(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report an announced removal whose version is reached."""
        current, text = self._current_version(ctx), call.argument("message", 0)
        if current and text is not None:
            for part in ast.walk(text):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield from self._check_removal(part.value, current, text, ctx)

    def _check_comment(self, comment: Comment, current: str, ctx: FileContext) -> Iterator[Finding]:
        end = comment.column + len(comment.text)
        place = Location(ctx.file.path, comment.line, comment.column, comment.line, end)
        tag = self._tag.search(comment.text)
        if tag is not None:
            word = tag[0].lstrip("# \t").upper()
            due, has_date = _due(comment.text, tag.end())
            if due is not None and due < self.settings.today:
                days = (self.settings.today - due).days
                message = f"{word} was due on {due} ({days} day{'s' if days > 1 else ''} ago)"
                yield ctx.finding(place, message, check="dated")
                return
            if self.options.undated and not has_date and not _ISSUE.search(comment.text[tag.end() :]):
                yield ctx.finding(place, f"{word} has neither a date nor an issue number", check="undated")
        if current:
            yield from self._check_removal(comment.text, current, place, ctx)

    def _check_removal(self, text: str, current: str, place: Location | ast.AST, ctx: FileContext) -> Iterator[Finding]:
        promise = _REMOVAL.search(text)
        if promise is not None and _has_reached(current, promise[1]):
            yield ctx.finding(place, f"promised for {promise[1]}, now at {current}", check="version")

    def _current_version(self, ctx: FileContext) -> str:
        component = None if is_vendored(ctx.file.path) else ctx.file.component
        return (component.version or "") if component is not None and self.options.version_promises else ""

    examples: ClassVar = (
        Bad("# TODO(2026-01-31): drop shim\n", at=[(1, 1)], today="2026-06-01", message="due on 2026-01-31 (121 days"),
        Bad("x = 1  # FIXME until 2026-03-01\n", at=[(1, 8)], today="2026-06-01", message="FIXME was due"),
        Bad("# HACK: works around a bug, remove before 2025-12-24\n", at=[(1, 1)]),
        Bad("# TODO [2026-01-14] tidy up\n", at=[(1, 1)], message="(1 day ago)"),
        Bad("# TODO(alice, 2026-01-01): tidy up\n# todo: tidy up [by 2026-01-02]\n", at=[(1, 1), (2, 1)]),
        Bad("# XXX: until 2026-01-01\n# DEPRECATED, on 2026-01-01\n", at=[(1, 1), (2, 1)], path="tests/test_x.py"),
        Bad("# WAIT(2026-01-01)\n", at=[(1, 1)], options={"tags": ["WAIT"]}),
        Bad("# TODO: tidy up\n# FIXME later\n", at=[(1, 1), (2, 1)], options={"undated": True}, message="neither"),
        Bad(
            {
                "pyproject.toml": '[project]\nname = "shop"\nversion = "2.1.0"\n',
                "shop.py": "import warnings as w\nold = 1  # remove in 2.0\n"
                'w.warn("old is deprecated and will be removed in 2.1", DeprecationWarning)\n',
            },
            at=[("shop.py", 2, 10), ("shop.py", 3, 8)],
            message="promised for 2.0, now at 2.1.0",
        ),
        Bad(
            {
                "pyproject.toml": '[project]\nname = "shop"\nversion = "3"\n',
                "shop.py": "from typing_extensions import deprecated as d\n@d('to be removed in v3.0')\ndef f(): ...\n",
            },
            at=[("shop.py", 2, 4)],
        ),
        Good("# TODO(2027-01-31): drop shim\n# TODO until 2026-01-15\n"),
        Good("# measured 2024-05-01\n# Copyright 2020-01-01\n# 2024-01-01: added\n# see 2024-01-15-login\n"),
        Good("# TODO: follow 2024-01-15-login and the data of 2024-05-01\n# TODO: (measured 2024-05-01)\n"),
        Good("x = '# TODO(2020-01-01)'\nTODO_2020 = 1\n# https://x.example/TODO/2020-01-01 until 2020-01-01\n"),
        Good("# TODO until 03/04/20\n# TODO until 2020-13-45\n# the xxx until 2020-01-01\n# noXXX(2020-01-01)\n"),
        Good("# TODO: tidy up\n# TODO: 2022-10-08 only one test gets here\n# TODO 2022-10-08\n"),
        Good("# TODO: 2022-10-08 only one test gets here\n", options={"undated": True}),
        Good(
            {
                "pyproject.toml": '[project]\nname = "shop"\nversion = "84.0"\n',
                "shop/_vendor/old.py": "# To be removed in 3.16.\n",
            }
        ),
        Good("# TODO(#12): tidy up\n# FIXME: see SHOP-7\n# TODO(2099-01-01)\n", options={"undated": True}),
        Good(
            {
                "pyproject.toml": '[project]\nname = "shop"\nversion = "2.0.0rc1"\n',
                "shop.py": "# remove in 2.0\n# was removed in 1.0\n# removed in Python 1.0\n# remove in 2.0.1\n",
            }
        ),
        Good(
            {
                "pyproject.toml": '[project]\nname = "shop"\ndynamic = ["version"]\n',
                "shop.py": "# remove in 0.1\n",
            }
        ),
        Good(
            {
                "pyproject.toml": '[project]\nname = "shop"\nversion = "9.0"\n',
                "shop.py": "# remove in 2.0\n",
            },
            options={"version-promises": False},
        ),
    )


def _due(text: str, start: int) -> tuple[date | None, bool]:
    """Return the date a promise is due, if it is one, and whether anything looks like a date for it."""
    found = _BEHIND_TAG.match(text, start) or _UNTIL.search(text, start) or _IN_BRACKETS.search(text, start)
    if found is None:
        return None, _NOTED.match(text, start) is not None
    try:
        return date.fromisoformat(found[1]), True
    except ValueError:
        return None, True


def _has_reached(current: str, promised: str) -> bool:
    """Whether a static version is final and at least the promised one."""
    found = _RELEASE.match(current)
    if found is None:
        return False
    now, then = _numbers(found[1]), _numbers(promised)
    length = max(len(now), len(then))
    padded_now, padded_then = now + (0,) * (length - len(now)), then + (0,) * (length - len(then))
    return padded_now > padded_then or (padded_now == padded_then and found["pre"] is None)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
