"""The reference of the installed rules in Markdown: one page a rule, and an index by family, severity and preset."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from hive_guardian.engine.registry import sections
from hive_guardian.engine.rule_states import RuleState, Standing, family_of, fix_class
from hive_guardian.model.rule import FixClass
from hive_guardian.model.severity import Severity
from hive_guardian.report.page_text import page_markdown
from hive_guardian.report.rule_page import Block, Heading, Paragraph, Rows, page_blocks
from hive_guardian.report.summary import describe_count

INDEX = "index.md"
_CELLS = {Standing.ON: "on", Standing.WAITING: "waits for settings"}


def reference_pages(presets: Mapping[str, Sequence[RuleState]]) -> dict[str, str]:
    """Return the pages: file name -> Markdown.

    Args:
        presets: name of a preset -> the states of all rules, ordered by id, in a project that only names this preset
            and runs every level; the first one is the default.
    """
    first = next(iter(presets.values()))
    pages = {f"{state.rule.code}.md": page_markdown(page_blocks(state, is_reference=True)) for state in first}
    return {INDEX: page_markdown(_index(presets, first)), **pages}


def _index(presets: Mapping[str, Sequence[RuleState]], states: Sequence[RuleState]) -> Iterator[Block]:
    yield Heading("Rules", 1)
    yield Paragraph(
        f"{describe_count(len(states), 'rule')}, each with a page made from the rule itself. "
        "Severity is the one of its most severe default check."
    )
    yield Heading("By family")
    for family, items in groupby(sorted(states, key=lambda state: family_of(state.rule)), lambda s: family_of(s.rule)):
        yield Heading(family, 3)
        yield Rows(("rule", "finds", "severity", "fix"), tuple(map(_family_row, items)))
    yield Heading("By severity")
    for severity in sorted(Severity, reverse=True):
        links = [_link(state) for state in states if state.rule.severity is severity]
        yield Heading(severity.word, 3)
        yield Paragraph(", ".join(links) or "none")
    yield Heading("By preset")
    yield Paragraph(
        "What a project gets that names the preset and nothing else. A rule that waits for settings is silent until "
        "they exist; `hive-guardian rules` says which ones."
    )
    standings = [{state.rule.code: state.standing for state in column} for column in presets.values()]
    yield Rows(
        ("rule", *(f"`{name}`" for name in presets)),
        tuple(
            (_link(state), *(_CELLS.get(column[state.rule.code], "off") for column in standings)) for state in states
        ),
    )


def _family_row(state: RuleState) -> tuple[str, ...]:
    fix = fix_class(state.rule)
    shown = "by hand" if fix is FixClass.SUGGESTION else fix.value
    return _link(state), sections(state.rule)["summary"], state.rule.severity.word, shown


def _link(state: RuleState) -> str:
    return f"[{state.rule.code} {state.rule.name}]({state.rule.code}.md)"
