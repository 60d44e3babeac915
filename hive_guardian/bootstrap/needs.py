"""What a project's configuration needs before it can be understood: plugins, and rules of its own."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hive_guardian.bootstrap.entry_points import GROUP
from hive_guardian.bootstrap.plugins import LocalRules, open_catalogue
from hive_guardian.bootstrap.rule_modules import has_code
from hive_guardian.config.layers import CommandLine
from hive_guardian.config.needs import Need, read_needs
from hive_guardian.config.problems import Problems
from hive_guardian.engine.cache import Cache
from hive_guardian.engine.catalogue import Catalogue
from hive_guardian.model.errors import UsageError
from hive_guardian.project.tree import FileTree

if TYPE_CHECKING:
    from importlib.metadata import Distribution


def project_catalogue(
    tree: FileTree,
    root: Path,
    command_line: CommandLine,
    cache: Cache,
    *,
    load: bool | None,
    brought: Sequence[Path] = (),
    may_lack_rules: bool = False,
) -> Catalogue:
    """Return the rules that are installed, those of the project itself and those that somebody brings along.

    Args:
        tree: the project.
        root: where its files lie.
        command_line: says which configuration counts.
        cache: of earlier runs.
        load: whether the code of local rules runs; `None` = nobody said so. Rules without code are always loaded.
        brought: further directories of rules, whose code runs.
        may_lack_rules: whether a directory of local rules need not be there yet.

    Raises:
        UsageError: a required plugin is missing, is no plugin or has another version; a directory of local rules is
            none of this project; there are local rules with code and nobody said what to do; or a rule file is wrong.
    """
    needs = read_needs(tree, command_line)
    problems = Problems()
    for need in needs.plugins:
        _check_plugin(need, problems)
    wanted = [need for need in needs.local_rules if not may_lack_rules or (root / need.text).exists()]
    directories = [(need.text, found) for need in wanted if (found := _directory(need, root, problems))]
    problems.check()
    ours = tuple((str(path), path.resolve()) for path in brought)
    directories = [item for item in directories if item[1] not in {path for _, path in ours}]
    if not directories and not ours:
        return open_catalogue(cache)
    with_code = [name for name, directory in directories if has_code(directory)]
    if load is None and with_code:
        raise UsageError(
            f"{needs.local_rules[0].origin}: local-rules: this project has rules of its own, which are code of the "
            "checkout, and nobody watches this run; say --local-rules to run them or --no-local-rules to go without"
        )
    catalogue = open_catalogue(cache, LocalRules(tuple(directories), bool(load), ours))
    if load or not with_code:
        return catalogue
    names = ", ".join(with_code)
    return replace(catalogue, notes=(f"the rules in {names} were not run: local rules are off",))


def _directory(need: Need, root: Path, problems: Problems) -> Path | None:
    """Return the directory of local rules, `None` after a problem."""
    wanted = (root / need.text).resolve()
    if root.resolve() not in wanted.parents:
        problems.add(need.origin, ("local-rules",), f"{need.text!r} is not a directory below the project root")
    elif not wanted.is_dir():
        problems.add(need.origin, ("local-rules",), f"there is no directory {need.text!r}")
    else:
        return wanted
    return None


def _check_plugin(need: Need, problems: Problems) -> None:
    """Compare one requirement with what is installed."""
    from importlib.metadata import PackageNotFoundError, distribution  # few projects require plugins

    from packaging.requirements import InvalidRequirement, Requirement

    def report(message: str) -> None:
        problems.add(need.origin, ("required-plugins",), message)

    try:
        requirement = Requirement(need.text)
    except InvalidRequirement as error:
        report(f"{need.text!r} is no requirement such as acme-rules>=1,<2: {str(error).partition(chr(10))[0]}")
        return
    if requirement.url:
        report(f"{need.text!r}: write a version such as {requirement.name}>=1; nothing is installed from an address")
        return
    if requirement.marker is not None and not requirement.marker.evaluate():
        return
    try:
        found = distribution(requirement.name)
    except PackageNotFoundError:
        report(f"plugin {need.text} is not installed; install it next to hive-guardian")
        return
    if not requirement.specifier.contains(found.version, prereleases=True):
        report(f"plugin {need.text} is required, but {requirement.name} {found.version} is installed")
    elif not _is_plugin(found):
        report(f"{requirement.name} {found.version} is installed, but it is no plugin of hive-guardian")


def _is_plugin(found: "Distribution") -> bool:
    return any(entry_point.group == GROUP for entry_point in found.entry_points)
