"""What README and docs/ say is what the program does."""

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from types import ModuleType

import click
import pytest

from hive_guardian import hookspecs
from hive_guardian.bootstrap import open_catalogue
from hive_guardian.cli import app
from hive_guardian.cli.command_page import command_page
from hive_guardian.config.load import load
from hive_guardian.config.options import validate_rules
from hive_guardian.config.schema import CONTRACT_KINDS
from hive_guardian.engine.cache import NoCache
from hive_guardian.model.config import ContractSetting, Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.model.report import ErrorKind
from hive_guardian.project.contracts import parse_contract
from hive_guardian.project.tree import MemoryTree
from hive_guardian.report import FORMATS
from hive_guardian.report.settings_page import CONTRACT_KEYS
from hive_guardian.testing import run_examples

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text(encoding="utf-8")
GENERATED = ("reference/rules/", "reference/configuration.md", "reference/command-line.md")
PAGES = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        ROOT / "rules" / "README.md",
        ROOT / "changelog.d" / "README.md",
    )
    if not path.is_relative_to(DOCS) or not path.relative_to(DOCS).as_posix().startswith(GENERATED)
)
COUNTS = re.compile(r"with \d+ rules?")


def read_page(name: str) -> str:
    """Return the text of a page below docs/."""
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced listings of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def console_output(text: str, command: str) -> str:
    """Return what a page shows as the output of a command, counts of rules left out."""
    (block,) = [
        block for block in blocks(text, "console") if f"$ {command}\n" in block and not block.endswith(f"{command}\n")
    ]
    return COUNTS.sub("with N rules", block.partition(f"$ {command}\n")[2])


