import json

from hive_guardian.model.evaluation import Evaluation, Measure, Omission, Want
from hive_guardian.report.evaluation import (
    render_evaluation_json,
    render_evaluation_markdown,
    render_evaluation_text,
)

GOOD = Measure("kept-T1", "true findings", 99, 100, Want.LEAST, 0.99)
BAD = Measure("leak-N1", "the quote | is absent", 1, 10, Want.MOST, 0.0, ("case/noise#1 a.py:3\x1b[2J",))
FREE = Measure("leak-N16", "an inflated severity", 2, 4)
EMPTY = Measure("leak-N7", "said before", 0, 0, Want.MOST)
FULL = Evaluation(
    "1.0", "scripted", "lean", 3, 9, (GOOD, BAD, FREE, EMPTY), ((0.1, FREE),), (Omission("transport", "no server"),),
    {"spent": "$0.10"},
)  # fmt: skip


def test_text_names_what_failed_and_what_did_not_run() -> None:
    """A person sees numbers, intervals, examples that cannot act on the terminal, and a conclusion."""
    text = render_evaluation_text(FULL)
    assert "kept-T1                     99/100   99.0%  94.6%-99.8%     >= 99%   ok true findings" in text
    assert "FAILED the quote | is absent" in text
    assert "FAILED leak-N1: the quote | is absent\n  case/noise#1 a.py:3\\x1b[2J\n" in text
    assert "not measured: leak-N7" in text
    assert "did not run: transport: no server" in text
    assert "spent: $0.10" in text
    assert text.endswith("1 of 4 measures do not hold: leak-N1\n")


def test_the_conclusion_says_whether_it_is_whole() -> None:
    """Everything holds, or what was measured does."""
    whole = Evaluation("1.0", "scripted", "lean", 1, 1, (GOOD,))
    part = Evaluation("1.0", "scripted", "lean", 1, 1, (GOOD, EMPTY))
    assert render_evaluation_text(whole).endswith("\nevery threshold holds\n")
    assert render_evaluation_text(part).endswith("holds; the evaluation is not complete\n")


def test_json_has_every_number() -> None:
    """For programs, with the bounds of the interval."""
    document = json.loads(render_evaluation_json(FULL))
    assert document["failed"] == ["leak-N1"]
    assert document["unmeasured"] == ["leak-N7"]
    first = document["measures"][0]
    assert (round(first.pop("low"), 4), round(first.pop("high"), 4)) == (0.9455, 0.9982)
    assert first == {
        "name": "kept-T1", "about": "true findings", "count": 99, "of": 100, "share": 0.99, "want": "at least",
        "limit": 0.99, "holds": True, "examples": [],
    }  # fmt: skip
    assert document["curve"][0]["epsilon"] == 0.1
    assert document["omissions"] == [{"part": "transport", "reason": "no server"}]


def test_markdown_is_a_table() -> None:
    """For a page; a bar in a text is no column."""
    page = render_evaluation_markdown(FULL)
    assert "| `leak-N1` | the quote &#124; is absent | 1/10 | 10.0% | 1.8%-40.4% | <= 0% |" in page
    assert "| 10% | 2/4 | 50.0% | 15.0%-85.0% |" in page
