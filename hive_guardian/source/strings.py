"""String constants and what they are for (golden-rules.md 4.11); worked out on demand, once per constant.

A rule first looks at the bytes of a file, then at the values of its constants, and asks for the surroundings only of
those that could matter.
"""

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hive_guardian.model.cached_property import cached_property
from hive_guardian.model.frozen_class import frozen, mutable
from hive_guardian.source.bindings import BindingKind
from hive_guardian.source.environment import EnvironmentRead, environment_default, environment_read, may_look_up
from hive_guardian.source.walk import last_name

if TYPE_CHECKING:
    from hive_guardian.source.document import Document

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_LOG_METHODS = frozenset({"debug", "info", "warning", "warn", "error", "critical", "exception", "fatal", "log", "msg"})
_LOG_METHODS_ALIKE = frozenset(
    {"print", "echo", "secho", "write_line", "gettext", "gettext_lazy", "_", "ngettext", "trace"}
)
_PROSE_KEYWORDS = frozenset(
    {"help", "help_text", "description", "epilog", "usage", "metavar", "verbose_name", "summary", "title", "label"}
    | {
        "placeholder",
        "prompt",
        "msg",
        "message",
        "reason",
        "doc",
        "docstring",
        "hint",
        "detail",
        "example",
        "examples",
    },
)
_REGEX_MODULES = ("re.", "regex.")
_REGEX_CALLEES = frozenset({"re_path", "RegexValidator", "RegexField", "RegexURLPattern", "regexp_match"})
_REGEX_NAME = re.compile(r"(?:^|_)(?:regex|regexp|pattern|re|rx)s?$", re.IGNORECASE)
_HTTP_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "route", "websocket"})
_ROUTE_CALLEES = frozenset({
    "add_route", "add_url_rule", "add_api_route", "add_api_websocket_route", "mount", "include_router", "path", "url",
    "redirect", "reverse", "url_for", "RedirectResponse", "HttpResponseRedirect", "Route", "Mount", "WebSocketRoute",
    "APIRouter", "Blueprint", "resolve", "urljoin", "add_get", "add_post", "build_absolute_uri",
})  # fmt: skip
_URL_BY_POSITION = 2
_ROUTE_NAME = re.compile(r"(?:^|_)(?:url|uri|route|href|endpoint|redirect|link)s?$", re.IGNORECASE)
_SETTINGS_CLASSES = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings"})


@frozen
class StringConstant:
    """A string constant in its surroundings.

    Attributes:
        constant: the constant; implicit concatenation makes one of several literals.
        node: what to point at: the constant, or the f-string it is part of.
        value: the literal text; of an f-string or `+` as far as it is literal from here on.
        is_head: whether it begins the string, so that nothing formatted or added stands before it.
        is_whole: whether nothing is formatted into it, added to it or left open.
        name: target, attribute, parameter, keyword, dict key or compared name it is bound to, else empty.
        binder: the node that binds it: assignment, `ast.arg`, `ast.keyword`, `ast.Dict`, `ast.Compare`.
        call: the innermost call it is an argument of.
        statement: the innermost statement.
        is_statement: a docstring, or a string that stands alone.
        is_regex: argument of a regular expression function, or bound to a name that says pattern.
        is_route: argument of a routing or HTTP call or decorator, or bound to a name that says URL.
        is_prose: text for people: argument of a log call, of an exception, or a help text.
        is_lookup_default: what an environment lookup or settings field falls back to.
        lookup: that lookup, where it is a call or subscript.
    """

    constant: ast.Constant
    node: ast.expr
    value: str
    is_head: bool
    is_whole: bool
    name: str
    binder: ast.AST | None
    call: ast.Call | None
    statement: ast.stmt | None
    is_statement: bool
    is_regex: bool
    is_route: bool
    is_prose: bool
    is_lookup_default: bool
    lookup: EnvironmentRead | None

    @property
    def is_url(self) -> bool:
        """Whether the value begins with a scheme and an authority."""
        return _URL.match(self.value) is not None


