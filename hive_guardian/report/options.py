"""What a person may choose about the form of a report; nothing here changes which findings a run has."""

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from hive_guardian.model.frozen_class import frozen


class Verbosity(Enum):
    """How much the text format says."""

    QUIET = "quiet"
    NORMAL = "normal"
    VERBOSE = "verbose"


class SarifTarget(Enum):
    """Who reads the SARIF file; `GITHUB` leaves out what code scanning would misread."""

    ANY = "any"
    GITHUB = "github"


@frozen
class ComponentEdge:
    """Imports of one component by another.

    Attributes:
        importer: name of the importing component.
        imported: name of the imported component.
        imports: how many import statements stand behind it, at least 1.
        is_violation: whether a contract forbids it.
    """

    importer: str
    imported: str
    imports: int = 1
    is_violation: bool = False


@frozen
class Provenance:
    """Where the analysed files come from, for SARIF `versionControlProvenance`.

    Attributes:
        repository_uri: address of the repository; credentials in it are removed before it is written.
        revision: commit id, or empty.
        branch: branch name, or empty.
    """

    repository_uri: str
    revision: str = ""
    branch: str = ""


@frozen
class RenderOptions:
    """How to render a report; a format ignores what does not concern it.

    Attributes:
        show_all: whether suppressed and baselined findings are shown too.
        is_coloured: whether text may contain ANSI colours.
        verbosity: of the text format.
        statistics: text: show counts per rule instead of the findings.
        drawn: text: positions of the findings to list among those shown; the others are only counted. `None`: all.
        width: text: cells from which a source line is cut around the span.
        timings: text: seconds by rule id, shown as a table when not empty.
        sarif_target: who reads the SARIF file.
        profile: name of the set of rules, part of the SARIF category.
        provenance: SARIF: where the files come from.
        has_baseline: SARIF: whether the run was compared with a baseline, so that each result says if it is new.
        is_grouped: github: whether findings are also listed by file in foldable groups.
        components: html: directories of components, for the count by component; empty: derived from the paths.
        edges: html: imports between components; the graph is drawn only if there are any.
    """

    show_all: bool = False
    is_coloured: bool = False
    verbosity: Verbosity = Verbosity.NORMAL
    statistics: bool = False
    drawn: tuple[int, ...] | None = None
    width: int = 120
    timings: Mapping[str, float] = field(default_factory=dict)
    sarif_target: SarifTarget = SarifTarget.ANY
    profile: str = "default"
    provenance: Provenance | None = None
    has_baseline: bool = False
    is_grouped: bool = False
    components: tuple[str, ...] = ()
    edges: tuple[ComponentEdge, ...] = ()
