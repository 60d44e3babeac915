"""The identity of a finding (architecture.md 5): no line numbers, no message text."""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b

from hive_guardian.model.finding import Finding

_SIZE = 10


def fingerprint(finding: Finding, ordinal: int) -> str:
    """Return the hex identity of a finding.

    Args:
        finding: with path, symbol and anchor filled in.
        ordinal: its number among findings equal in rule, check, path, symbol and anchor, from 0.
    """
    parts = (finding.rule, finding.check, finding.location.path, finding.symbol, finding.anchor)
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return f"{blake2b(text, digest_size=_SIZE).hexdigest()}{ordinal:x}"


def with_fingerprints(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with their identities, in report order."""
    seen: dict[tuple[str, str, str, str, str], int] = {}
    done: list[Finding] = []
    for finding in sorted(findings, key=lambda item: item.sort_key):
        key = (finding.rule, finding.check, finding.location.path, finding.symbol, finding.anchor)
        ordinal = seen.get(key, 0)
        seen[key] = ordinal + 1
        done.append(replace(finding, fingerprint=fingerprint(finding, ordinal)))
    return done
