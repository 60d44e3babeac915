"""GR00 against the compiler of the running interpreter: on real code, and on real code with one line broken."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.oracles.divergence import Comparison, Pair, compare
from tests.oracles.pairs import COMPILE
from tests.oracles.programs import Report, Run, compiles, run_ours
from tests.oracles.trees import SOURCES, Source, Tree, fetch, scan

Judge = Callable[[str, str, Comparison], None]
_MUTANTS = 600
_LONGEST = 20_000
_INSERTED = (
    "return 1",
    "yield 1",
    "await x",
    "break",
    "continue",
    "global broken",
    "nonlocal broken",
    "def broken(a, a): pass",
    "from __future__ import annotations",
    "from __future__ import braces",
    "*a, *b = c",
    "*a = c",
    "x = *a",
    "f(a=1, a=2)",
    "f(a=1, b)",
    "async with a: pass",
    "[x async for x in y]",
    "del f()",
    "f() = 1",
    "None = 1",
    "(a, b) += 1",
    "a: int = b = 1",
    "(yield)",
    "lambda: (yield)",
    "[(yield) for x in y]",
    "class A: return 1",
    "from m import *",
    "def g(): from m import *",
    "try: pass\n{indent}except* E: return",
    "for x in y: pass\n{indent}else: break",
    "match x:\n{indent}    case a: pass\n{indent}    case b: pass",
    "x: int; global x",
    "def g():\n{indent}    x = 1\n{indent}    global x",
    "print 1",
    "if x",
    "f'{a b}'",
    "b'ü'",
    "0777",
    "1_",
    "x = (",
    "__debug__ = 1",
    "def g(__debug__): pass",
    "import __debug__",
    "with a as f(): pass",
    "[x := 1 for x in y]",
    "class B:\n{indent}    nonlocal q",
    "[y for y in z if (y := 1)]",
    "def g[T, T](): pass",
    "assert (x := 1), 2",
    "except E: pass",
    "return *a, 1",
    "a.__debug__ = 1",
    "f(__debug__=1)",
)


def _verdicts(tree: Tree) -> Run:
    """Return a report for each file that does not compile."""
    refused = (path for path in tree.files if not compiles((tree.root / path).read_bytes()))
    return Run(tuple(Report(path, 1, "refused", "") for path in refused))


def _compare(pair: Pair, tree: Tree, folder: Path) -> Comparison:
    """Compare verdicts per file; where in it the error lies is a matter of taste."""
    ours = run_ours(tree, pair.rule, options=pair.options, layout=pair.layout, folder=folder)
    found = {report.path: Report(report.path, 1, report.word, report.message) for report in ours.reports}
    return compare(pair, tree, Run(tuple(found.values())), _verdicts(tree))


def _mutants(tree: Tree) -> Iterator[bytes]:
    """Yield broken copies of files: a line removed, repeated, indented, dedented, or followed by another one."""
    choose = random.Random(20260115)  # noqa: S311 - the same mutants every time; nothing is to be kept secret
    files = [path for path in tree.files if 0 < (tree.root / path).stat().st_size < _LONGEST]
    for number in range(_MUTANTS):
        lines = (tree.root / choose.choice(files)).read_text("utf-8").split("\n")
        place = choose.randrange(len(lines))
        line = lines[place]
        indent = line[: len(line) - len(line.lstrip())]
        match number % 3, choose.randrange(4):
            case 0, kind:
                lines[place : place + 1] = ([], [line, line], [f" {line}"], [line[1:]])[kind]
            case _, _:
                lines.insert(place, indent + _INSERTED[number % len(_INSERTED)].replace("{indent}", indent))
        yield "\n".join(lines).encode()


@pytest.fixture(scope="module")
def mutants(installed: Tree, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """Return a tree of mutated files."""
    folder = tmp_path_factory.mktemp("mutants")
    for number, source in enumerate(_mutants(installed)):
        (folder / f"mutant_{number:04}.py").write_bytes(source)
    return scan("mutants", "mutants of the installed packages", folder)


def test_verdict_is_the_compilers_on_mutated_files(mutants: Tree, tmp_path: Path, judge: Judge) -> None:
    """A file with one line broken is refused by both or by neither, and both verdicts occur often."""
    comparison = _compare(COMPILE, mutants, tmp_path)

    assert _MUTANTS / 4 < comparison.theirs.total() < _MUTANTS
    judge("compile", "", comparison)


@pytest.mark.oracle
@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_verdict_is_the_compilers_on_source_archives(source: Source, tmp_path: Path, judge: Judge) -> None:
    """On whole projects, examples of broken code included, both refuse the same files."""
    judge("compile", "", _compare(COMPILE, fetch(source), tmp_path))
