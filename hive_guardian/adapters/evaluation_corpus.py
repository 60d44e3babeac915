"""The corpus of the evaluation, which is shipped with the package."""

import tomllib
from importlib.resources import files

from hive_guardian.review.evaluation.case import Case, read_cases

_PACKAGE = "hive_guardian.review.evaluation"
_BASE = "base"
GROUPS = ("defects", "clean", "chains", "coverage", "secrets", "suggestions", "injections")


def load_corpus() -> list[Case]:
    """Return all cases, in order.

    Raises:
        ValueError: the corpus contradicts itself.
        OSError: it is not installed.
    """
    folder = files(_PACKAGE).joinpath("corpus")
    base = tomllib.loads(folder.joinpath(f"{_BASE}.toml").read_text("utf-8"))
    cases: list[Case] = []
    for group in GROUPS:
        document = tomllib.loads(folder.joinpath(f"{group}.toml").read_text("utf-8"))
        cases += read_cases(group, document, base)
    return cases
