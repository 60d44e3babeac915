import pytest

from hive_guardian.project.manifests.document import Place
from hive_guardian.project.manifests.entry_points import read_entry_points


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"console_scripts": ["x = pkg.run:main", "y=pkg:go [fast]"]}, ["x pkg.run:main", "y pkg:go"]),
        ({"console_scripts": "x = pkg.run:main"}, ["x pkg.run:main"]),
        ("[console_scripts]\n# old = pkg\nx = pkg.run:main\n", ["x pkg.run:main"]),
        ({"console_scripts": ["x", "= y", 3, "z ="]}, []),
        ({1: ["x = y"], "console_scripts": 2}, []),
        ("x = y", []),
        (["x = y"], []),
        (None, []),
    ],
)
def test_entry_points_are_read_from_lists_and_text(value: object, expected: list[str]) -> None:
    """Lists, single lines and INI text are read, with group and place; what is no entry point is passed over."""
    found = list(read_entry_points(value, Place("setup.py", 3)))
    assert [f"{script.name} {script.target}" for script in found] == expected
    assert {script.group for script in found} <= {"console_scripts"}
    assert {script.place for script in found} <= {Place("setup.py", 3)}
