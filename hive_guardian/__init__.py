"""hive-guardian: golden rules as plugins over an engine that resolves names and counts what it covered.

The package root re-exports the rule author's API and nothing else. The names load on first use, because the command
line must start without most of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hive_guardian.autofix.context import FixContext
    from hive_guardian.engine.calls import ResolvedCall
    from hive_guardian.engine.context import FileContext, LedgerContext, ProjectContext
    from hive_guardian.engine.ledger import Accepted, Excuse, Ledger
    from hive_guardian.engine.suppression import Directive, DirectiveProblem
    from hive_guardian.hookspecs import hookimpl
    from hive_guardian.model.config import Origin
    from hive_guardian.model.edit import Change, Edit, Fix, NewFile, Safety, offer, suggest
    from hive_guardian.model.errors import FixRefusedError, UsageError
    from hive_guardian.model.facts import ClassKind, EdgeKind, FileFacts, ImportFact
    from hive_guardian.model.fields import Field, field_validator
    from hive_guardian.model.finding import Finding, Location, Related
    from hive_guardian.model.layout import ToolConfig
    from hive_guardian.model.options import OptionTable, RuleOptions
    from hive_guardian.model.role import Overlay, Role
    from hive_guardian.model.rule import (
        ALL_ROLES,
        Bad,
        Check,
        FileRule,
        FixClass,
        Good,
        LedgerRule,
        ProjectRule,
        State,
        on,
    )
    from hive_guardian.model.severity import Confidence, Severity
    from hive_guardian.project.ancestry import canonical, library_bases
    from hive_guardian.project.classes import ClassEntry, ClassIndex, Truth
    from hive_guardian.project.collectable import has_tests, is_test_class, pytest_directories, pytest_options
    from hive_guardian.project.components import Component
    from hive_guardian.project.contract_check import Defaults
    from hive_guardian.project.contract_ignores import apply_ignores
    from hive_guardian.project.contracts import (
        AcyclicContract,
        Contract,
        ForbiddenContract,
        Handling,
        Ignore,
        IndependentContract,
        InterfaceContract,
        LayersContract,
        ProtectedContract,
    )
    from hive_guardian.project.distributions import Evidence, is_below, is_plugin, is_runtime_only, stdlib_modules
    from hive_guardian.project.dotted import DottedSet
    from hive_guardian.project.floor_raising import raise_floor, read_floor
    from hive_guardian.project.globs import GlobSet
    from hive_guardian.project.graph import Edge, ImportGraph
    from hive_guardian.project.import_origins import Absence, ImportOrigins, Undeclared
    from hive_guardian.project.manifests.competing import conflicting_facts, primary_table, repeated_keywords
    from hive_guardian.project.manifests.dependency import Dependency, Scope, normalise_name
    from hive_guardian.project.manifests.document import ManifestProblem
    from hive_guardian.project.manifests.lock_freshness import find_member, has_verdict, poetry_hashes, uv_differences
    from hive_guardian.project.manifests.locks import Lock, LockFormat, lock_format, read_lock
    from hive_guardian.project.manifests.metadata import Metadata
    from hive_guardian.project.manifests.pre_commit import PRE_COMMIT_NAMES, read_pre_commit
    from hive_guardian.project.manifests.pyproject import Pyproject
    from hive_guardian.project.manifests.python_targets import PythonTarget, find_python_targets
    from hive_guardian.project.manifests.toolchains import ToolchainVersion, has_toolchain, read_toolchains
    from hive_guardian.project.markers import disjoint
    from hive_guardian.project.module_index import member
    from hive_guardian.project.python_floors import (
        PythonFloor,
        declares_python,
        python_floors,
        root_python_floor,
        show_python,
    )
    from hive_guardian.project.roles import is_vendored
    from hive_guardian.project.supplies import Supplies, Supply, read_supplies
    from hive_guardian.project.tool_settings import Setting, ToolTable, covers, read_tool_tables
    from hive_guardian.project.versions import (
        Constraint,
        UnparsableConstraint,
        admits_version,
        intersects,
        parse_pep440,
        parse_poetry,
    )
    from hive_guardian.project.violation import Violation
    from hive_guardian.source.assertions import (
        AssertionFinder,
        called_names,
        hands_on_assertion,
        likely_names,
        own_attributes,
    )
    from hive_guardian.source.bindings import resolve_relative
    from hive_guardian.source.broken import BrokenFile, interpreter
    from hive_guardian.source.comments import Comment
    from hive_guardian.source.declarations import rebound_names
    from hive_guardian.source.document import Document
    from hive_guardian.source.environment import EnvironmentRead, environment_read, environment_reads
    from hive_guardian.source.facts import has_own_yield, literal_exports
    from hive_guardian.source.handlers import (
        Loggers,
        always_reraises,
        broad_types,
        calls_in,
        fails_future,
        handler_nodes,
        is_broad,
        leaves_process,
        reads_exception,
        reraises,
    )
    from hive_guardian.source.names import Resolution
    from hive_guardian.source.newer_syntax import explain_newer_syntax
    from hive_guardian.source.skips import skips_without_reason
    from hive_guardian.source.strings import StringConstant, constant_text, parameter_defaults, redact
    from hive_guardian.source.syntax import structural_problems
    from hive_guardian.source.walk import Place, is_main_test

__version__ = "0.1.0"

_HOMES = {
    "autofix.context": ("FixContext",),
    "engine.calls": ("ResolvedCall",),
    "engine.context": ("FileContext", "LedgerContext", "ProjectContext"),
    "engine.ledger": ("Accepted", "Excuse", "Ledger"),
    "engine.suppression": ("Directive", "DirectiveProblem"),
    "hookspecs": ("hookimpl",),
    "model.config": ("Origin",),
    "model.edit": ("Change", "Edit", "Fix", "NewFile", "Safety", "offer", "suggest"),
    "model.errors": ("FixRefusedError", "UsageError"),
    "model.facts": ("ClassKind", "EdgeKind", "FileFacts", "ImportFact"),
    "model.finding": ("Finding", "Location", "Related"),
    "model.role": ("Overlay", "Role"),
    "model.rule": (
        "ALL_ROLES", "Bad", "Check", "FileRule", "FixClass", "Good", "LedgerRule", "ProjectRule", "State", "on",
    ),
    "model.fields": ("Field", "field_validator"),
    "model.options": ("OptionTable", "RuleOptions"),
    "model.severity": ("Confidence", "Severity"),
    "project.ancestry": ("canonical", "library_bases"),
    "project.classes": ("ClassEntry", "ClassIndex", "Truth"),
    "project.collectable": ("has_tests", "is_test_class", "pytest_directories", "pytest_options"),
    "project.components": ("Component",),
    "project.contract_check": ("Defaults",),
    "project.contract_ignores": ("apply_ignores",),
    "project.contracts": (
        "AcyclicContract", "Contract", "ForbiddenContract", "Handling", "Ignore", "IndependentContract",
        "InterfaceContract", "LayersContract", "ProtectedContract",
    ),
    "project.distributions": ("Evidence", "is_below", "is_plugin", "is_runtime_only", "stdlib_modules"),
    "project.dotted": ("DottedSet",),
    "project.floor_raising": ("raise_floor", "read_floor"),
    "project.globs": ("GlobSet",),
    "project.graph": ("Edge", "ImportGraph"),
    "project.import_origins": ("Absence", "ImportOrigins", "Undeclared"),
    "project.manifests.competing": ("conflicting_facts", "primary_table", "repeated_keywords"),
    "project.manifests.dependency": ("Dependency", "Scope", "normalise_name"),
    "project.manifests.document": ("ManifestProblem",),
    "project.manifests.metadata": ("Metadata",),
    "project.manifests.python_targets": ("PythonTarget", "find_python_targets"),
    "project.module_index": ("member",),
    "project.roles": ("is_vendored",),
    "project.python_floors": ("PythonFloor", "declares_python", "python_floors", "root_python_floor", "show_python"),
    "project.supplies": ("Supplies", "Supply", "read_supplies"),
    "project.versions": (
        "Constraint", "UnparsableConstraint", "admits_version", "intersects", "parse_pep440", "parse_poetry",
    ),
    "project.violation": ("Violation",),
    "source.assertions": (
        "AssertionFinder", "called_names", "hands_on_assertion", "likely_names", "own_attributes",
    ),
    "source.broken": ("BrokenFile", "interpreter"),
    "source.comments": ("Comment",),
    "source.declarations": ("rebound_names",),
    "source.document": ("Document",),
    "source.environment": ("EnvironmentRead", "environment_read", "environment_reads"),
    "source.facts": ("has_own_yield", "literal_exports"),
    "source.handlers": (
        "Loggers", "always_reraises", "broad_types", "calls_in", "fails_future", "handler_nodes", "is_broad",
        "leaves_process", "reads_exception", "reraises",
    ),
    "source.names": ("Resolution",),
    "source.newer_syntax": ("explain_newer_syntax",),
    "source.bindings": ("resolve_relative",),
    "source.skips": ("skips_without_reason",),
    "source.strings": ("StringConstant", "constant_text", "parameter_defaults", "redact"),
    "source.syntax": ("structural_problems",),
    "source.walk": ("Place", "is_main_test"),
    "project.manifests.locks": ("Lock", "LockFormat", "lock_format", "read_lock"),
    "project.manifests.lock_freshness": ("find_member", "has_verdict", "poetry_hashes", "uv_differences"),
    "project.manifests.pyproject": ("Pyproject",),
    "project.markers": ("disjoint",),
    "project.manifests.pre_commit": ("PRE_COMMIT_NAMES", "read_pre_commit"),
    "project.tool_settings": ("Setting", "ToolTable", "covers", "read_tool_tables"),
    "model.layout": ("ToolConfig",),
    "project.manifests.toolchains": ("ToolchainVersion", "has_toolchain", "read_toolchains"),
}  # fmt: skip
_HOME_OF = {name: f"{__name__}.{module}" for module, names in _HOMES.items() for name in names}

__all__ = [
    "ALL_ROLES",
    "PRE_COMMIT_NAMES",
    "Absence",
    "Accepted",
    "AcyclicContract",
    "AssertionFinder",
    "Bad",
    "BrokenFile",
    "Change",
    "Check",
    "ClassEntry",
    "ClassIndex",
    "ClassKind",
    "Comment",
    "Component",
    "Confidence",
    "Constraint",
    "Contract",
    "Defaults",
    "Dependency",
    "Directive",
    "DirectiveProblem",
    "Document",
    "DottedSet",
    "Edge",
    "EdgeKind",
    "Edit",
    "EnvironmentRead",
    "Evidence",
    "Excuse",
    "Field",
    "FileContext",
    "FileFacts",
    "FileRule",
    "Finding",
    "Fix",
    "FixClass",
    "FixContext",
    "FixRefusedError",
    "ForbiddenContract",
    "GlobSet",
    "Good",
    "Handling",
    "Ignore",
    "ImportFact",
    "ImportGraph",
    "ImportOrigins",
    "IndependentContract",
    "InterfaceContract",
    "LayersContract",
    "Ledger",
    "LedgerContext",
    "LedgerRule",
    "Location",
    "Lock",
    "LockFormat",
    "Loggers",
    "ManifestProblem",
    "Metadata",
    "NewFile",
    "OptionTable",
    "Origin",
    "Overlay",
    "Place",
    "ProjectContext",
    "ProjectRule",
    "ProtectedContract",
    "Pyproject",
    "PythonFloor",
    "PythonTarget",
    "Related",
    "Resolution",
    "ResolvedCall",
    "Role",
    "RuleOptions",
    "Safety",
    "Scope",
    "Setting",
    "Severity",
    "State",
    "StringConstant",
    "Supplies",
    "Supply",
    "ToolConfig",
    "ToolTable",
    "ToolchainVersion",
    "Truth",
    "Undeclared",
    "UnparsableConstraint",
    "UsageError",
    "Violation",
    "admits_version",
    "always_reraises",
    "apply_ignores",
    "broad_types",
    "called_names",
    "calls_in",
    "canonical",
    "conflicting_facts",
    "constant_text",
    "covers",
    "declares_python",
    "disjoint",
    "environment_read",
    "environment_reads",
    "explain_newer_syntax",
    "fails_future",
    "field_validator",
    "find_member",
    "find_python_targets",
    "handler_nodes",
    "hands_on_assertion",
    "has_own_yield",
    "has_tests",
    "has_toolchain",
    "has_verdict",
    "hookimpl",
    "interpreter",
    "intersects",
    "is_below",
    "is_broad",
    "is_main_test",
    "is_plugin",
    "is_runtime_only",
    "is_test_class",
    "is_vendored",
    "leaves_process",
    "library_bases",
    "likely_names",
    "literal_exports",
    "lock_format",
    "member",
    "normalise_name",
    "offer",
    "on",
    "own_attributes",
    "parameter_defaults",
    "parse_pep440",
    "parse_poetry",
    "poetry_hashes",
    "primary_table",
    "pytest_directories",
    "pytest_options",
    "python_floors",
    "raise_floor",
    "read_floor",
    "read_lock",
    "read_pre_commit",
    "read_supplies",
    "read_tool_tables",
    "read_toolchains",
    "reads_exception",
    "rebound_names",
    "redact",
    "repeated_keywords",
    "reraises",
    "resolve_relative",
    "root_python_floor",
    "show_python",
    "skips_without_reason",
    "stdlib_modules",
    "structural_problems",
    "suggest",
    "uv_differences",
]


def __getattr__(name: str) -> object:
    """Load a name of the author API on first use."""
    home = _HOME_OF.get(name)
    if home is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    # guardian: allow[GR15] the module comes from the table of the author API
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value
