"""A secret never leaves the file it stands in: not in a message, not in an identity, not in a fix."""

from dataclasses import asdict

import pytest

from hive_guardian.testing import check
from hive_guardian_rules.security.hardcoded_secret import HardcodedSecret

_PASSWORD = "q7Zp" + "0LmN-8RtV!bDw3"


@pytest.mark.parametrize(
    ("code", "secret", "expected"),
    [
        (f'password = "{_PASSWORD}"\n', _PASSWORD, "named"),
        (f'connect(password="{_PASSWORD}")\n', _PASSWORD, "named"),
        (f'def f(password="{_PASSWORD}"): ...\n', _PASSWORD, "named"),
        (f'x = {{"password": "{_PASSWORD}"}}\n', _PASSWORD, "named"),
        (f'import os\nx = os.getenv("DB_PASSWORD", "{_PASSWORD}")\n', _PASSWORD, "default"),
        ('x = "postgres://bob:' + 'hunter22@db.acme.io/x"\n', "hunter22", "dsn"),
        ('x = "ghp_' + 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"\n', "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6", "token"),
        ('DB_URL = "mysql://db.acme.io/x"\n', "db.acme.io", "literal-config"),
    ],
)
def test_no_field_of_a_finding_shows_the_secret(code: str, secret: str, expected: str) -> None:
    """Every text of a finding, the hidden anchor included, is free of the value."""
    (finding,) = check(HardcodedSecret, code)
    assert finding.check == expected
    assert secret not in repr(asdict(finding))


def test_the_identity_does_not_depend_on_the_secret() -> None:
    """A fingerprint that changed with the value could be searched for it."""
    first, second = (check(HardcodedSecret, f'password = "{value}"\n')[0] for value in ("hunter22", "sw0rdfish"))
    assert first.fingerprint == second.fingerprint
