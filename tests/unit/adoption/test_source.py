import pytest

from hive_guardian.adoption.source import read_source
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
        (
            "https://github.com/acme/guardian@0f3b",
            "hive-guardian @ git+https://github.com/acme/guardian@0f3b",
            "acme/guardian",
        ),
        ("git@example.org:x/y.git@0f3b", "hive-guardian @ git+ssh://git@example.org/x/y.git@0f3b", ""),
        ("/srv/git/x", "hive-guardian @ git+file:///srv/git/x@v1.2.0", ""),
    ],
)
def test_says_what_to_install(url: str, requirement: str, github: str) -> None:
    """A version from the index, or a tag of the repository; only repositories on GitHub have an action."""
    source = read_source("1.2.0", url)
    assert (source.requirement, source.github) == (requirement, github)
    assert source.revision == ("v1.2.0" if "@v" in requirement or not url else "0f3b")


@pytest.mark.parametrize(
    "url", ["x", 'https://a/"', "https://a b", "https://a\nrun: x", "ftp://a/b", "https://a/${{x}}", "../guardian"]
)
def test_refuses_what_is_no_repository(url: str) -> None:
    """What would break out of the files it is written into is refused, as is a plain mistake."""
    with pytest.raises(UsageError, match="--source"):
        read_source("1.2.0", url)
