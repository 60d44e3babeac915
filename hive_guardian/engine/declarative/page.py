"""The page of a rule without code: what its author says, and what its file says."""

import json

from hive_guardian.engine.declarative.rule_file import RuleTable, TomlTable


def write_page(table: RuleTable) -> str:
    """Return the page of a rule without code, in the form of the docstring that others have."""
    instead = f"write `{table.replacement.strip()}`" if table.replacement else ""
    told = {
        "What": table.what or _looks_for(table),
        "Why": table.why,
        "Fix": ": ".join(filter(None, (instead, table.fix))),
    }
    paragraphs = [f"{heading}: {' '.join(text.split())}" for heading, text in told.items() if text.strip()]
    return "\n\n".join([f"{' '.join(table.title.split()).rstrip('.')}.", *paragraphs])


def _condition(item: TomlTable) -> str:
    if item.missing:
        return "is missing"
    if item.present:
        return "is there"
    if item.matches is not None:
        return f"matches `{item.matches}`"
    if item.equals is not None:
        return f"is `{json.dumps(item.equals, ensure_ascii=False)}`"
    return f"is not `{json.dumps(item.not_equals, ensure_ascii=False)}`"


def _looks_for(table: RuleTable) -> str:
    """Return what is found in words of the file, for a rule whose author did not say."""
    patterns = (table.pattern,) if table.pattern else table.patterns
    told = [f"`{' '.join(pattern.split())}`" for pattern in patterns]
    told += [f"`{item.key}` in `{item.path}` {_condition(item)}" for item in table.toml]
    for word, others in (("inside", table.inside), ("not inside", table.not_inside)):
        told[-1] += f", {word} " + " or ".join(f"`{' '.join(one.split())}`" for one in others) if others else ""
    for name, expression in table.where.items():
        shown = expression if isinstance(expression, str) else f"name {expression['name']}"
        told[-1] += f", where {name} is `{shown}`"
    return f"{', or '.join(told)}."
