"""Our security rules against bandit, from which ruff's descend."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.oracles.divergence import Comparison, Pair, compare
from tests.oracles.pairs import BANDIT
from tests.oracles.programs import Run, run_bandit, run_ours
from tests.oracles.trees import SOURCES, Source, fetch, install

pytestmark = pytest.mark.oracle

VERSION = "1.9.4"
_CODES = tuple(code for pair in BANDIT for code in pair.codes)


@cache
def _run(source: Source) -> Run:
    """Run bandit once for all rules: it takes a minute for a large project."""
    return run_bandit(fetch(source), _CODES, install("bandit", VERSION))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
@pytest.mark.parametrize("pair", BANDIT, ids=lambda pair: pair.rule)
def test_rule_agrees_with_bandit(
    pair: Pair, source: Source, tmp_path: Path, judge: Callable[[str, str, Comparison], None]
) -> None:
    """Both programs report the same lines but for the ledger's."""
    tree = fetch(source)

    ours = run_ours(tree, pair.rule, options=pair.options, layout=pair.layout, folder=tmp_path)

    judge("bandit", VERSION, compare(pair, tree, ours, _run(source)))
