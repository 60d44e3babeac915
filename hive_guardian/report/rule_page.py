"""The page of one rule, made from the rule itself: one sequence of blocks, rendered as text, Markdown or JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from hive_guardian.engine.option_facts import option_facts, toml_value
from hive_guardian.engine.registry import sections
from hive_guardian.engine.rule_states import CheckState, RuleState, Standing, family_of, fix_class
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.rule import Bad, Example, FixClass, Rule, State
from hive_guardian.report.json_text import encode_json
from hive_guardian.report.rule_table import state_record

_PARAGRAPHS = ("what", "why", "not a finding", "checks", "message", "fix", "when to suppress", "differs", "source")
_FIXES = {
    FixClass.NONE: "none",
    FixClass.SUGGESTION: "by hand, the finding says how",
    FixClass.UNSAFE: "unsafe: `hive-guardian fix --unsafe-fixes` applies it, review the diff",
    FixClass.SAFE: "safe: `hive-guardian fix` applies it",
}
RUNS = {
    State.ALWAYS: "always; it can be neither switched off nor suppressed",
    State.ON: "by default",
    State.OPT_IN: "in the preset `strict`, or when selected",
    State.CONFIG: "when the settings it needs exist",
}
"""When a rule runs, in words."""
_SHOWN_EXAMPLES = 3


@frozen
class Heading:
    """A heading; level 1 is the title of the page."""

    text: str
    level: int = 2


@frozen
class Paragraph:
    """Running text."""

    text: str


@frozen
class Rows:
    """A table; each row has as many cells as the header. Cells are text with `code` in backquotes."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@frozen
class Code:
    """A listing, with the name of its file when that matters."""

    text: str
    language: str
    name: str = ""


Block = Heading | Paragraph | Rows | Code


def page_blocks(state: RuleState, *, is_reference: bool = False) -> list[Block]:
    """Return the page of a rule.

    Args:
        state: the rule, and what it does at some place.
        is_reference: say when the rule runs in general instead of what it does at that place.
    """
    rule = state.rule
    parts = sections(rule)
    blocks: list[Block] = [Heading(f"{rule.code} {rule.name}: {rule.title}", 1), Paragraph(f"{parts['summary']}.")]
    blocks.append(Rows(("", ""), tuple(_facts(state, is_reference=is_reference))))
    for heading in _PARAGRAPHS:
        if heading in parts:
            blocks += [Heading(heading.capitalize()), Paragraph(parts[heading])]
    if rule.checks:
        rows = tuple(_check_row(item) for item in state.checks)
        blocks += [Heading("Checks by name"), Rows(("check", "severity", "runs", "finds"), rows)]
    blocks += _options(rule)
    bad = [example for example in rule.examples if isinstance(example, Bad)]
    good = [example for example in rule.examples if not isinstance(example, Bad)]
    for title, examples in (("Reported", bad), ("Not reported", good)):
        blocks += [Heading(title)] if examples else []
        blocks += [block for example in examples[:_SHOWN_EXAMPLES] for block in _listings(example)]
    return [*blocks, *_configuration(rule), *_suppression(rule)]


def pages_json(states: Iterable[RuleState]) -> str:
    """Return the pages of some rules as JSON, everything included."""
    return encode_json({"version": 1, "rules": [_page_record(state) for state in states]}, indent=2) + "\n"


def _facts(state: RuleState, *, is_reference: bool) -> Iterator[tuple[str, str]]:
    rule = state.rule
    here = "" if state.severity is rule.severity or state.standing is Standing.UNKNOWN else f", here {state.severity}"
    yield "severity", f"{rule.severity}{here}"
    yield "confidence", rule.confidence.word
    yield "family", family_of(rule) + (f" (tags {', '.join(rule.tags[1:])})" if len(rule.tags) > 1 else "")
    yield "reports on", f"files of role {', '.join(sorted(rule.roles))}{', stubs too' if rule.stubs else ''}"
    yield "fix", _FIXES[fix_class(rule)]
    yield ("runs", RUNS[rule.state]) if is_reference else ("state here", f"{state.standing}: {state.why}")
    yield "from", f"{state.plugin}, since {rule.since}"


