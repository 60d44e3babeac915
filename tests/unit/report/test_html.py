import json
import re
from base64 import b64encode
from hashlib import sha256

from hive_guardian.model.report import ErrorKind, RunError
from hive_guardian.report.html import render
from hive_guardian.report.html_overview import name_component
from hive_guardian.report.options import ComponentEdge, RenderOptions
from tests.fakes.reports import make_finding, make_report, make_varied_report


def test_policy_allows_exactly_the_style_and_script_of_the_page() -> None:
    """Nothing may be loaded, and no other script or style could run."""
    page = render(make_varied_report(), RenderOptions())

    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [b64encode(sha256(text.encode()).digest()).decode() for text in (style, script)]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_page_asks_nothing_of_the_network() -> None:
    """No address, no image, no link to a file."""
    page = render(make_varied_report(), RenderOptions(edges=(ComponentEdge("a", "b"),)))

    assert not re.findall(r"https?://|<link|<img|@import|\bsrc=|url\((?!#)", page)
    assert not re.findall(r'\sstyle="|\son\w+="', page)


def test_overview_counts_by_rule_component_and_file() -> None:
    """Each bar carries its number and what a click selects."""
    page = render(make_varied_report(), RenderOptions())

    for pick, value in (("rule", "GR30"), ("component", "packages/core"), ("path", "src/shop/cart.py")):
        assert f'data-pick="{pick}" data-value="{value}"' in page
    assert re.search(r'data-value="src/shop/cart.py"><span class="name">.*?<span class="number">3</span>', page)
    assert re.search(r'class="cell critical[^"]*" id="t\d" .*data-value="src/shop/cart.py"', page)


def test_bars_are_named_for_a_person() -> None:
    """A rule shows its id and name, a file its path."""
    page = render(make_varied_report(), RenderOptions())

    assert '<span class="name">GR30 <i>hardcoded-secret</i></span>' in page
    assert '<span class="name"><span class="mono">src/shop/cart.py</span></span>' in page


def test_numbers_of_the_run_are_told() -> None:
    """Findings by severity, accepted ones and coverage stand at the top."""
    page = render(make_varied_report(), RenderOptions())

    numbers = re.findall(r"<li><b>([\d,]+)</b><span>(?:<i class=\"dot \w+\"></i>)?([\w ]+)</span></li>", page)
    assert numbers == [
        ("2", "critical"), ("1", "error"), ("1", "warning"), ("0", "info"), ("2", "accepted"),
        ("2,823", "files checked"), ("3", "files skipped"), ("3", "rules run"),
    ]  # fmt: skip


def test_filters_offer_what_there_is() -> None:
    """Each severity has a switch, each rule and component with findings a choice."""
    page = render(make_varied_report(), RenderOptions())

    assert re.findall(r'data-severity="(\w+)"', page) == ["critical", "error", "warning", "info"]
    assert re.findall(r'<option value="([^"]+)"', page) == [
        "GR06", "GR08", "GR10", "GR30", "packages/core", "src/shop",
    ]  # fmt: skip


def test_rules_that_ran_and_files_that_did_not_are_listed() -> None:
    """What success would rest on can be looked up."""
    page = render(make_varied_report(), RenderOptions())

    row = '<tr><td>GR06 forbidden-import</td><td>Dependency Direction</td><td class="number">1</td></tr>'
    assert "<summary>3 rules ran</summary>" in page
    assert row in page
    assert '<tr><td class="mono">b.py</td><td>generated</td></tr>' in page


def test_small_areas_hide_what_does_not_fit() -> None:
    """A file with few findings among many keeps its area, without text."""
    many = [make_finding("pkg/big.py", line) for line in range(1, 400)]

    page = render(make_report(*many, make_finding("pkg/small.py", 1)), RenderOptions())

    assert re.search(r'class="cell error" id="t0" .*big.py', page)
    assert re.search(r'class="cell error bare" id="t1" .*small.py', page)


def test_data_cannot_end_its_element() -> None:
    """Text of the repository stays data."""
    page = render(make_report(make_finding(message="</script><script>alert(1)</script>")), RenderOptions())

    (block,) = re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert json.loads(block)["findings"][0]["message"] == "</script><script>alert(1)</script>"
    assert "<script>alert" not in page


def test_data_holds_excerpts_with_credentials_hidden() -> None:
    """A page is passed around more than a repository."""
    page = render(make_varied_report(), RenderOptions())

    assert "not-a-real-one" not in page
    assert '[13, "    word = ", "\\"**************\\"", ""]' in page


def test_verdict_is_honest() -> None:
    """Only a complete run without findings is shown as clean."""
    errors = (RunError(ErrorKind.UNREADABLE, "permission denied", "x.py"),)

    assert '<h1 class="clean">No findings</h1>' in render(make_report(), RenderOptions())
    broken = render(make_report(errors=errors), RenderOptions())
    assert "<h1>Incomplete: no findings so far</h1>" in broken
    assert "<b>unreadable</b> x.py: permission denied" in broken


def test_graph_is_drawn_only_if_there_are_edges() -> None:
    """Without a graph there is no empty card."""
    assert "Imports between components" not in render(make_report(), RenderOptions())
    assert "2 edges, 1 forbidden" in render(
        make_report(), RenderOptions(edges=(ComponentEdge("a", "b"), ComponentEdge("b", "a", is_violation=True)))
    )


def test_component_is_the_longest_directory_that_contains_the_file() -> None:
    """Configured components come first; else the top directories say who owns a file."""
    configured = ("packages/core", "packages/core/plugins/", "packages")

    assert name_component("packages/core/plugins/a.py", configured) == "packages/core/plugins"
    assert name_component("packages/corex/a.py", configured) == "packages"
    assert name_component("packages/core/a.py", ()) == "packages/core"
    assert name_component("shop/api/a.py", ()) == "shop"
    assert name_component("setup.py", ()) == "(root)"
