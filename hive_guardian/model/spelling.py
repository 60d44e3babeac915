"""What somebody may have meant who wrote a name that does not exist."""

from collections.abc import Iterable


def nearest(name: object, names: Iterable[str]) -> str:
    """Return `; did you mean 'level'?` when a valid name is close, regardless of case, else an empty text."""
    from difflib import get_close_matches  # only a mistake needs it

    known = {str(each).lower(): str(each) for each in sorted(names)}
    close = get_close_matches(str(name).lower(), known, n=1, cutoff=0.6)
    return f"; did you mean {known[close[0]]!r}?" if close else ""
