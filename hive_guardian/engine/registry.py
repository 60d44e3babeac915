"""The rules a run knows: ids are unique, names resolve to ids, the predecessor's numbers included."""

import inspect
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from hive_guardian.model.errors import PluginError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import RuleInfo
from hive_guardian.model.rule import Rule, State

_LEGACY_ENGINE: Mapping[int, tuple[int, ...]] = {
    7: (7, 8), 8: (9,), 9: (10,), 14: (11, 14), 17: (15,), 19: (12,), 21: (20,), 22: (19, 22), 24: (21, 24),
    34: (34, 36), 35: (38,),
}  # fmt: skip
_LEGACY_SLUGS = {"no-syspath-hacks": "GR03", "package-app-discipline": "GR05"}
_LEGACY_LAST = 39
_SECTION = re.compile(r"^(What|Why|Not a finding|Fix|Message|When to suppress|Differs|Source|Checks): ", re.MULTILINE)


@frozen(slots=False)
class Registry:
    """All rules of all plugins.

    Attributes:
        rules: id -> class, ordered by id.
        sources: id -> name of the plugin that brought it.
    """

    rules: Mapping[str, type[Rule]]
    sources: Mapping[str, str]

    @cached_property
    def ids_by_name(self) -> Mapping[str, frozenset[str]]:
        """Lower-case id, slug, seed title or predecessor number (`rule-12`) -> the ids it names."""
        found: dict[str, set[str]] = {}
        for code, rule in self.rules.items():
            for name in (code, rule.name, slug_of(rule.title)):
                found.setdefault(name.lower(), set()).add(code)
        for number in range(1, _LEGACY_LAST + 1):
            codes = {f"GR{target:02d}" for target in {number, *_LEGACY_ENGINE.get(number, ())}}
            found[f"rule-{number}"] = {code for code in codes if code in self.rules}
        for slug, code in _LEGACY_SLUGS.items():
            if code in self.rules:
                found.setdefault(slug, set()).add(code)
        return {name: frozenset(codes) for name, codes in found.items() if codes}

    @cached_property
    def other_names(self) -> Mapping[str, tuple[str, ...]]:
        """Id -> the names besides id and slug that mean it, sorted; one name may mean several rules, none is a tag."""
        tags = {tag for rule in self.rules.values() for tag in rule.tags}
        found: dict[str, list[str]] = {}
        for name, codes in sorted(self.ids_by_name.items()):
            for code in codes:
                if name not in {code.lower(), self.rules[code].name.lower()} | tags:
                    found.setdefault(code, []).append(name)
        return {code: tuple(names) for code, names in found.items()}

    @property
    def unsuppressible(self) -> frozenset[str]:
        """Ids of the rules that are always on and cannot be suppressed."""
        return frozenset(code for code, rule in self.rules.items() if rule.state is State.ALWAYS)


def build_registry(plugins: Iterable[tuple[str, Iterable[type[Rule]]]]) -> Registry:
    """Collect the rules of (plugin name, rule classes).

    Raises:
        PluginError: two rules share an id or slug; the message names both plugins.
    """
    rules: dict[str, type[Rule]] = {}
    sources: dict[str, str] = {}
    slugs: dict[str, str] = {}
    for plugin, classes in plugins:
        for rule in classes:
            for key, known in ((rule.code, rules), (rule.name, slugs)):
                if key in known:
                    other = sources[rule.code if known is rules else slugs[key]]
                    message = f"plugin {plugin} registers rule {key}, which plugin {other} already registered"
                    raise PluginError(message)
            rules[rule.code], sources[rule.code], slugs[rule.name] = rule, plugin, rule.code
    return Registry(dict(sorted(rules.items())), sources)


def slug_of(title: str) -> str:
    """Return a title as a slug: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def sections(rule: type[Rule]) -> dict[str, str]:
    """Return the paragraphs of a rule's docstring by heading; the first line under `summary`."""
    text = inspect.cleandoc(rule.__doc__ or "")
    summary, _, rest = text.partition("\n")
    pieces = _SECTION.split(rest.strip())
    found = {"summary": summary.strip().rstrip(".")}
    for heading, body in zip(pieces[1::2], pieces[2::2], strict=True):
        found[heading.lower()] = " ".join(body.split())
    return found


def rule_info(rule: type[Rule]) -> RuleInfo:
    """Return what reports need to know about a rule."""
    parts = sections(rule)
    body = "\n\n".join(f"**{heading.capitalize()}.** {text}" for heading, text in parts.items() if heading != "summary")
    return RuleInfo(
        code=rule.code,
        name=rule.name,
        title=rule.title,
        severity=rule.severity,
        summary=parts["summary"],
        why=parts.get("why", parts["summary"]),
        help=f"# {rule.code} {rule.name}: {rule.title}\n\n{parts['summary']}.\n\n{body}\n",
        tags=tuple(rule.tags),
        confidence=rule.confidence,
        security_severity=rule.security_severity,
        advice=parts.get("fix", ""),
    )
