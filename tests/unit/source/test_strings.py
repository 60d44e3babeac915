"""String constants in their surroundings: what they are bound to and what they are for."""

import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.strings import StringConstant, constant_text, parameter_defaults, redact


def describe(code: str, text: str) -> StringConstant:
    """Return the description of the one constant that begins with a text."""
    document = Document("pkg/mod.py", code.encode(), ast.parse(code), "pkg.mod")
    (node,) = [node for value, node in document.strings.values if value.startswith(text)]
    return document.strings.describe(node)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("target = 'V'\n", "target"),
        ("target: str = 'V'\n", "target"),
        ("a.target = 'V'\n", "target"),
        ("a['target'] = 'V'\n", "target"),
        ("target = ['V', 1]\n", "target"),
        ("target = ('x', f'V{1}')\n", "target"),
        ("target = x or 'V'\n", "target"),
        ("target = 'V' if x else y\n", "target"),
        ("f(target='V')\n", "target"),
        ("f(target=['V'])\n", "target"),
        ("d = {'target': 'V'}\n", "target"),
        ("d = {1: 'V'}\n", "d"),
        ("d = {'V': 1}\n", ""),
        ("def f(a, target='V'): ...\n", "target"),
        ("def f(a, *, target='V', b=1): ...\n", "target"),
        ("f = lambda target='V': 0\n", "target"),
        ("x.target == 'V'\n", "target"),
        ("'V' == target\n", "target"),
        ("target = f('V')\n", ""),
        ("target = 'V{}'.format(1)\n", "target"),
        ("target = d['V']\n", ""),
        ("def target():\n    return 'V'\n", ""),
        ("a, b = 'V', 1\n", ""),
    ],
)
def test_name_is_what_binds_the_constant(code: str, name: str) -> None:
    """Containers and conditions pass the name on, calls, keys and returns do not."""
    assert describe(code, "V").name == name


@pytest.mark.parametrize(
    ("code", "value", "is_head", "is_whole"),
    [
        ("x = 'V'\n", "V", True, True),
        ("x = 'V' 'W'\n", "VW", True, True),
        ("x = 'V' + 'W'\n", "VW", True, True),
        ("x = 'V' + 'W' + y\n", "VW", True, False),
        ("x = y + 'V'\n", "V", False, True),
        ("x = f'V{y}'\n", "V", True, False),
        ("x = f'{y}V'\n", "V", False, False),
        ("x = 'V%s' % y\n", "V%s", True, False),
        ("x = 'V{}'.format(y)\n", "V{}", True, False),
    ],
)
def test_value_is_the_literal_beginning(code: str, value: str, *, is_head: bool, is_whole: bool) -> None:
    """Constants that follow directly belong to the value; formatting leaves it open."""
    found = describe(code, "V")
    assert (found.value, found.is_head, found.is_whole) == (value, is_head, is_whole)


def test_an_f_string_is_reported_as_a_whole() -> None:
    """The node to point at is the f-string, not the part inside."""
    assert isinstance(describe("x = f'V{y}'\n", "V").node, ast.JoinedStr)


