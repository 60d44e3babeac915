"""The dispatch tables for one group of files: built once, used for every file of the group."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import field

from hive_guardian.engine.calls import CallTable, ResolvedCall
from hive_guardian.model.errors import PluginError
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import mutable
from hive_guardian.model.rule import FileRule, ProjectRule, Rule, handlers
from hive_guardian.source.broken import BrokenFile
from hive_guardian.source.comments import Comment
from hive_guardian.source.document import Document

Check = Callable[..., Iterable[Finding] | None]
Entry = tuple[int, Check]


@mutable
class Plan:
    """What to run on the files of one group (same configuration, role and kind).

    Attributes:
        rules: the file rules, ordered by code; entries refer to them by index.
        nodes: node type -> handlers.
        calls: the merged call table.
        call_handlers: rule index -> handlers of resolved calls.
        comments: handlers of comments.
        documents: handlers of whole files.
        broken: handlers of files that do not parse.
        fragments: text -> the rules that look at a file if it contains this text or another of theirs.
        conditional: the indexes of these rules.
        collectors: project rules that collect data from each file.
    """

    rules: tuple[FileRule, ...]
    nodes: dict[type, list[Entry]] = field(default_factory=dict)
    calls: CallTable = field(default_factory=CallTable)
    call_handlers: dict[int, list[Entry]] = field(default_factory=dict)
    comments: list[Entry] = field(default_factory=list)
    documents: list[Entry] = field(default_factory=list)
    broken: list[Entry] = field(default_factory=list)
    fragments: dict[bytes, list[int]] = field(default_factory=dict)
    conditional: set[int] = field(default_factory=set)
    collectors: tuple[ProjectRule, ...] = ()


def build_plan(rules: Iterable[Rule], collectors: Iterable[ProjectRule] = ()) -> Plan:
    """Build the tables from rule instances; other than file rules are left out.

    Raises:
        PluginError: a rule cannot say what it wants to see.
    """
    chosen = sorted((rule for rule in rules if isinstance(rule, FileRule)), key=lambda rule: rule.code)
    plan = Plan(
        tuple(chosen),
        collectors=tuple(rule for rule in collectors if type(rule).collect is not ProjectRule.collect),
    )
    for index, rule in enumerate(chosen):
        try:
            _enter(plan, index, rule)
        except Exception as error:  # around one rule: foreign code that fails is named
            raise PluginError(
                f"{rule.code} ({rule.name}) cannot be prepared: {type(error).__name__}: {error}"
            ) from error
    return plan


def _enter(plan: Plan, index: int, rule: FileRule) -> None:
    """Enter one rule into the tables."""
    texts = rule.fragments()
    if texts is not None:
        plan.conditional.add(index)
        for text in texts:
            plan.fragments.setdefault(text, []).append(index)
    for kind, names in handlers(type(rule)).items():
        for name in names:
            _place(plan, kind, index, getattr(rule, name))
    if index in plan.call_handlers:
        plan.calls.add(index, rule.call_table())


def _place(plan: Plan, kind: type, index: int, check: Check) -> None:
    if kind is ResolvedCall:
        plan.call_handlers.setdefault(index, []).append((index, check))
    elif kind is Comment:
        plan.comments.append((index, check))
    elif kind is Document:
        plan.documents.append((index, check))
    elif kind is BrokenFile:
        plan.broken.append((index, check))
    elif issubclass(kind, ast.AST):
        plan.nodes.setdefault(kind, []).append((index, check))
    else:
        message = f"{plan.rules[index].code} asks for {kind.__name__}, which is neither a node type nor a facility"
        raise TypeError(message)
