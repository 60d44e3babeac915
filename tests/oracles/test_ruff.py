"""Our rules against the rules of ruff that ask the same."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.oracles.divergence import Comparison, Pair, compare
from tests.oracles.pairs import RUFF
from tests.oracles.programs import run_ours, run_ruff
from tests.oracles.trees import SOURCES, Source, Tree, fetch

Judge = Callable[[str, str, Comparison], None]


def _name(value: Pair | Source) -> str:
    return value.name if isinstance(value, Source) else f"{value.rule}-{value.codes[0]}"


def _compare(pair: Pair, tree: Tree, folder: Path) -> Comparison:
    ours = run_ours(tree, pair.rule, options=pair.options, layout=pair.layout, folder=folder)
    return compare(pair, tree, ours, run_ruff(tree, pair.codes, pair.settings))


@pytest.mark.parametrize("pair", RUFF, ids=_name)
def test_rule_agrees_with_ruff_on_installed_packages(pair: Pair, installed: Tree, tmp_path: Path, judge: Judge) -> None:
    """On pinned packages that break many rules, both programs report the same lines but for the ledger's."""
    judge("ruff", version("ruff"), _compare(pair, installed, tmp_path))


@pytest.mark.oracle
@pytest.mark.parametrize("source", SOURCES, ids=_name)
@pytest.mark.parametrize("pair", RUFF, ids=_name)
def test_rule_agrees_with_ruff_on_source_archives(pair: Pair, source: Source, tmp_path: Path, judge: Judge) -> None:
    """On whole projects of every style, both programs report the same lines but for the ledger's."""
    judge("ruff", version("ruff"), _compare(pair, fetch(source), tmp_path))
