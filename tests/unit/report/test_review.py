import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema_rs
import pytest
from markdown_it import MarkdownIt

from hive_guardian.model.review import ReviewReport, Verdict
from hive_guardian.report.review import REVIEW_FORMATS, render_review
from hive_guardian.report.review_json import render_review_json
from hive_guardian.report.review_markdown import render_review_markdown
from hive_guardian.report.review_sarif import render_review_sarif
from hive_guardian.report.review_text import render_review_text
from hive_guardian.report.review_words import describe_hunks, describe_spend
from tests.fakes.reviews import make_hostile_review, make_review

ROOT = Path(__file__).parents[3]
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.mark.parametrize("form", REVIEW_FORMATS)
def test_every_format_tells_the_whole_story(form: str) -> None:
    """Verdict, findings, what was not read and what the rules found are in each of them."""
    text = render_review(form, make_review())
    words = ("inconclusive", "the second price is returned", "the budget is spent", "a note")
    for needle in (*words, "shop/a.py", "shop/b.py"):
        assert needle in text
    assert text == render_review(form, make_review())


@pytest.mark.parametrize("form", REVIEW_FORMATS)
def test_untrusted_texts_cannot_act(form: str) -> None:
    """No control character, command of a build agent or reordering character gets through."""
    text = render_review(form, make_hostile_review())
    assert not _CONTROL.search(text)
    assert "##vso[" not in text
    assert not any(line.startswith("::") for line in text.splitlines())


def test_markdown_has_no_links_images_or_mentions() -> None:
    """What a model wrote is text: it cannot link, embed, mention or end a fence."""
    text = render_review_markdown(make_hostile_review())
    page = MarkdownIt("commonmark", {"html": True}).render(text)
    assert "<img" not in page
    assert "<a " not in page
    outside = re.sub(r"`{3,}.*?\n.*?\n`{3,}", "", text, flags=re.DOTALL)
    assert "@everyone" not in outside
    assert page.count("<pre>") == 2


def test_json_is_complete() -> None:
    """Programs find every field a person reads."""
    document = json.loads(render_review_json(make_review()))
    assert (document["format"], document["verdict"], document["ai_ran"]) == (1, "inconclusive", True)
    first, second = document["findings"]
    assert (first["shown"], first["standing"], second["shown"]) == (True, "confirmed", False)
    assert first["suggestion"] == {"line": 15, "end_line": 15, "text": "    return prices[0]"}
    assert document["spend"] == {
        "requests": 3, "reused": 1, "input_tokens": 1200, "output_tokens": 340, "micro_usd": 12345, "models": ["m-1"],
    }  # fmt: skip
    assert [one["fate"] for one in document["coverage"]["hunks"]] == ["full", "skipped"]
    assert document["rule_findings"][0]["rule"] == "GR10"


@pytest.mark.parametrize("report", [make_review(), make_hostile_review()])
def test_json_keeps_to_its_schema(report: ReviewReport) -> None:
    """The documented schema allows what is written, and nothing else."""
    schema = json.loads((ROOT / "docs/reference/review-report.schema.json").read_text("utf-8"))
    document = json.loads(render_review_json(report))
    jsonschema_rs.validator_for(schema).validate(document)
    assert not jsonschema_rs.validator_for(schema).is_valid(document | {"approved": True})


def test_sarif_is_advice_in_a_run_of_its_own() -> None:
    """Nothing is an error, an incomplete review is not successful, and what was not read is a notification."""
    (run,) = json.loads(render_review_sarif(make_review()))["runs"]
    assert run["automationDetails"]["id"] == "hive-guardian/review/"
    assert {one["level"] for one in run["results"]} == {"warning"}
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [one["descriptor"]["id"] for one in invocation["toolExecutionNotifications"]]
    assert told == ["budget", "not-read", "remark"]


@pytest.mark.parametrize("report", [make_review(), make_hostile_review()])
def test_sarif_keeps_to_the_official_schema(report: ReviewReport) -> None:
    """Whatever a model wrote, the log is valid SARIF 2.1.0."""
    schema = json.loads((ROOT / "tests/data/sarif-2.1.0.json").read_text("utf-8"))
    assert jsonschema_rs.validator_for(schema).is_valid(json.loads(render_review_sarif(report)))


def test_the_words_add_up() -> None:
    """Hunks and money are counted."""
    report = make_review()
    assert "$0.0123" in render_review_text(report)
    assert describe_hunks(report) == "2 files, 2 hunks: 1 read in full, 1 not"
    assert describe_spend(report.spend) == "3 requests, 1 reused, 1,200 tokens in, 340 out, $0.0123"


@pytest.mark.parametrize("verdict", [Verdict.FINDINGS, Verdict.INCONCLUSIVE])
def test_only_clean_reads_as_clean(verdict: Verdict) -> None:
    """The word for a good result occurs only where it is true."""
    for form in ("text", "markdown"):
        assert "clean" not in render_review(form, replace(make_review(), verdict=verdict))
        assert "clean" in render_review(form, replace(make_review(), verdict=Verdict.CLEAN))
