"""What speaks against applied fixes by the look of text and tree (architecture.md 5, ai-review.md 6.8)."""

import ast
import io
import re
import tokenize
import tomllib
import warnings
from collections import Counter
from collections.abc import Iterable, Sequence

from hive_guardian.autofix.selection import Attempt
from hive_guardian.autofix.source_text import SourceText, Span, is_python, read_source
from hive_guardian.autofix.tree_changes import changed_statements, differs_elsewhere
from hive_guardian.autofix.tree_shape import Ranges, is_alike, moved, shape_of, widen, without_untouched
from hive_guardian.autofix.tripwires import read_marks, tripped
from hive_guardian.model.edit import Change
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.source.census import walk

_TOML_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")|\'\'\'.*?\'{3,5}(?!\')|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|(#[^\n]*)', re.DOTALL
)


KeyPath = tuple[str, ...]
"""Keys from the top of a TOML document."""


@frozen
class Verdict:
    """What the proof says about an attempt.

    Attributes:
        reason: what speaks against it, empty if nothing does.
        is_same: whether the file means the same as before; only then is a fix safe.
        has_failed: whether the proof could not be made at all; the reason says why.
    """

    reason: str = ""
    is_same: bool = False
    has_failed: bool = False


def prove(attempt: Attempt) -> Verdict:
    """Judge an attempt by its own file alone; whether rules agree is asked elsewhere."""
    allowed = frozenset(change for one in attempt.candidates for change in one.fix.changes)
    try:
        before = read_source(attempt.before, is_python=is_python(attempt.path))
        after = read_source(attempt.after, is_python=is_python(attempt.path))
        if attempt.after == attempt.before:
            return Verdict("it changes nothing")
        if is_python(attempt.path):
            return _prove_python(attempt, before, after, allowed)
        if attempt.path.endswith(".toml"):
            return _prove_toml(before.text, after.text, attempt.spans, allowed)
        return Verdict(_lost_comments(_hash_lines(before.text), _hash_lines(after.text), allowed))
    except FixRefusedError as error:
        return Verdict(str(error))
    except RecursionError:
        return Verdict("the file is nested too deeply to prove anything")


def _prove_python(attempt: Attempt, before: SourceText, after: SourceText, allowed: frozenset[Change]) -> Verdict:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            old = ast.parse(attempt.before, attempt.path)
        except (SyntaxError, ValueError) as error:
            return Verdict(f"the file does not parse: {error}")
        try:
            new = ast.parse(attempt.after, attempt.path)
        except (SyntaxError, ValueError) as error:
            return Verdict(f"the result does not parse: {error}")
        whole = widen(before.text, attempt.spans)
        ranges = Ranges(before.text, [(start, end) for start, end, _ in whole]), Ranges(after.text, moved(whole))
        shapes = shape_of(old, before), shape_of(new, after)
        if not _compiles(without_untouched(shapes[1], ranges[1])) and _compiles(old):
            return Verdict("the result does not compile")
    problem = _lost_python_comments(before.text, after.text, attempt.spans, allowed)
    if problem:
        return Verdict(problem)
    problem = differs_elsewhere(*shapes, *ranges)
    if problem:
        return Verdict(problem)
    gone, come = changed_statements(*shapes, *ranges)
    problem = tripped(read_marks(old, gone), read_marks(new, come), allowed)
    return Verdict(problem, not problem and is_alike(_meant(old, gone), _meant(new, come)))