def _check_row(item: CheckState) -> tuple[str, ...]:
    runs = "only when strict" if item.check.state is State.OPT_IN else "by default"
    here = {(True, "only when strict"): ", here yes", (False, "by default"): ", here no"}.get((item.is_on, runs), "")
    sure = "" if item.check.confidence.name == "HIGH" else f" ({item.check.confidence} confidence)"
    return f"`{item.check.name}`", f"{item.severity}{sure}", f"{runs}{here}", item.check.summary


def _options(rule: type[Rule]) -> Iterator[Block]:
    """Yield the options of the rule's own; those every rule has are only named."""
    options = option_facts(rule)
    own = tuple(
        (f"`{option.name}`", option.type, f"`{toml_value(option.default)}`", option.description)
        for option in options
        if not option.is_common
    )
    if rule.state is State.ALWAYS and not own:
        return
    yield Heading("Options")
    if own:
        yield Rows(("option", "takes", "default", "meaning"), own)
    common = ", ".join(f"`{option.name}`" for option in options if option.is_common)
    yield Paragraph(f"Every rule takes {common}.")


def _listings(example: Example) -> Iterator[Block]:
    """Yield the settings of an example that matter, its files, and what its fix makes of them."""
    settings = [f"{key} = {toml_value(value)}" for key, value in example.options.items()]
    settings += [f"layout.{key} = {toml_value(value)}" for key, value in example.layout.items()]
    settings += [f"contracts = [{toml_value(table)}]" for table in example.contracts]
    settings += [f"extend-checks = {toml_value(list(example.checks))}"] if example.checks else []
    if settings:
        yield Code("\n".join(settings), "toml", "settings")
    yield from _files(example.code)
    if isinstance(example, Bad) and example.fixed is not None:
        yield Paragraph("Fixed:")
        yield from _files(example.fixed)


def _files(code: str | Mapping[str, str]) -> Iterator[Code]:
    if isinstance(code, str):
        yield Code(code.rstrip("\n"), "python")
        return
    for name, text in code.items():
        if text.strip():
            yield Code(text.rstrip("\n"), "python" if name.endswith((".py", ".pyi")) else "", name)


def _configuration(rule: type[Rule]) -> Iterator[Block]:
    """Yield how to switch the rule and how to set its options."""
    yield Heading("How to configure")
    if rule.state is State.ALWAYS:
        yield Paragraph("It always runs: it cannot be switched off.")
        return
    if rule.state is State.CONFIG:
        yield Paragraph("It runs by itself where the settings it needs exist, such as those of the examples.")
        lines = []
    else:
        selecting = "ignore" if rule.state is State.ON else "extend-select"
        lines = ["[tool.hive-guardian]", f'{selecting} = ["{rule.code}"]', ""]
    lines += [f"[tool.hive-guardian.rules.{rule.code}]", f'severity = "{rule.severity}"']
    own = [option for option in option_facts(rule) if not option.is_common and option.default is not None]
    yield Code("\n".join([*lines, *(f"{option.name} = {toml_value(option.default)}" for option in own)]), "toml")


def _suppression(rule: type[Rule]) -> Iterator[Block]:
    yield Heading("How to suppress")
    if rule.state is State.ALWAYS:
        yield Paragraph("It cannot be suppressed.")
        return
    yield Paragraph("On the line of the finding or on a line of its own above; the reason is required:")
    yield Code(f"# guardian: allow[{rule.code}] reason why this is right here", "python")


def _page_record(state: RuleState) -> dict[str, object]:
    rule = state.rule
    options = [
        {"name": option.name, "type": option.type, "default": option.default, "description": option.description}
        for option in option_facts(rule)
    ]
    return {
        **state_record(state),
        "since": rule.since,
        "roles": sorted(rule.roles),
        "stubs": rule.stubs,
        "suppressible": rule.state is not State.ALWAYS,
        "sections": sections(rule),
        "options": options,
        "examples": [_example_record(example) for example in rule.examples],
    }


def _example_record(example: Example) -> dict[str, object]:
    record: dict[str, object] = {"kind": "bad" if isinstance(example, Bad) else "good"}
    record |= {"files": {example.path: example.code} if isinstance(example.code, str) else dict(example.code)}
    if isinstance(example, Bad):
        record["at"] = [list(place) for place in example.at]
        record["fixed"] = example.fixed
    settings = {"options": dict(example.options), "layout": dict(example.layout)}
    contracts: Sequence[object] = [dict(table) for table in example.contracts]
    return record | settings | {"contracts": contracts, "checks": list(example.checks)}
