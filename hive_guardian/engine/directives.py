"""Reads suppressions: directives in comments, and the lines they apply to (product.md 4)."""

import ast
import re
from bisect import bisect_left
from dataclasses import replace
from datetime import date

from hive_guardian.engine.suppression import Directive, DirectiveProblem
from hive_guardian.source.census import CHILDREN, STATEMENTS
from hive_guardian.source.comments import Comment
from hive_guardian.source.document import Document

_NATIVE = re.compile(r"#\s*guardian:\s*(?P<rest>.*)", re.DOTALL)
_ALLOW = re.compile(r"(?P<kind>allow-file|allow)\s*\[(?P<ids>[^\]]*)\]\s*(?P<reason>.*)", re.DOTALL)
_UNTIL = re.compile(r"(?:^|\s)until=(?P<date>\S+)")
_LEGACY = re.compile(r"#\s*golden-rule-ignore:\s*(?P<id>[\w-]+)(?:\s*-+\s*(?P<reason>.*))?", re.DOTALL)
_MARKS = (b"guardian:", b"golden-rule-ignore")


def read_directives(document: Document) -> list[Directive]:
    """Return the directives of a file in source order; text in strings is never one."""
    text = document.behind_signs
    if not any(mark in text for mark in _MARKS):
        return []
    found: list[Directive] = []
    for comment in document.comments:
        parsed = _parse(comment)
        if parsed is None:
            continue
        first, last = _reach(document, comment)
        found.append(replace(parsed, path=document.path, first=first, last=last))
    return found


def _parse(comment: Comment) -> Directive | None:
    """Return the directive in a comment, `None` when there is none."""
    native = _NATIVE.match(comment.text)
    legacy = None if native else _LEGACY.match(comment.text)
    if native is None and legacy is None:
        return None
    empty = Directive(
        "", comment.line, comment.column, comment.column + len(comment.text), (), whole_file=False, reason="",
        until="", legacy=legacy is not None, problem=DirectiveProblem.NONE, detail="", first=0, last=0,
        text=comment.text,
    )  # fmt: skip
    if legacy is not None:
        return replace(empty, ids=(legacy["id"],), reason=(legacy["reason"] or "").strip())
    return _parse_native(empty, native["rest"].strip() if native else "")


def _parse_native(empty: Directive, rest: str) -> Directive:
    match = _ALLOW.fullmatch(rest)
    if match is None:
        if re.fullmatch(r"allow(-file)?(\s.*)?", rest, re.DOTALL) and "[" not in rest:
            problem, detail = _bare_allow(rest)
            return replace(empty, problem=problem, detail=detail)
        return replace(empty, problem=DirectiveProblem.MALFORMED, detail="expected allow[ID, ...] reason")
    ids = tuple(item.strip() for item in match["ids"].split(",") if item.strip())
    reason, until = match["reason"].strip(), ""
    date_match = _UNTIL.search(reason)
    if date_match:
        until = date_match["date"]
        reason = (reason[: date_match.start()] + reason[date_match.end() :]).strip()
    base = replace(empty, ids=ids, whole_file=match["kind"] == "allow-file", reason=reason, until=until)
    if not ids or any(item.upper() == "ALL" for item in ids):
        return replace(base, problem=DirectiveProblem.BLANKET, detail="names no rule")
    if until and not _is_date(until):
        return replace(base, problem=DirectiveProblem.MALFORMED, detail=f"until={until} is not a date (YYYY-MM-DD)")
    return base


def _bare_allow(rest: str) -> tuple[DirectiveProblem, str]:
    words = rest.split()
    if len(words) > 1 and re.fullmatch(r"[A-Z]{2,}\d+,?", words[1]):
        return DirectiveProblem.MALFORMED, f"write {words[0]}[{words[1].rstrip(',')}]"
    return DirectiveProblem.BLANKET, "names no rule"


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-01-31")


def _reach(document: Document, comment: Comment) -> tuple[int, int]:
    """Return the lines a directive applies to: its own line, or the statement header below or around it."""
    statements = _headers(document)
    if comment.own_line:
        index = bisect_left(statements, (comment.line, 0))
        inside = next((span for span in statements if span[0] < comment.line <= span[1]), None)
        if inside is not None:
            return comment.line, comment.line + 1
        return (comment.line, statements[index][1]) if index < len(statements) else (comment.line, comment.line)
    around = [span for span in statements if span[0] <= comment.line <= span[1]]
    return (around[-1][0], around[-1][1]) if around else (comment.line, comment.line)


def _headers(document: Document) -> list[tuple[int, int]]:
    """Return (first, last) line of every simple statement and of the header of every compound one, sorted."""
    spans: list[tuple[int, int]] = []
    for node in (node for kind in STATEMENTS for node in document.nodes(kind)):
        spans.append((_first_line(node), _header_end(node)))
        spans.extend((handler.lineno, _header_end(handler)) for handler in getattr(node, "handlers", ()))
    return sorted(spans)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _header_end(node: ast.stmt | ast.excepthandler) -> int:
    """Return the last line before the body of a compound statement, or the last line of a simple one."""
    body = getattr(node, "body", None)
    if not isinstance(body, list) or not body:
        return node.end_lineno or node.lineno
    header = [getattr(node, name, None) for name in CHILDREN[node.__class__] if name not in {"body", "orelse"}]
    items = [item for part in header for item in (part if isinstance(part, list) else [part])]
    ends = [getattr(item, "end_lineno", None) or node.lineno for item in items]
    first: int = body[0].lineno
    return max(min(max([node.lineno, *ends]), first), node.lineno)
