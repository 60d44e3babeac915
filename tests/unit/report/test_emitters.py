"""What every format promises, whatever text a repository contains."""

import json
import re
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import unquote_to_bytes
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from hive_guardian.model.errors import UsageError
from hive_guardian.model.finding import Status
from hive_guardian.model.report import ErrorKind, Report, RuleInfo, RunError
from hive_guardian.model.severity import Severity
from hive_guardian.report import FORMATS, render_report
from hive_guardian.report.escaping import to_encodable, to_line_start, to_one_line
from hive_guardian.report.options import ComponentEdge, RenderOptions, Verbosity
from tests.fakes.hostile_reports import reports
from tests.fakes.reports import make_finding, make_report

Place = tuple[str, int, str]
CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def read_json(text: str) -> Counter[Place]:
    """Read the places of a JSON report."""
    return Counter((item["path"], item["line"], item["rule"]) for item in json.loads(text)["findings"])


def read_sarif(text: str) -> Counter[Place]:
    """Read the places of a SARIF log; URIs back to paths."""
    places: Counter[Place] = Counter()
    for result in json.loads(text)["runs"][0]["results"]:
        physical = result["locations"][0]["physicalLocation"]
        raw = unquote_to_bytes(physical["artifactLocation"]["uri"])
        places[(raw.hex(), physical["region"]["startLine"], result["ruleId"])] += 1
    return places


def read_commands(text: str) -> Counter[Place]:
    """Read the places of GitHub workflow commands as the runner does."""
    places: Counter[Place] = Counter()
    for line in text.removesuffix("\n").split("\n"):
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::.*", line)
        assert match, line
        properties = dict(part.split("=", 1) for part in match[2].split(","))
        if "file" in properties:
            decoded = {name: decode_command(value) for name, value in properties.items()}
            places[(decoded["file"], int(decoded["line"]), decoded["title"].split(" ")[0])] += 1
    return places


def decode_command(value: str) -> str:
    """Decode a property of a workflow command."""
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        value = value.replace(code, character)
    return value


def read_azure(text: str) -> Counter[Place]:
    """Read the places of Azure logging commands as the agent does."""
    places: Counter[Place] = Counter()
    *lines, coverage = text.removesuffix("\n").split("\n")
    assert not coverage.startswith("##")
    for line in lines:
        match = re.fullmatch(r"##vso\[task\.logissue ([^\]]*)\](.*)", line)
        assert match, line
        assert "##vso[" not in match[2]
        properties = dict(part.split("=", 1) for part in match[1].removesuffix(";").split(";"))
        path = properties["sourcepath"]
        for code, character in (("%3B", ";"), ("%5D", "]"), ("%AZP25", "%")):
            path = path.replace(code, character)
        places[(path, int(properties["linenumber"]), properties["code"])] += 1
    return places


def read_gitlab(text: str) -> Counter[Place]:
    """Read the places of a Code Quality artifact; its fingerprints are unique."""
    issues = json.loads(text)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return Counter(
        (issue["location"]["path"], issue["location"]["lines"]["begin"], issue["description"].split(" ")[0])
        for issue in issues
    )


def read_rdjson(text: str) -> Counter[Place]:
    """Read the places of a diagnostic result."""
    return Counter(
        (item["location"]["path"], item["location"]["range"]["start"]["line"], item["code"]["value"])
        for item in json.loads(text)["diagnostics"]
    )


def parse_xml(text: str) -> Element:
    """Parse a document from its bytes, as a server does."""
    return fromstring(text.encode())  # noqa: S314  # the document is our own output


def read_checkstyle(text: str) -> Counter[Place]:
    """Read the places of a Checkstyle document."""
    return Counter(
        (file.attrib["name"], int(error.attrib["line"]), error.attrib["source"].removeprefix("hive-guardian."))
        for file in parse_xml(text)
        for error in file
    )


