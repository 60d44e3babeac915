from pathlib import Path

import pytest

from hive_guardian.adapters.state_directory import state_directory

_HOME = {"HOME": "home/ann"}


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({**_HOME, "HIVE_GUARDIAN_STATE_DIR": "here"}, "linux", "here"),
        ({**_HOME, "XDG_STATE_HOME": "state"}, "linux", "state/hive-guardian"),
        (_HOME, "linux", "home/ann/.local/state/hive-guardian"),
        (_HOME, "darwin", "home/ann/Library/Application Support/hive-guardian"),
        ({**_HOME, "LOCALAPPDATA": "local"}, "win32", "local/hive-guardian"),
        (_HOME, "win32", "home/ann/AppData/Local/hive-guardian"),
    ],
)
def test_state_lies_where_the_platform_keeps_it(environ: dict[str, str], platform: str, expected: str) -> None:
    """What a person says wins; else each platform has its place."""
    assert state_directory(environ, platform) == Path(expected)