class Strings:
    """The string constants of one file.

    Args:
        document: the file; only asked when a rule asks.
    """

    def __init__(self, document: "Document") -> None:
        """Keep the file; nothing is collected before it is asked for."""
        self.document = document
        self._described: dict[ast.Constant, StringConstant] = {}

    @cached_property
    def values(self) -> list[tuple[str, ast.Constant]]:
        """Every string constant with its value, those inside f-strings and docstrings included, breadth first."""
        return [(node.value, node) for node in self.document.nodes(ast.Constant) if isinstance(node.value, str)]

    @cached_property
    def has_lookups(self) -> bool:
        """Whether a string of the file may be the default of an environment lookup."""
        return may_look_up(self.document)

    def joined(self, shortest: int) -> str:
        """Return the strings of at least that many characters, one per line: a text to pass over files with."""
        constants = self.document.nodes(ast.Constant)
        values = [value for node in constants if (value := node.value).__class__ is str and len(value) >= shortest]
        return "\n".join(values)

    def matching(self, pattern: re.Pattern[str]) -> Iterator[StringConstant]:
        """Yield the described constants in whose value the pattern is found."""
        search = pattern.search
        for value, node in self.values:
            if search(value) is not None:
                yield self.describe(node)

    def describe(self, constant: ast.Constant) -> StringConstant:
        """Return a string constant in its surroundings."""
        known = self._described.get(constant)
        if known is None:
            known = self._described[constant] = _describe(constant, self.document)
        return known


def constant_text(expression: ast.expr, document: "Document") -> str | None:
    """Return the text an expression stands for: a literal, or a name bound exactly once to one; else `None`."""
    if isinstance(expression, ast.Constant):
        return expression.value if isinstance(expression.value, str) else None
    if not isinstance(expression, ast.Name):
        return None
    bindings = document.names.bindings(expression)
    if len(bindings) != 1 or bindings[0].kind is not BindingKind.ASSIGNMENT:
        return None
    value = bindings[0].value
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


_SHOWN = 3
_SHOWN_FROM = 16


def redact(value: str) -> str:
    """Return what may be shown of a secret: nothing of a short one, the first characters of a long one."""
    return f"{value[:_SHOWN]}***" if len(value) >= _SHOWN_FROM else "***"


@mutable
class _Climb:
    """What is known of one constant while its ancestors are visited."""

    name: str = ""
    binder: ast.AST | None = None
    call: ast.Call | None = None
    argument: ast.AST | None = None
    statement: ast.stmt | None = None
    is_statement: bool = False
    lookup: EnvironmentRead | None = None
    in_decorator: bool = False
    in_raise: bool = False


def _describe(constant: ast.Constant, document: "Document") -> StringConstant:
    node, value, is_head, is_whole = _literal_part(constant, document)
    climb = _Climb()
    child: ast.AST = constant
    for parent in document.ancestors(constant):
        _visit(parent, child, climb, document)
        if isinstance(parent, ast.stmt):
            break
        child = parent
    return StringConstant(
        constant=constant,
        node=node,
        value=value,
        is_head=is_head,
        is_whole=is_whole,
        name=climb.name,
        binder=climb.binder,
        call=climb.call,
        statement=climb.statement,
        is_statement=climb.is_statement,
        is_regex=_is_regex(climb, document),
        is_route=_is_route(climb),
        is_prose=_is_prose(climb, document),
        is_lookup_default=climb.lookup is not None or _is_settings_field(climb, document),
        lookup=climb.lookup,
    )


def _literal_part(constant: ast.Constant, document: "Document") -> tuple[ast.expr, str, bool, bool]:
    """Return the node to point at, the literal text from here on, whether it begins and whether it is the string."""
    node: ast.expr = constant
    value = str(constant.value)
    is_head = is_whole = True
    parent = document.parents.get(constant)
    if isinstance(parent, ast.JoinedStr):
        is_head = parent.values[0] is constant
        is_whole = len(parent.values) == 1
        node = parent
    child: ast.AST = node
    parent = document.parents.get(child)
    while isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add | ast.Mod):
        if child is parent.right:
            is_head = is_head and isinstance(parent.op, ast.Mod)
        elif isinstance(parent.op, ast.Add) and is_whole and isinstance(parent.right, ast.Constant):
            value += str(parent.right.value)
        else:
            is_whole = False
        child, parent = parent, document.parents.get(parent)
    if isinstance(parent, ast.Attribute) and parent.attr in {"format", "format_map"}:
        is_whole = False
    return node, value, is_head, is_whole


def _visit(parent: ast.AST, child: ast.AST, climb: _Climb, document: "Document") -> None:
    """Take note of one ancestor; the first binder and the first call win."""
    match parent:
        case ast.Call():
            _visit_call(parent, child, climb, document)
        case ast.BoolOp(op=ast.Or(), values=values):
            index = next((number for number, value in enumerate(values) if value is child), 0)
            climb.lookup = climb.lookup or _first_lookup(values[:index], document)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            others = [part for part in (test, body, orelse) if part is not child]
            climb.lookup = climb.lookup or _first_lookup(others, document)
        case ast.Raise():
            climb.in_raise = True
    if climb.binder is None and climb.call is None:
        climb.binder, climb.name = _bound(parent, child)
    if isinstance(parent, ast.stmt):
        climb.statement = parent
        climb.is_statement = isinstance(parent, ast.Expr) and isinstance(child, ast.Constant | ast.JoinedStr)
        climb.in_decorator = child in getattr(parent, "decorator_list", ())