def read_junit(text: str) -> Counter[Place]:
    """Read the places of a JUnit document: one line of a case's text per finding."""
    places: Counter[Place] = Counter()
    suite = parse_xml(text)[0]
    for case in suite:
        for outcome in case:
            for line in filter(None, re.split(r"\n(?=\d+:\d+: )", outcome.text or "")):
                rule = case.attrib["name"].split(" ")[0]
                places[(case.attrib["file"], int(line.split(":")[0]), rule)] += 1
    assert int(suite.attrib["tests"]) == len(suite)
    return places


class Page(HTMLParser):
    """Collects cells, data blocks and markup of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.blocks: list[str] = []
        self.markup: set[str] = set()
        self.is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element and what may run or load."""
        self.markup |= {tag, *(name for name, _ in attrs)}
        self.is_open = self.is_open or tag == "td"
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")
        elif tag == "script":
            self.blocks.append("")

    def handle_endtag(self, tag: str) -> None:
        """Close a cell."""
        self.is_open = self.is_open and tag != "td"

    def handle_data(self, data: str) -> None:
        """Append text to the open cell or block."""
        if self.cdata_elem == "script":
            self.blocks[-1] += data
        elif self.is_open:
            self.rows[-1][-1] += data


def read_markdown(text: str) -> Counter[Place]:
    """Read the places of the table of findings, rendered; nothing else may have become markup."""
    page = Page()
    page.feed(MarkdownIt("commonmark").enable("table").render(text))
    places: Counter[Place] = Counter()
    for row in page.rows:
        if len(row) == 4 and row[0] in {severity.word for severity in Severity}:
            path, _, line = row[1].rpartition(":")
            places[(path.strip(), int(line), row[2].split(" ")[0])] += 1
    assert page.markup <= {
        "h2", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "code", "br", "open", "style", "p"
    }, page.markup  # fmt: skip
    return places


def read_html(text: str) -> Counter[Place]:
    """Read the places of the data block; nothing but the page's own script may run."""
    page = Page()
    page.feed(text)
    assert len(page.blocks) == 2
    assert not page.markup & {"img", "src", "onerror", "style", "link"} - {"style"}
    return Counter((item["path"], item["line"], item["rule"]) for item in json.loads(page.blocks[0])["findings"])


def name_xml(path: str) -> str:
    """Return a path as XML carries it."""
    return re.sub(
        "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", lambda match: to_one_line(match[0])
        if to_one_line(match[0]) != match[0] else f"\\u{ord(match[0]):04x}", path,
    )  # fmt: skip


def name_uri(path: str) -> str:
    """Return the bytes of a path, in hex."""
    try:
        return path.encode("utf-8", "surrogateescape").hex()
    except UnicodeEncodeError:
        return path.encode("utf-8", "surrogatepass").hex()


def name_markdown(path: str) -> str:
    """Return a path as a rendered table cell shows it: backquotes around code are gone, outer blanks too."""
    return re.sub(r"`([^`]+)`", r"\1", to_one_line(path)).strip()


READERS: dict[str, tuple[Callable[[str], Counter[Place]], Callable[[str], str]]] = {
    "json": (read_json, to_encodable),
    "sarif": (read_sarif, name_uri),
    "github": (read_commands, to_one_line),
    "gitlab": (read_gitlab, to_encodable),
    "junit": (read_junit, name_xml),
    "checkstyle": (read_checkstyle, name_xml),
    "rdjson": (read_rdjson, to_encodable),
    "azure": (read_azure, to_one_line),
    "markdown": (read_markdown, name_markdown),
    "html": (read_html, to_one_line),
}


@pytest.mark.parametrize("name", READERS)
@given(report=reports())
@settings(max_examples=50)
def test_every_format_carries_the_same_findings(name: str, report: Report) -> None:
    """Hostile text neither adds nor hides a finding, and the output parses."""
    read, spell = READERS[name]
    expected = Counter(
        (spell(finding.location.path), finding.location.line, finding.rule) for finding in report.findings
    )

    output = render_report(name, report, RenderOptions(show_all=True))

    assert read(output) == expected
    assert output.encode()


