"""The skeleton of a readme: what the manifest says already, and questions for the rest."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

_PURPOSE = ("purpose", "features", "overview", "description", "about", "what")
_USAGE = ("usage", "quick", "getting started", "example")
_INSTALLATION = ("install",)
_DEPENDENCIES = ("dependencies", "requirements")


class Described(NamedTuple):
    """What is known about a component.

    Attributes:
        name: of its distribution, else its directory.
        summary: one sentence, empty when its manifest has none.
        package: what to import, empty when nothing is.
        command: a console script, empty when it has none.
        dependencies: names of its runtime dependencies, `None` when they are not known.
    """

    name: str
    summary: str = ""
    package: str = ""
    command: str = ""
    dependencies: tuple[str, ...] | None = None


def readme_text(path: str, what: Described, headings: Sequence[str]) -> str:
    """Return the text of a readme, in reStructuredText for `.rst` and in Markdown else.

    Args:
        path: of the file.
        what: what it describes.
        headings: of its sections; none stands for `Usage`.
    """
    style = _Restructured() if path.endswith(".rst") else _Markdown()
    wanted = list(headings) or ["Usage"]
    blocks = [style.heading(what.name, 1)]
    if not any(_is(heading, _PURPOSE) for heading in wanted):
        blocks += _purpose(what, style)
    for heading in wanted:
        blocks += [style.heading(heading, 2), *_section(heading, what, style)]
    return "\n\n".join(blocks) + "\n"


class _Markdown:
    def heading(self, text: str, level: int) -> str:
        return f"{'#' * level} {text}"

    def code(self, language: str, text: str) -> str:
        return f"```{language}\n{text}\n```"

    def remark(self, text: str) -> str:
        return f"<!-- {text} -->"


class _Restructured(_Markdown):
    def heading(self, text: str, level: int) -> str:
        return f"{text}\n{'=-'[level - 1] * len(text)}"

    def code(self, language: str, text: str) -> str:
        return f".. code-block:: {language}\n\n    {text}"

    def remark(self, text: str) -> str:
        return f".. {text}"


def _section(heading: str, what: Described, style: _Markdown) -> Iterator[str]:
    """Yield the paragraphs of a section; a question where nothing is known."""
    found: list[str] = []
    if _is(heading, _PURPOSE):
        found = list(_purpose(what, style))
    elif _is(heading, _USAGE):
        found = [style.code("console", f"{what.command} --help")] if what.command else []
        found += [style.code("python", f"import {what.package}")] if what.package else []
    elif _is(heading, _INSTALLATION):
        found = [style.code("console", f"pip install {what.name}")]
    elif _is(heading, _DEPENDENCIES) and what.dependencies is not None:
        found = ["\n".join(f"- {name}" for name in what.dependencies) or "None."]
    yield from found or [style.remark(f"What should a reader know about {heading.lower()}?")]


def _purpose(what: Described, style: _Markdown) -> Iterator[str]:
    yield what.summary or style.remark(f"Say in one sentence what {what.name} is for.")


def _is(heading: str, words: Sequence[str]) -> bool:
    return heading.casefold().startswith(tuple(words))
