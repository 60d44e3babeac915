import pytest

from hive_guardian.adoption.source import Source
from hive_guardian.model.errors import UsageError


@pytest.mark.parametrize(
    ("url", "requirement", "github"),
    [
        ("", "hive-guardian==1.2.0", ""),
        (
            "https://github.com/acme/guardian",
            "hive-guardian @ git+https://github.com/acme/guardian@v1.2.0",
            "acme/guardian",
        ),
        (
            "https://github.com/acme/guardian.git/",
            "hive-guardian @ git+https://github.com/acme/guardian.git/@v1.2.0",
            "acme/guardian",
        ),
        (
            "git@github.com:acme/guardian.git",
            "hive-guardian @ git+ssh://git@github.com/acme/guardian.git@v1.2.0",
            "acme/guardian",
        ),
        ("https://git.example.org/x", "hive-guardian @ git+https://git.example.org/x@v1.2.0", ""),
        ("/srv/git/x", "hive-guardian @ git+file:///srv/git/x@v1.2.0", ""),
    ],
)
def test_says_what_to_install(url: str, requirement: str, github: str) -> None:
    """A version from the index, or a tag of the repository; only repositories on GitHub have an action."""
    source = Source("1.2.0", url)
    assert (source.requirement, source.github, source.revision) == (requirement, github, "v1.2.0")


@pytest.mark.parametrize("url", ["x", 'https://a/"', "https://a b", "https://a\nrun: x", "ftp://a/b", "../guardian"])
def test_refuses_what_is_no_repository(url: str) -> None:
    """What would break out of the files it is written into is refused, as is a plain mistake."""
    with pytest.raises(UsageError, match="--source"):
        Source("1.2.0", url)
