import subprocess
import sys

import pytest

_WITHOUT = """
import sys
sys.modules["{missing}"] = None
from hive_guardian.bootstrap.review_providers import find_factory
from hive_guardian.model.errors import UsageError
try:
    find_factory("{provider}")
except UsageError as error:
    print(error)
"""
_LEAN = """
import sys
import hive_guardian.bootstrap.review_models, hive_guardian.bootstrap.reviewing, hive_guardian.cli.cost_command
print(sorted({"anthropic", "httpx2"} & set(sys.modules)))
"""


def _run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("missing", "provider"), [("anthropic", "anthropic"), ("httpx2", "anthropic-compatible"), ("anthropic", "bedrock")]
)
def test_a_missing_extra_is_named(missing: str, provider: str) -> None:
    """Without the SDK the message says what to install, not that an import failed."""
    said = _run(_WITHOUT.format(missing=missing, provider=provider))
    assert said == f"the provider {provider} needs the extra review: pip install 'hive-guardian[review]'\n"


def test_the_sdk_is_imported_only_to_ask() -> None:
    """Everything around a review, its costs included, does without the SDK."""
    assert _run(_LEAN) == "[]\n"
