"""GR12 against flake8-async, from which ruff's rules about blocking calls descend."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.oracles.divergence import Comparison, Pair, compare
from tests.oracles.pairs import FLAKE8_ASYNC
from tests.oracles.programs import run_flake8_async, run_ours
from tests.oracles.trees import SOURCES, Source, fetch, install

pytestmark = pytest.mark.oracle

VERSION = "26.8.1"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
@pytest.mark.parametrize("pair", FLAKE8_ASYNC, ids=lambda pair: pair.rule)
def test_rule_agrees_with_flake8_async(
    pair: Pair, source: Source, tmp_path: Path, judge: Callable[[str, str, Comparison], None]
) -> None:
    """Both programs report the same lines but for the ledger's."""
    tree, program = fetch(source), install("flake8-async", VERSION)

    ours = run_ours(tree, pair.rule, options=pair.options, layout=pair.layout, folder=tmp_path)

    judge("flake8-async", VERSION, compare(pair, tree, ours, run_flake8_async(tree, pair.codes, program)))