def _visit_call(call: ast.Call, child: ast.AST, climb: _Climb, document: "Document") -> None:
    if child is call.func:
        return
    if climb.call is None:
        climb.call, climb.argument = call, child
    lookup = environment_default(call, document) if document.strings.has_lookups else None
    if lookup is None:
        return
    value = child.value if isinstance(child, ast.keyword) else child
    if lookup.default is value or any(value is item for item in call.args[1:]):
        climb.lookup = climb.lookup or lookup


def _first_lookup(expressions: list[ast.expr], document: "Document") -> EnvironmentRead | None:
    """Return the first of some expressions that is an environment lookup, as one."""
    for expression in expressions if document.strings.has_lookups else ():
        if isinstance(expression, ast.Call):
            found = environment_default(expression, document)
        else:
            found = environment_read(expression, document)
        if found is not None:
            return found
    return None


def _bound(parent: ast.AST, child: ast.AST) -> tuple[ast.AST | None, str]:
    """Return the node and name that bind a value directly below `parent`; containers pass it on."""
    match parent:
        case ast.keyword(arg=str() as name):
            return parent, name
        case ast.Dict(keys=keys, values=values):
            index = next((number for number, value in enumerate(values) if value is child), None)
            if index is None:
                return parent, ""
            key = keys[index]
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                return parent, key.value
        case ast.Assign(targets=[target, *_]):
            return parent, _target_name(target)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return parent, _target_name(target)
        case ast.arguments():
            return _parameter(parent, child)
        case ast.Compare(left=left, comparators=comparators):
            return parent, _target_name(comparators[0] if child is left else left)
        case ast.Lambda() | ast.Subscript() | ast.Return():
            return parent, ""
    return None, ""


def _target_name(target: ast.expr) -> str:
    """Return the name a target binds: identifier, attribute or constant key."""
    if isinstance(target, ast.Subscript):
        key = target.slice
        return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
    return last_name(target)


def _parameter(arguments: ast.arguments, default: ast.AST) -> tuple[ast.AST | None, str]:
    """Return the parameter a default belongs to."""
    for parameter, given in parameter_defaults(arguments):
        if given is default:
            return parameter, parameter.arg
    return None, ""


def parameter_defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    """Yield (parameter, default) for the parameters that have one, in order."""
    positional = [*arguments.posonlyargs, *arguments.args]
    yield from zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield parameter, default


def _is_regex(climb: _Climb, document: "Document") -> bool:
    if _REGEX_NAME.search(climb.name):
        return True
    if climb.call is None:
        return False
    func = climb.call.func
    return last_name(func) in _REGEX_CALLEES or document.resolve(func).may_be(
        lambda name: name.startswith(_REGEX_MODULES)
    )


def _is_route(climb: _Climb) -> bool:
    if climb.in_decorator or _ROUTE_NAME.search(climb.name):
        return True
    if climb.call is None:
        return False
    name = last_name(climb.call.func)
    return name in _ROUTE_CALLEES or (name in _HTTP_VERBS and climb.argument in climb.call.args[:_URL_BY_POSITION])


def _is_prose(climb: _Climb, document: "Document") -> bool:
    if climb.in_raise or climb.name in _PROSE_KEYWORDS:
        return True
    if climb.call is None:
        return False
    callee = climb.call.func
    name = last_name(callee)
    if name in _LOG_METHODS_ALIKE or (name in _LOG_METHODS and isinstance(callee, ast.Attribute)):
        return True
    if not isinstance(callee, ast.Name) or callee.id not in document.imported:
        return False
    return any(target.startswith("logging.") for target in document.resolve(callee).names)


def _is_settings_field(climb: _Climb, document: "Document") -> bool:
    """Whether it is the default of a field of a class that reads its fields from the environment."""
    if not isinstance(climb.statement, ast.AnnAssign | ast.Assign):
        return False
    owner = document.parents.get(climb.statement)
    return isinstance(owner, ast.ClassDef) and any(
        document.resolve(base).may_be(_SETTINGS_CLASSES) for base in owner.bases
    )
