"""Configuration as frozen data: what the files said, merged and validated, before any rule is imported."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.layout import Layout
from hive_guardian.model.severity import Severity

Toml = Mapping[str, object]
BASELINE_FILE = "hive-guardian-baseline.json"
"""Where a project keeps its baseline unless its configuration says otherwise; a file of the project root."""


@frozen
class Origin:
    """Where a setting came from.

    Attributes:
        source: root-relative file, `preset:strict`, `command line` or `default`.
        line: 1-based line in that file, 0 where there is none.
    """

    source: str
    line: int = 0

    def __str__(self) -> str:
        """Return `file:line`, or the source alone."""
        return f"{self.source}:{self.line}" if self.line else self.source


@frozen
class ContractSetting:
    """One `[[contracts]]` table: its kind, name, the raw table (kebab-case keys) and where it stands.

    The keys of each kind are validated by `hive_guardian.project.contracts` when the configuration loads.
    """

    kind: str
    name: str
    table: Toml
    origin: Origin


@frozen
class Override:
    """One `[[overrides]]` table.

    Attributes:
        paths: globs relative to the directory of the file that declares it (`directory`).
        rules: rule id -> raw options, severity among them.
        ignore: rule ids switched off for these paths.
        reason: why; empty when missing (GR45 reports that).
        until: last day on which it holds, or `None`.
        directory: root-relative directory of the declaring file, empty for the root.
        index: position in the merged list; identifies it in the ledger of hits.
        origin: where it stands.
    """

    paths: tuple[str, ...]
    rules: Mapping[str, Toml]
    ignore: tuple[str, ...]
    reason: str
    until: date | None
    directory: str
    index: int
    origin: Origin


@frozen
class DebtBudget:
    """How many exceptions from policy a project allows itself.

    Attributes:
        limit: in all; `None` = any number.
        owners: owner as in CODEOWNERS, or `nobody` -> how many may be theirs.
    """

    limit: int | None = None
    owners: Mapping[str, int] = field(default_factory=dict)


@frozen
class Config:
    """The merged configuration that holds in one directory.

    Attributes:
        directory: root-relative directory it holds for, empty for the root.
        presets: names in order of `extends`, presets that presets extend included.
        level: rules of that severity and above run.
        fail_on: severity from which findings fail the run; `None` = never.
        select: ids, names, tags or `ALL` that replace the presets' selection; `None` when nobody said so.
        extend_select: added to the selection.
        ignore: removed from the selection.
        exclude: globs of files that are skipped, and counted as such.
        required_plugins: requirement strings.
        local_rules: directories of local rules.
        baseline: root-relative file of the accepted findings; empty when nobody said so.
        debt: how many exceptions from policy may be there.
        review: the table `review` (kebab-case keys), validated; `hive_guardian.review.settings` reads it.
        roles: role word -> globs, added to the defaults.
        layout: shared settings.
        contracts: in order of declaration, presets first.
        rules: rule id or slug as written -> raw options merged over presets and parent directories.
        overrides: in order of declaration.
        strict_checks: whether checks marked (strict) run by default (preset strict).
        opt_in: whether rules of state opt-in run by default (preset strict).
        optional: (dotted key, glob) of the globs written `(glob)`: they may match nothing.
        origins: dotted key (`rules.GR12.calls`, `level`) -> where its value came from.
    """

    directory: str
    presets: tuple[str, ...]
    level: Severity
    fail_on: Severity | None
    select: tuple[str, ...] | None
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    exclude: tuple[str, ...]
    required_plugins: tuple[str, ...]
    local_rules: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    layout: Layout
    contracts: tuple[ContractSetting, ...]
    rules: Mapping[str, Toml]
    overrides: tuple[Override, ...]
    strict_checks: bool
    opt_in: bool
    baseline: str = ""
    debt: DebtBudget = field(default_factory=DebtBudget)
    review: Toml = field(default_factory=dict)
    optional: frozenset[tuple[str, str]] = frozenset()
    origins: Mapping[str, Origin] = field(default_factory=dict)


@frozen
class Settings:
    """What a rule instance may know of the configuration besides its own options.

    Attributes:
        layout: shared settings.
        contracts: the contracts in force.
        today: date of the run.
        preset_checks: whether checks marked (strict) run.
    """

    layout: Layout
    contracts: tuple[ContractSetting, ...]
    today: date
    preset_checks: bool = False
