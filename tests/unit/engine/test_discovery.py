import pytest

from hive_guardian.config.load import load
from hive_guardian.engine.discovery import Discovery, discover
from tests.fakes.runs import TODAY, SteadyTree

FILES = {
    "pyproject.toml": '[tool.hive-guardian]\nexclude = ["gen/**"]\n',
    "a.py": "",
    "pkg/b.pyi": "",
    "pkg/script": "print()",
    "gen/c.py": "",
    "link.py": "",
    "gone.py": "",
    "notes.txt": "",
    "closed/": "",
}


class OddTree(SteadyTree):
    """Some files are links, some are gone."""

    def oddity(self, path: str) -> str | None:
        """Name the odd ones."""
        return {"link.py": "symbolic link to a.py", "gone.py": ""}.get(path)


def found(*targets: str) -> Discovery:
    """Return what a run on these targets looks at."""
    tree = OddTree(FILES)
    return discover(tree, load(tree, today=TODAY), targets)


def test_every_python_file_takes_part_or_is_skipped_with_a_reason() -> None:
    """Excluded files and links are counted; what vanished is not; other files may be read by rules."""
    everything = found("")
    assert everything.analysed == ("a.py", "pkg/b.pyi")
    assert everything.wanted == {"a.py", "pkg/b.pyi"}
    assert [(item.path, item.reason) for item in everything.skipped] == [
        ("gen/c.py", "excluded by gen/**"),
        ("link.py", "symbolic link to a.py"),
    ]
    assert everything.others == ("notes.txt", "pkg/script", "pyproject.toml")
    assert everything.closed == ("closed",)


def test_a_target_narrows_the_report_and_not_the_analysis() -> None:
    """Rules over the project still see all files."""
    narrow = found("pkg")
    assert narrow.analysed == ("a.py", "pkg/b.pyi")
    assert narrow.wanted == {"pkg/b.pyi"}
    assert not narrow.skipped
    assert not narrow.closed
    assert narrow.reports_on("pkg/x.toml")
    assert not narrow.reports_on("pkgs/x.py")


def test_a_file_that_is_named_is_checked_whatever_it_is_called() -> None:
    """A script without a suffix counts when somebody asks for it."""
    assert found("pkg/script").wanted == {"pkg/script"}


def test_a_manifest_that_is_named_is_not_read_as_python() -> None:
    """Rules report on it, and nobody claims that it does not parse."""
    manifest = found("pyproject.toml")
    assert (manifest.wanted, manifest.reports_on("pyproject.toml")) == (frozenset(), True)
    assert "pyproject.toml" not in manifest.analysed


def test_manifests_are_part_of_what_results_depend_on() -> None:
    """A manifest of other content changes the digest, whatever its size; a note does not."""
    first = found("")
    manifest = {**FILES, "pyproject.toml": FILES["pyproject.toml"].swapcase()}
    assert manifest != FILES
    assert first.layout_digest(OddTree(FILES)) != first.layout_digest(OddTree(manifest))
    assert first.layout_digest(OddTree(FILES)) == first.layout_digest(OddTree({**FILES, "notes.txt": "x"}))


@pytest.mark.parametrize("path", ["gen/more.py", "another_link.py", "notes/new.md"])
def test_every_listed_file_is_part_of_what_results_depend_on(path: str) -> None:
    """What is excluded or a link is a module nevertheless, and other files can be looked for."""
    first = found("")
    assert first.layout_digest(OddTree(FILES)) != first.layout_digest(OddTree({**FILES, path: ""}))


def test_a_run_may_be_limited_to_some_files_of_its_targets() -> None:
    """All take part, of any kind; wanted, skipped and reported are only those, which may be none."""
    tree = OddTree(FILES)
    config_set = load(tree, today=TODAY)
    some = discover(tree, config_set, ("",), frozenset({"a.py", "link.py", "notes.txt"}))
    assert some.analysed == found("").analysed
    assert some.wanted == {"a.py"}
    assert [item.path for item in some.skipped] == ["link.py"]
    assert [path for path in FILES if some.reports_on(path)] == ["a.py", "link.py", "notes.txt"]
    elsewhere = discover(tree, config_set, ("pkg",), frozenset({"a.py"}))
    assert elsewhere.wanted == frozenset()
    assert not elsewhere.reports_on("a.py")
