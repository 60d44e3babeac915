"""Where this program keeps what belongs to a person rather than to a project: the cost ledger, kept answers."""

import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

VARIABLE = "HIVE_GUARDIAN_STATE_DIR"
_NAME = "hive-guardian"


def state_directory(environ: Mapping[str, str], platform: str = sys.platform) -> Path:
    """Return the directory; it need not be there yet.

    Args:
        environ: environment variables; `HIVE_GUARDIAN_STATE_DIR` wins over the place the platform has for such files.
        platform: as in `sys.platform`.

    Source: XDG Base Directory Specification, `XDG_STATE_HOME`.
    """
    said = environ.get(VARIABLE)
    if said:
        return Path(said)
    home = Path(environ.get("HOME") or Path.home())
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / _NAME
    if platform == "darwin":
        return home / "Library" / "Application Support" / _NAME
    return Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / _NAME


def repository_name(root: Path) -> str:
    """Return how a project is called there: its directory's name, and enough of a hash to tell it from another."""
    place = str(root.resolve())
    return f"{root.resolve().name}-{blake2b(place.encode('utf-8', 'surrogateescape'), digest_size=4).hexdigest()}"