@given(report=reports())
@settings(max_examples=50)
def test_text_has_one_line_per_finding_in_quiet_mode(report: Report) -> None:
    """Hostile text neither adds nor hides a line, and no line can start a workflow command."""
    output = render_report("text", report, RenderOptions(show_all=True, verbosity=Verbosity.QUIET))

    lines = output.removesuffix("\n").split("\n") if output else []
    assert len(lines) == len(report.findings)
    for line, finding in zip(lines, report.findings, strict=True):
        place = finding.location
        assert line.startswith(to_line_start(f"{place.path}:{place.line}:{place.column}: {finding.rule} "))
        assert not line.lstrip().startswith("::")


@pytest.mark.parametrize(
    "name", ["text", "github", "azure", "markdown", "html", "junit", "checkstyle", "json", "sarif"]
)
@given(report=reports())
@settings(max_examples=30)
def test_no_format_lets_text_control_a_terminal_or_build_agent(name: str, report: Report) -> None:
    """Control characters and marks of commands never pass through; line feeds come from the format alone."""
    options = RenderOptions(show_all=True, verbosity=Verbosity.VERBOSE, is_grouped=True)

    output = render_report(name, report, options)

    allowed = "\t" if name == "markdown" else ""
    if name not in {"junit", "checkstyle"}:  # XML keeps C1 characters: it is written for programs
        assert set(CONTROLS.findall(output)) <= set(allowed)
    commands = [line for line in output.split("\n") if re.search(r"(?i)##(vso)?\[", line)]
    assert all(line.startswith("##vso[task.logissue type=") for line in commands)
    assert all(len(re.findall(r"(?i)##(vso)?\[", line)) == 1 for line in commands)
    assert not commands or name == "azure"


@pytest.mark.parametrize("name", FORMATS)
@given(report=reports())
@settings(max_examples=5)
def test_same_report_gives_same_bytes(name: str, report: Report) -> None:
    """A format depends on nothing but the report and its options."""
    options = RenderOptions(edges=(ComponentEdge("a", "b"), ComponentEdge("b", "a", is_violation=True)))

    assert render_report(name, report, options) == render_report(name, report, options)


@pytest.mark.parametrize("name", FORMATS)
def test_incomplete_run_never_looks_clean(name: str) -> None:
    """What kept a check from being complete shows in every format, with the file it happened on."""
    broken = make_report(errors=(RunError(ErrorKind.UNREADABLE, "permission denied", "x/y.py"),))

    output = render_report(name, broken)

    assert "permission denied" in output
    assert "x/y.py" in output


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("checked", "infos"), [(0, None), (3, ())])
def test_run_that_checked_nothing_says_so(name: str, checked: int, infos: tuple[RuleInfo, ...] | None) -> None:
    """No file or no rule means no result: the claim of success is never made."""
    empty = make_report(checked=checked) if infos is None else make_report(checked=checked, rules=infos)

    output = render_report(name, empty)

    marks = {"json": f'"checked": {checked}', "sarif": '"executionSuccessful": false'}
    assert marks.get(name, "Nothing was checked") in output
    assert "passed" not in output


@pytest.mark.parametrize("name", FORMATS)
def test_accepted_findings_are_hidden_unless_asked_for(name: str) -> None:
    """Suppressed and baselined findings appear with `--show all` only."""
    report = make_report(make_finding("accepted.py", status=Status.SUPPRESSED))

    assert "accepted.py" not in render_report(name, report)
    assert "accepted.py" in render_report(name, report, RenderOptions(show_all=True))


def test_unknown_format_names_the_known_ones() -> None:
    """A wrong name is the caller's fault and comes back with the choice."""
    with pytest.raises(UsageError, match=r"'xml'.*checkstyle"):
        render_report("xml", make_report())