@pytest.mark.parametrize(
    ("code", "flag"),
    [
        ('"""V"""\n', "is_statement"),
        ('def f():\n    """V"""\n', "is_statement"),
        ("import re as r\nr.compile('V')\n", "is_regex"),
        ("from regex import sub\nsub('V', x, y)\n", "is_regex"),
        ("NAME_PATTERN = 'V'\n", "is_regex"),
        ("RegexValidator(regex='V')\n", "is_regex"),
        ("@app.get('V')\ndef f(): ...\n", "is_route"),
        ("client.post('V')\n", "is_route"),
        ("client.request('GET', 'V')\n", "is_route"),
        ("f(url='V')\n", "is_route"),
        ("LOGIN_URL = 'V'\n", "is_route"),
        ("log.info('V')\n", "is_prose"),
        ("from logging import info as tell\ntell('V')\n", "is_prose"),
        ("print('V')\n", "is_prose"),
        ("raise ValueError('V')\n", "is_prose"),
        ("add(help='V')\n", "is_prose"),
        ("import os\nos.getenv('X', 'V')\n", "is_lookup_default"),
        ("from os import environ as e\ne.get('X', default='V')\n", "is_lookup_default"),
        ("import os\nx = os.environ.get('X') or 'V'\n", "is_lookup_default"),
        ("import os\nx = os.environ['X'] if 'X' in os.environ else 'V'\n", "is_lookup_default"),
        ("import environ\nenv = environ.Env()\nx = env.str('X', default='V')\n", "is_lookup_default"),
        ("from decouple import config as c\nx = c('X', default='V')\n", "is_lookup_default"),
        ("from pydantic_settings import BaseSettings as B\nclass S(B):\n    x: str = 'V'\n", "is_lookup_default"),
        ("x = 'V://host'\n", "is_url"),
    ],
)
def test_flags_say_what_a_constant_is_for(code: str, flag: str) -> None:
    """Each use is recognised, whatever the alias."""
    text = "V"
    if flag == "is_url":
        code = code.replace("V:", "VV:")
    assert getattr(describe(code, text), flag)


@pytest.mark.parametrize(
    ("code", "flag"),
    [
        ("x = 'V'\n", "is_statement"),
        ("def f(re):\n    re.compile('V')\n", "is_regex"),
        ("config.get('x', fallback='V')\n", "is_route"),
        ("error('V')\n", "is_prose"),
        ("import os\nos.getenv('V')\n", "is_lookup_default"),
        ("def f(os):\n    os.environ.get('X', 'V')\n", "is_lookup_default"),
        ("settings.get('X', 'V')\n", "is_lookup_default"),
        ("class S(Base):\n    x: str = 'V'\n", "is_lookup_default"),
        ("x = 'V:/host'\n", "is_url"),
    ],
)
def test_flags_stay_down_for_look_alikes(code: str, flag: str) -> None:
    """A name that only looks like the real thing raises no flag."""
    assert not getattr(describe(code, "V"), flag)


def test_a_lookup_default_knows_its_lookup() -> None:
    """The variable of the lookup is at hand."""
    lookup = describe("import os\nx = os.environ['TOKEN'] or 'V'\n", "V").lookup
    assert lookup is not None
    assert lookup.name == "TOKEN"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("f('a')\n", "a"),
        ("X = 'a'\nf(X)\n", "a"),
        ("X = 'a'\nX = 'b'\nif y:\n    X = 'c'\nf(X)\n", None),
        ("def g(X):\n    f(X)\n", None),
        ("f(1)\n", None),
        ("f(b'a')\n", None),
        ("f(x.y)\n", None),
    ],
)
def test_constant_text_follows_a_name_bound_once(code: str, text: str | None) -> None:
    """A literal or a name with one possible literal has a text."""
    document = Document("mod.py", code.encode(), ast.parse(code))
    (call,) = document.nodes(ast.Call)
    assert constant_text(call.args[0], document) == text


def test_parameters_are_paired_with_their_defaults() -> None:
    """Defaults align at the right for positional, one by one for keyword-only parameters."""
    function = ast.parse("def f(a, /, b, c=1, *, d, e=2): ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    pairs = [(parameter.arg, ast.unparse(default)) for parameter, default in parameter_defaults(function.args)]
    assert pairs == [("c", "1"), ("e", "2")]


@pytest.mark.parametrize("length", [1, 6, 15, 16, 17, 400])
def test_redact_shows_at_most_three_characters_of_a_long_value(length: int) -> None:
    """Nothing of a short value is shown, three characters of a long one."""
    value = "".join(chr(ord("a") + number % 26) for number in range(length))
    shown = redact(value)
    assert shown.removesuffix("***") in {"", value[:3]}
    assert value not in shown
    assert (shown == "***") == (length < 16)
