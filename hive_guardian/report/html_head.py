"""The head of an HTML page: nothing may be loaded, and only the page's own style and script may run."""

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files

from hive_guardian.report.markup import to_html


@cache
def read_asset(name: str) -> str:
    """Return the text of a file that ships with this package: a constant of the program, like a module."""
    return files(__package__).joinpath("assets", name).read_text(encoding="utf-8")


def draw_head(title: str, style: str, script: str = "") -> Iterator[str]:
    """Yield everything up to the opening of the body.

    Args:
        title: of the page, before the name of the program.
        style: the only style that applies.
        script: the only script that runs; empty for none.
    """
    scripts = _hash(script) if script else "'none'"
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {scripts}; base-uri 'none'; form-action 'none'"
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield '<head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{to_html(title)} - hive-guardian</title>"
    yield f"<style>{style}</style></head>"
    yield "<body>"


def _hash(text: str) -> str:
    """Return the source expression that allows exactly this inline text (Content Security Policy, level 3)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
