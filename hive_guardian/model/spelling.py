"""What somebody may have meant who wrote a name that does not exist."""

import re
from collections.abc import Iterable

_ID = re.compile(r"([a-z]+?)([0-9oil]*[0-9][0-9oil]*)")
_DIGITS = str.maketrans("oil", "011")


def nearest(name: object, names: Iterable[str]) -> str:
    """Return `; did you mean 'level'?` when a valid name is close, regardless of case, else an empty text."""
    close = find_nearest(name, names)
    return f"; did you mean {close!r}?" if close else ""


def find_nearest(name: object, names: Iterable[str]) -> str:
    """Return the valid name that is closest, empty when none is close.

    Case does not count; of an id neither do leading zeros, nor letters that look like digits: `GR6` is `GR06`.
    """
    from difflib import get_close_matches  # only a mistake needs it

    known = {str(each).lower(): str(each) for each in sorted(names)}
    wanted = str(name).lower()
    same = [each for each in known if _bare_id(each) == _bare_id(wanted)]
    close = same or get_close_matches(wanted, known, n=1, cutoff=0.6)
    return known[close[0]] if close else ""


def _bare_id(name: str) -> tuple[str, int] | str:
    """Return prefix and number of an id, any other name as it is."""
    match = _ID.fullmatch(name)
    return (match[1], int(match[2].translate(_DIGITS))) if match else name
