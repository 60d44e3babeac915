from dataclasses import replace

import pytest

from hive_guardian.bootstrap.evaluating_suggestions import apply_suggestions
from hive_guardian.bootstrap.evaluation_workshop import open_workshop
from hive_guardian.model.review import Suggestion
from tests.fakes.evaluations import find, make_case, observe

FILES = {"pyproject.toml": b'[project]\nname = "a"\nversion = "1"\n', "a.py": b"def f():\r\n    return 1\r\n"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("    return 2", "", id="good"),
        pytest.param("    return (", "it does not parse", id="does not parse"),
        pytest.param("return 2", "it does not parse", id="parses but does not compile"),
        pytest.param("    print(2)", "GR10 finds more", id="breaks a rule"),
    ],
)
def test_the_result_of_a_suggestion_is_judged_anew(text: str, problem: str) -> None:
    """It is put into the file, compiled, and checked by every rule."""
    case = make_case(base=FILES, pushes=(FILES,), parents=(0,))
    seen = observe(find("S1:0", line=2, suggestion=Suggestion(2, 2, text)))
    with open_workshop([case]) as workshop:
        (found,) = apply_suggestions(case, 1, replace(seen.report, others=()), workshop)
    assert (found.place, found.problem) == ("a.py:2", problem)


def test_without_suggestions_nothing_is_checked() -> None:
    """A finding in prose is left alone."""
    case = make_case(base=FILES, pushes=(FILES,), parents=(0,))
    with open_workshop([case]) as workshop:
        assert list(apply_suggestions(case, 1, observe(find("T1:0")).report, workshop)) == []