def run_guardian(*arguments: str, cwd: Path) -> str:
    """Return the standard output of the installed program, counts of rules left out."""
    program = str(Path(sys.executable).with_name("hive-guardian"))
    done = subprocess.run(
        [program, *arguments], cwd=cwd, capture_output=True, encoding="utf-8", timeout=120, check=False,
        env={"COLUMNS": "100", "NO_COLOR": "1", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return COUNTS.sub("with N rules", done.stdout)


def leaf_commands(command: click.Command, path: Sequence[str] = ()) -> Iterator[tuple[str, click.Command]]:
    """Yield (words of the command, command) for everything a user can run."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from leaf_commands(inner, (*path, name))
    else:
        yield " ".join(path), command


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file(page: Path) -> None:
    """A relative link of a page that is written by hand leads to a file, or to a page that `rule docs` writes."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    resolved = [(page.parent / target).resolve() for target in targets if target]
    assert [
        path.name
        for path in resolved
        if not path.exists() and not path.relative_to(DOCS).as_posix().startswith(GENERATED)
    ] == []


def test_the_navigation_names_every_page() -> None:
    """No page of the site is an orphan, and none in the navigation is missing."""
    navigation = str(tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"])
    named = set(re.findall(r"'([\w/.-]+\.md)'", navigation))
    written = {page.relative_to(DOCS).as_posix() for page in PAGES if page.is_relative_to(DOCS)}
    reached = {f"adr/{name}" for name in re.findall(r"\]\((\d[\w-]+\.md)\)", read_page("adr/index.md"))}
    assert named | reached == written | {name for name in named if name.startswith(GENERATED)}


def test_the_help_in_the_readme_is_current() -> None:
    """The README shows what `--help` prints."""
    assert console_output(README, "hive-guardian --help") == run_guardian("--help", cwd=ROOT)


def test_the_finding_in_the_readme_is_real(tmp_path: Path) -> None:
    """The README shows what the check prints for a file of the sample."""
    sample = shutil.copytree(ROOT / "tests" / "samples" / "monorepo", tmp_path / "monorepo")
    command = "check packages/catalog/src/catalog/prices.py"
    assert console_output(README, f"hive-guardian {command}") == run_guardian(
        *command.split(), "--no-cache", cwd=sample
    )


def test_the_tutorial_shows_what_happens(tmp_path: Path) -> None:
    """Whoever follows the first tutorial sees what it prints, before and after the repair."""
    page = read_page("tutorial/first-check.md")
    broken, mended = blocks(page, "python")
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    (tmp_path / "orders.py").write_text(broken, encoding="utf-8")
    first, last = page.split("## Mend it")
    assert console_output(first, "hive-guardian check") == run_guardian("check", "--no-cache", cwd=tmp_path)
    (tmp_path / "orders.py").write_text(mended, encoding="utf-8")
    assert console_output(last, "hive-guardian check") == run_guardian("check", "--no-cache", cwd=tmp_path)


@pytest.mark.parametrize("words", [words for words, _ in leaf_commands(app.program)])
def test_examples_can_be_copied_from_the_help(words: str) -> None:
    """A terminal of usual width shows each example on a line of its own, as it is to be typed."""
    examples = run_guardian(*words.split(), "--help", cwd=ROOT).partition("Examples:")
    assert not examples[1] or examples[2].startswith("\n  ")
    assert all(line.count("hive-guardian ") <= 1 or "|" in line for line in examples[2].splitlines())


def test_every_command_and_option_is_in_the_reference() -> None:
    """The page of the command line has a section per command with each of its options, each with a help text."""
    page = command_page(app.program)
    for name, command in leaf_commands(app.program):
        section = page.partition(f"## `hive-guardian {name}`\n")[2].partition("\n## ")[0]
        options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
        assert [option.name for option in options if not option.help] == []
        assert [option.opts for option in options if not all(spelling in section for spelling in option.opts)] == []
        assert "Example" in section, name


def test_every_exit_code_is_documented() -> None:
    """README and reference name each exit code and each cause of an incomplete run."""
    codes = {app.CLEAN, app.FINDINGS, app.USAGE, app.INCOMPLETE}
    page = read_page("reference/exit-codes.md")
    assert {int(code) for code in re.findall(r"^\| (\d) \|", page, re.MULTILINE)} == codes
    assert {int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)} == codes
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == {str(kind) for kind in ErrorKind}


def test_every_hook_is_documented() -> None:
    """The page of hooks lists what a plugin can implement, and nothing else."""
    hooks = {name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec")}
    assert len(hooks) > 1
    assert set(re.findall(r"^\| `(\w+)\(\)` \|", read_page("reference/hooks.md"), re.MULTILINE)) == hooks


def test_every_format_is_documented() -> None:
    """Each report format is named where people look for it."""
    page = read_page("how-to/ci.md") + read_page("reference/json-report.md") + read_page("tutorial/first-check.md")
    assert [name for name in FORMATS if name != "text" and f"--format {name}" not in page] == []


def contract(kind: str, *keys: str) -> ContractSetting:
    """Return a contract of a kind with a plausible value for each key."""
    values: dict[str, object] = {"exhaustive": True, "indirect": False, "depth": 1}
    table = {"kind": kind, **{key: values.get(key, ["a", "b"]) for key in keys}}
    return ContractSetting(kind, "x", table, Origin("pyproject.toml", 1))


@pytest.mark.parametrize("kind", CONTRACT_KINDS)
def test_every_key_of_a_contract_is_documented(kind: str) -> None:
    """The keys listed for a kind of contract are accepted together, and no key of another kind is."""
    known = CONTRACT_KEYS[kind]
    assert parse_contract(contract(kind, *known)).name == "x"
    for other in {key for keys in CONTRACT_KEYS.values() for key in keys} - set(known):
        with pytest.raises(UsageError, match=other):
            parse_contract(contract(kind, *known, other))


SETTINGS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page.read_text(encoding="utf-8"), "toml"), 1)
    if "tool.hive-guardian" in block
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_shown_configuration_is_accepted(settings: str) -> None:
    """What a page tells people to write loads, and names rules, options and contracts that exist."""
    registry = open_catalogue(NoCache()).registry
    config_set = load(MemoryTree({"pyproject.toml": settings}), today=date(2026, 11, 20))
    resolved = validate_rules(config_set, tuple(registry.rules.values()), registry.other_names)
    assert resolved.root.origins


def test_the_tutorial_shows_a_rule_that_works() -> None:
    """The rule of the second tutorial keeps its own examples."""
    (source,) = blocks(read_page("tutorial/first-rule.md"), "python")
    module = ModuleType("acme_rules")
    exec(compile(source, "first-rule.md", "exec"), vars(module))  # noqa: S102 - our own documentation
    (rule,) = module.register_rules()
    assert rule.examples
    assert list(run_examples(rule)) == []


def test_the_hooks_for_pre_commit_are_documented() -> None:
    """README and how-to name each hook that other repositories can use."""
    hooks = re.findall(r"^- id: (\S+)$", (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"), re.MULTILINE)
    page = read_page("how-to/pre-commit.md")
    assert len(hooks) >= 2
    assert [name for name in hooks if f"`{name}`" not in README or f"| `{name}` |" not in page] == []


def test_the_shown_workflow_is_the_example() -> None:
    """What the page about GitHub shows is the file that is tested."""
    (shown, *_) = blocks(read_page("how-to/github-action.md"), "yaml")
    example = (ROOT / "action" / "examples" / "pull-request.yml").read_text(encoding="utf-8")
    assert shown == example.partition("\n")[2]


def test_the_shown_settings_are_what_is_printed() -> None:
    """The page about agents shows what `--print-settings` prints."""
    (shown, *_) = blocks(read_page("how-to/coding-agents.md"), "json")
    assert shown == run_guardian("hook", "claude-code", "--print-settings", cwd=ROOT)


def test_every_make_target_of_the_readme_exists() -> None:
    """What README and CONTRIBUTING tell people to run is a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = set(re.findall(r"(?:\$ |`)make (\w+)", README + contributing))
    assert len(told) > 5
    assert [target for target in told if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []


def test_the_map_names_what_exists() -> None:
    """The map and the reading path of ARCHITECTURE name files and folders that exist, and every layer."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (listing,) = blocks(text, "")
    core = re.findall(r"^  ([\w./]+)  ", listing, re.MULTILINE)
    assert [name for name in core if not (ROOT / "hive_guardian" / name).exists()] == []
    top = re.findall(r"^([\w./]+/)  ", listing, re.MULTILINE)
    assert [name for name in top if not (ROOT / name).is_dir()] == []
    path = re.findall(r"^\d\. `([\w./]+)`", text, re.MULTILINE)
    assert len(path) == 8
    assert [name for name in path if not (ROOT / name).is_file()] == []
    assert {item.name for item in (ROOT / "hive_guardian").iterdir() if (item / "__init__.py").exists()} <= {
        name.strip("/") for name in core
    }
