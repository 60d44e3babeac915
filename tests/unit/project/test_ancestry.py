import builtins

import pytest

from hive_guardian.project.ancestry import canonical, library_bases

_FIXED = {"IOError", "EnvironmentError", "WindowsError"}
EXCEPTIONS = {
    name: value
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException) and name not in _FIXED and name[0] != "_"
}


@pytest.mark.parametrize("name", sorted(EXCEPTIONS))
def test_the_bundled_hierarchy_agrees_with_the_interpreter(name: str) -> None:
    """Every builtin exception of the interpreter that runs the tests is listed with its direct bases."""
    bases = library_bases(name)
    assert bases is not None
    assert set(bases) == {base.__name__ for base in EXCEPTIONS[name].__bases__} - {"object"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("builtins.ValueError", "ValueError"),
        ("IOError", "OSError"),
        ("builtins.IOError", "OSError"),
        ("socket.timeout", "TimeoutError"),
        ("pkg.IOError", "pkg.IOError"),
    ],
)
def test_a_library_class_has_one_spelling(name: str, expected: str) -> None:
    """The `builtins.` prefix goes and aliases are replaced."""
    assert canonical(name) == expected


def test_what_is_not_bundled_is_unknown() -> None:
    """Families and listed classes have no bases of interest; everything else says `None`."""
    assert (
        library_bases("typing.Protocol") == library_bases("abc.ABC") == library_bases("collections.abc.Mapping") == ()
    )
    assert library_bases("requests.RequestException") is None
    assert library_bases("json.JSONDecodeError") == ("ValueError",)
