"""Reporters: one module per format, each a pure function from a report to text."""

from collections.abc import Callable
from importlib import import_module

from hive_guardian.model.errors import UsageError
from hive_guardian.model.report import Report
from hive_guardian.report.options import RenderOptions

Renderer = Callable[[Report, RenderOptions], str]

FORMATS = (
    "text",
    "json",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjson",
    "azure",
    "markdown",
    "html",
)
"""Names of the formats, in the order help texts show them; each is the name of a module of this package."""


def load_renderer(name: str) -> Renderer:
    """Return the renderer of a format; imports that format only.

    Raises:
        UsageError: the format is unknown (the caller's fault).
    """
    if name not in FORMATS:
        raise UsageError(f"unknown format {name!r}: use one of {', '.join(FORMATS)}")
    # guardian: allow[GR15] the name was just found in FORMATS
    renderer: Renderer = import_module(f"{__name__}.{name}").render
    return renderer


def render_report(name: str, report: Report, options: RenderOptions | None = None) -> str:
    """Return the report in a format; text that ends in a line feed, or is empty.

    Raises:
        UsageError: the format is unknown (the caller's fault).
    """
    return load_renderer(name)(report, options or RenderOptions())
