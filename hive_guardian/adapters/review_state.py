"""What earlier reviews reported, kept beside the cache; JSON without prose of the code, safe to delete."""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from hive_guardian.review.reconcile import Known

_NAME = "reviews.json"
_FORMAT = 1
_MOST_KEYS = 100
_FIELDS = ("fingerprint", "id", "category", "path", "symbol", "title")


def read_known(directory: Path, key: str) -> tuple[Known, ...]:
    """Return the findings of the last review of a line of work; nothing if there was none, or its file is damaged.

    Args:
        directory: of the cache.
        key: names the line of work.
    """
    rows = _read(directory).get(key, [])
    return tuple(
        Known(*row)
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, list) and len(row) == len(_FIELDS) and all(isinstance(item, str) for item in row)
    )


def write_known(directory: Path, key: str, known: Sequence[Known]) -> None:
    """Remember the findings of a review; a directory that cannot be written is left alone."""
    rows = _read(directory)
    rows.pop(key, None)
    rows[key] = [[getattr(one, name) for name in _FIELDS] for one in known]
    kept = dict(list(rows.items())[-_MOST_KEYS:])
    text = json.dumps({"format": _FORMAT, "reviews": kept}, indent=1, ensure_ascii=True)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=directory, prefix=f".{_NAME}.")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        Path(name).replace(directory / _NAME)
    except OSError:
        return


def _read(directory: Path) -> dict[str, object]:
    try:
        document = json.loads((directory / _NAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    reviews = document.get("reviews") if isinstance(document, dict) and document.get("format") == _FORMAT else None
    return dict(reviews) if isinstance(reviews, dict) else {}
