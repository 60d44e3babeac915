import sys
import sysconfig
import warnings
from pathlib import Path

import pytest

from hive_guardian.source.broken import BrokenFile, parse
from hive_guardian.source.document import Document
from hive_guardian.source.syntax import structural_problems

SAMPLES = Path(__file__).parents[2] / "samples" / "syntax"
NEWER_WORDING = {"'yield' outside function": "'yield from' outside function"}
"""Messages of older Pythons that do not tell apart what newer ones do."""
STANDARD_LIBRARY = sorted(
    path
    for path in Path(sysconfig.get_path("stdlib")).rglob("*.py")
    if not {"site-packages", "test", "tests", "lib2to3", "idlelib"} & set(path.parts)
)


def snippets(kind: str) -> list[str]:
    """Return the refused or accepted snippets this Python can parse; a line of dashes separates them."""
    files = [f"{kind}.txt", *(f"{kind}-3.{minor}.txt" for minor in range(12, sys.version_info.minor + 1))]
    found = [SAMPLES / name for name in files if (SAMPLES / name).exists()]
    return [snippet for path in found for snippet in path.read_text("utf-8").split("\n----\n")]


def problems_of(data: bytes) -> list[tuple[int, str]]:
    """Return (line, message) of everything found by structure, in source order."""
    tree = parse("module.py", data)
    assert not isinstance(tree, BrokenFile)
    document = Document("module.py", data, tree, "module")
    return sorted((getattr(node, "lineno", 0), message) for node, message in structural_problems(document))


def compile_error(data: bytes) -> SyntaxError | None:
    """Return what the compiler of the running Python says; its warnings are no verdict."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "module.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    return None


@pytest.mark.parametrize("snippet", snippets("refused"))
def test_what_the_compiler_refuses_is_found(snippet: str) -> None:
    """Each snippet parses and does not compile, and one of our messages is the compiler's."""
    data = (snippet + "\n").encode()
    error = compile_error(data)
    assert error is not None
    messages = [message for _, message in problems_of(data)]
    assert {str(error.msg), NEWER_WORDING.get(str(error.msg))} & set(messages)


@pytest.mark.parametrize("snippet", snippets("accepted"))
def test_what_the_compiler_accepts_is_not_found(snippet: str) -> None:
    """Each snippet looks like a refused one and compiles."""
    data = (snippet + "\n").encode()
    assert compile_error(data) is None
    assert problems_of(data) == []


def test_the_standard_library_has_no_problem() -> None:
    """Real code, the compiler's own, is never accused."""
    assert len(STANDARD_LIBRARY) > 100
    accused = {}
    for path in STANDARD_LIBRARY:
        data = path.read_bytes()
        problems = problems_of(data)
        if problems and compile_error(data) is None:
            accused[path.name] = problems
    assert accused == {}


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("def f():\n    x = 1\n    global x\n", 3),
        ("def f(a,\n      a): ...\n", 2),
        ("import os\nfrom __future__ import division\n", 2),
        ("f(a=1,\n  b=2,\n  a=3)\n", 3),
        ("try: ...\nexcept: ...\nexcept ValueError: ...\n", 2),
    ],
)
def test_a_problem_is_located(code: str, line: int) -> None:
    """The node is the offending one, as the compiler's line says."""
    error = compile_error(code.encode())
    assert error is not None
    assert [found for found, _ in problems_of(code.encode())] == [line] == [error.lineno]
