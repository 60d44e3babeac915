"""A review as JSON for programs; the format is versioned."""

from dataclasses import fields

from hive_guardian.model.review import Coverage, ReviewFinding, ReviewReport, Shortfall, Spend
from hive_guardian.report.json_text import encode_json
from hive_guardian.report.review_words import new_rule_findings

FORMAT = 1


def render_review_json(report: ReviewReport) -> str:
    """Return the review as one JSON document; see `review_schema` for its shape."""
    document: dict[str, object] = {
        "format": FORMAT,
        "tool": {"name": "hive-guardian", "version": report.version},
        "base": report.base,
        "head": report.head,
        "verdict": report.verdict.value,
        "required": report.required,
        "provider": report.provider,
        "ai_ran": report.ai_ran,
        "findings": [_finding(one, is_shown=index < len(report.shown)) for index, one in enumerate(report.findings)],
        "rule_findings": [
            {
                "rule": one.rule,
                "name": one.name,
                "severity": one.severity.word,
                "path": one.location.path,
                "line": one.location.line,
                "message": one.message,
                "fingerprint": one.fingerprint,
            }
            for one in new_rule_findings(report)
        ],
        "resolved": list(report.resolved),
        "dropped": dict(report.dropped),
        "coverage": {"files": report.changed_files, "hunks": [_coverage(one) for one in report.coverage]},
        "shortfalls": [_shortfall(one) for one in report.shortfalls],
        "rule_errors": [
            {"kind": one.kind.value, "message": one.message, "path": one.path, "rule": one.rule}
            for one in report.rules.errors
        ],
        "spend": _spend(report.spend),
        "redactions": dict(report.redactions),
        "notes": list(report.notes),
    }
    return encode_json(document, indent=2) + "\n"


def _finding(one: ReviewFinding, *, is_shown: bool) -> dict[str, object]:
    suggestion = one.suggestion
    return {
        "id": one.id,
        "origin": one.origin.value,
        "category": one.category,
        "severity": one.severity.word,
        "path": one.path,
        "line": one.line,
        "end_line": one.end_line,
        "symbol": one.symbol,
        "title": one.title,
        "message": one.message,
        "trigger": one.trigger,
        "quote": one.quote,
        "fingerprint": one.fingerprint,
        "standing": one.standing.value,
        "state": one.state.value,
        "shown": is_shown,
        "suggestion": None
        if suggestion is None
        else {"line": suggestion.line, "end_line": suggestion.end_line, "text": suggestion.text},
        "why_no_suggestion": one.why_no_suggestion,
        "corroborated_by": list(one.corroborated_by),
        "model": one.model,
        "request_id": one.request_id,
    }


def _coverage(one: Coverage) -> dict[str, object]:
    return {
        "path": one.path, "hunk": one.hunk, "line": one.line, "fate": one.fate.value, "reason": one.reason,
        "gap": one.is_gap,
    }  # fmt: skip


def _shortfall(one: Shortfall) -> dict[str, object]:
    return {"kind": one.kind, "message": one.message, "unit": one.unit}


def _spend(spend: Spend) -> dict[str, object]:
    plain = {each.name: getattr(spend, each.name) for each in fields(spend)}
    return plain | {"models": list(spend.models)}
