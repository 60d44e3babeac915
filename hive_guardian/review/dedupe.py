"""One problem, one finding: against golden rules, and among what models said."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field, replace

from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.review.grounding import Grounded
from hive_guardian.review.identity import is_same_title, normalise_anchor

_ANSWERS: Mapping[str, frozenset[str]] = {
    "concurrency": frozenset({"concurrency"}),
    "security": frozenset({"security"}),
    "error-handling": frozenset({"errors"}),
    "testing": frozenset({"testing"}),
}
"""Category -> families of rules that look for the same; other categories compare the words only."""
_NEIGHBOURS: Mapping[str, frozenset[str]] = {
    "correctness": frozenset({"correctness", "concurrency", "errors"}),
    "performance": frozenset({"concurrency"}),
    "resource": frozenset({"concurrency", "errors"}),
    "data-loss": frozenset({"errors"}),
    "error-handling": frozenset({"observability"}),
    "api-contract": frozenset({"architecture", "interfaces", "errors"}),
}
"""Category -> families that a model may well file the same under; here a word of the rule must be said besides."""
_WORD = re.compile(r"[a-z]{4,}")
_STEM = 5
_MOST_ALSO = 3


@frozen
class Deduped:
    """What is left.

    Attributes:
        kept: each problem once.
        corroborated: index in `kept` -> golden rules that found something else at the same lines.
        dropped: reason -> how many.
    """

    kept: tuple[Grounded, ...]
    corroborated: Mapping[int, tuple[str, ...]]
    dropped: Counter[str] = field(default_factory=Counter)


def dedupe(claims: Sequence[Grounded], hits: Sequence[Finding], tags: Mapping[str, Sequence[str]]) -> Deduped:
    """Leave out what golden rules report anyway, and what another claim says already.

    Args:
        claims: in order of request; the first of equal ones stays, with the severest opinion first.
        hits: golden-rule findings after the change.
        tags: rule id -> its tags.
    """
    dropped: Counter[str] = Counter()
    left: list[tuple[Grounded, tuple[str, ...]]] = []
    for claim in sorted(claims, key=lambda one: (-int(one.claim.severity), one.path, one.line, one.claim.title)):
        near = [hit for hit in hits if hit.location.path == claim.path and _overlap(claim, hit)]
        if any(_is_same_problem(claim, hit, tags.get(hit.rule, ())) for hit in near):
            dropped["golden-rule"] += 1
        else:
            left.append((claim, tuple(sorted({hit.rule for hit in near}))))
    groups = _group(left)
    if len(groups) < len(left):
        dropped["duplicate"] = len(left) - len(groups)
    corroborated = {index: group[0][1] for index, group in enumerate(groups) if group[0][1]}
    return Deduped(tuple(_speak_for([one for one, _ in group]) for group in groups), corroborated, dropped)


def _speak_for(group: Sequence[Grounded]) -> Grounded:
    """Return the first claim of a group, with the titles of those that saw another kind of problem in the same lines.

    A model files one problem under several categories more often than it finds two in one place; should it be two, the
    second is still named.
    """
    first = group[0]
    others = {one.claim.title: None for one in group if one.claim.category != first.claim.category}
    if not others:
        return first
    also = "; ".join(list(others)[:_MOST_ALSO])
    return replace(first, claim=replace(first.claim, claim=f"{first.claim.claim} (Also said of these lines: {also}.)"))


_Found = tuple[Grounded, tuple[str, ...]]


def _group(claims: Sequence[_Found]) -> list[list[_Found]]:
    """Return claims in groups that say the same; what is the same as one of a group belongs to it."""
    groups: list[list[_Found]] = []
    for one in claims:
        same = [group for group in groups if any(is_duplicate(one[0], other) for other, _ in group)]
        rest = [group for group in groups if group not in same]
        merged = [*(item for group in same for item in group), one]
        groups = [*rest, sorted(merged, key=claims.index)]
    return sorted(groups, key=lambda group: claims.index(group[0]))


def is_duplicate(one: Grounded, other: Grounded) -> bool:
    """Whether two claims are one: the same first line, overlapping lines and category, or definition and words."""
    if one.path != other.path:
        return False
    overlapping = one.line <= other.end_line and other.line <= one.end_line
    same_words = is_same_title(one.claim.title, other.claim.title)
    if overlapping:
        return one.line == other.line or one.claim.category == other.claim.category or same_words
    if one.symbol != other.symbol:
        return False
    same_text = normalise_anchor(one.anchor) == normalise_anchor(other.anchor)
    return same_words and (one.claim.category == other.claim.category) and not same_text


def _overlap(claim: Grounded, hit: Finding) -> bool:
    return claim.line <= hit.location.end_line and hit.location.line <= claim.end_line


def _is_same_problem(claim: Grounded, hit: Finding, tags: Sequence[str]) -> bool:
    answers = _ANSWERS.get(claim.claim.category, frozenset())
    words = f"{hit.name.replace('-', ' ')} {hit.message}"
    if not answers.isdisjoint(tags) or is_same_title(claim.claim.title, words) or _mentions(claim, hit):
        return True
    neighbours = _NEIGHBOURS.get(claim.claim.category, frozenset())
    return not neighbours.isdisjoint(tags) and _is_inside(claim, hit) and _shares_word(claim, words)


def _is_inside(claim: Grounded, hit: Finding) -> bool:
    """Whether a claim is about nothing but the lines of a finding, or a part of them."""
    return hit.location.line <= claim.line and claim.end_line <= max(hit.location.end_line, hit.location.line + 1)


def _shares_word(claim: Grounded, words: str) -> bool:
    """Whether a claim has a word in common with a rule that does not merely name what stands in the lines."""
    said, ruled, quoted = (_stems(text) for text in (f"{claim.claim.title} {claim.claim.claim}", words, claim.anchor))
    return not (said & ruled).issubset(quoted)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(text.lower()))


def _mentions(claim: Grounded, hit: Finding) -> bool:
    """Whether a claim names most of the words that make up the name of a rule."""
    said = f"{claim.claim.title} {claim.claim.claim}".lower()
    words = [word for word in hit.name.split("-") if len(word) > 3]
    return bool(words) and sum(word[:6] in said for word in words) / len(words) > 0.6