def _compiles(tree: ast.Module) -> bool:
    try:
        # guardian: allow[GR15] the compiler is asked whether it accepts a tree; nothing runs it
        compile(tree, "<proof>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _meant(tree: ast.Module, statements: Iterable[tuple[ast.AST, bool]]) -> list[ast.AST]:
    """Return statements in which a thrown-away tuple of one element is replaced by its element.

    Where the element would become a docstring it stays a tuple.
    """
    first = {id(tree.body[0])} if tree.body else set()
    found: list[ast.AST] = []
    for statement, _ in statements:
        for node in walk(statement):
            if isinstance(node, _DOCUMENTED):
                first.add(id(node.body[0]))
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 1:
                element = node.value.elts[0]
                is_text = isinstance(element, ast.Constant) and isinstance(element.value, str)
                if not isinstance(element, ast.Starred) and not (is_text and id(node) in first):
                    node.value = element
        found.append(statement)
    return found


_DOCUMENTED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
_MAY_MOVE_COMMENTS = re.compile(r"[#'\"\\\r\n]")


def _lost_python_comments(before: str, after: str, spans: Sequence[Span], allowed: frozenset[Change]) -> str:
    """Return which comment is lost; where no edit has to do with comments, strings or lines, none can be."""
    texts = (text for start, end, new in spans for text in (before[start:end], new))
    if Change.COMMENT in allowed or not any(map(_MAY_MOVE_COMMENTS.search, texts)):
        return ""
    return _lost_comments(_comments(before), _comments(after), allowed)


def _comments(text: str) -> list[str]:
    """Return the comments of a Python text, in order."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text, newline=None).readline))
    except (tokenize.TokenError, SyntaxError) as error:
        raise FixRefusedError(f"its comments cannot be found: {error}") from error
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def _lost_comments(before: list[str], after: Iterable[str], allowed: frozenset[Change]) -> str:
    """Return which comment is gone or out of order; new ones are allowed."""
    if Change.COMMENT in allowed:
        return ""
    left = iter(after)
    lost = next((comment for comment in before if comment not in left), None)
    return "" if lost is None else f"it loses the comment {lost!r}"


def _hash_lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.lstrip().startswith("#")]


def _prove_toml(before: str, after: str, spans: Sequence[Span], allowed: frozenset[Change]) -> Verdict:
    try:
        old = tomllib.loads(before)
    except tomllib.TOMLDecodeError as error:
        return Verdict(f"the file does not parse: {error}")
    try:
        new = tomllib.loads(after)
    except tomllib.TOMLDecodeError as error:
        return Verdict(f"the result does not parse: {error}")
    comments = ([match[1] for match in _TOML_TOKEN.finditer(text) if match[1]] for text in (before, after))
    problem = _lost_comments(next(comments), list(next(comments)), allowed)
    had, has = _values(old), _values(new)
    changed = {path for path in had.keys() | has.keys() if had.get(path) != has.get(path)}
    edited = _edited_lines(before, spans)
    none: Counter[str] = Counter()
    stray = next((path for path in sorted(changed & had.keys()) if not _is_near(path, before, edited)), None)
    if not problem and stray is not None:
        problem = f"it changes {'.'.join(stray)}, outside of its edits"
    return Verdict(problem, not problem and all(has.get(path, none) <= had.get(path, none) for path in changed))


def _edited_lines(text: str, spans: Sequence[Span]) -> set[int]:
    return {
        line for start, end, _ in spans for line in range(text.count("\n", 0, start) + 1, text.count("\n", 0, end) + 2)
    }


def _is_near(path: KeyPath, text: str, edited: set[int]) -> bool:
    """Whether an edit stands between the line of a key and the next key: its value may span lines."""
    from hive_guardian.project.toml_positions import locate  # only fixes of TOML files ask for places

    places = locate(text)
    keys = sorted(line for found, (line, _) in places.items() if not isinstance(found[-1], int))
    for found, (line, _) in places.items():
        if _names(found) == path:
            following = next((other for other in keys if other > line), text.count("\n") + 2)
            if any(line <= number < following for number in edited):
                return True
    return False


def _names(path: tuple[str | int, ...]) -> KeyPath:
    return tuple(part for part in path if isinstance(part, str))


def _values(document: object) -> dict[KeyPath, Counter[str]]:
    """Return every value of a TOML document that is no table or array, by its path; the items of an array share one."""
    found: dict[KeyPath, Counter[str]] = {}
    pending: list[tuple[KeyPath, object]] = [((), document)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += [((*path, key), item) for key, item in value.items()]
        if isinstance(value, list):
            pending += [(path, item) for item in value]
        if not isinstance(value, list) or not value:
            found.setdefault(path, Counter())["table" if isinstance(value, dict) else repr(value)] += 1
    return found
