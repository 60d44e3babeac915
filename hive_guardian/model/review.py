"""The result of a review: what every reporter of reviews renders."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.report import Report
from hive_guardian.model.severity import Severity


class Verdict(StrEnum):
    """What a review says about a change; nothing that was not read in full is `clean`."""

    CLEAN = "clean"
    FINDINGS = "findings"
    INCONCLUSIVE = "inconclusive"


class Origin(StrEnum):
    """Who says so."""

    AI = "ai"
    HEURISTIC = "heuristic"


class Standing(StrEnum):
    """What a second, independent look said; what it refuted is not reported at all."""

    CERTAIN = "certain"
    CONFIRMED = "confirmed"
    UNSURE = "unsure"
    UNVERIFIED = "unverified"


class State(StrEnum):
    """Whether an earlier run on the same change reported it; late is what it could have, on lines that it read."""

    NEW = "new"
    OPEN = "open"
    LATE = "late"


class Fate(StrEnum):
    """What became of a hunk."""

    FULL = "full"
    PARTIAL = "partial"
    SKIPPED = "skipped"


@frozen
class Coverage:
    """What became of one hunk, or of a file that has none.

    Attributes:
        path: the file.
        hunk: its header, empty for a file without hunks.
        line: 1-based line after the change where it begins, 0 for none.
        fate: how much of it a model read.
        reason: why not all of it; empty when all.
        is_gap: whether what is missing keeps a review from being complete; a picture does not, code does.
    """

    path: str
    hunk: str
    line: int
    fate: Fate
    reason: str = ""
    is_gap: bool = False


@frozen
class Suggestion:
    """Whole lines to put in the place of others; it passed every gate.

    Attributes:
        line: first replaced line, 1-based.
        end_line: last replaced line.
        text: the new lines, without the last line end.
    """

    line: int
    end_line: int
    text: str


@frozen
class ReviewFinding:
    """One place where a review sees a problem. It advises; golden rules decide.

    Attributes:
        id: `AI-<category>` or `HX-<heuristic>`.
        origin: who says so.
        category: what kind of problem.
        severity: as judged by who says so, never above error for a model.
        path: root-relative file, part of the change unless a heuristic points at what the change breaks.
        line: first line after the change, 1-based.
        end_line: last line.
        symbol: dotted name of the enclosing definition, empty at module level.
        title: one line.
        message: what is wrong and what follows from it; redacted.
        trigger: under which circumstances it happens, may be empty.
        quote: the lines it is about, redacted.
        fingerprint: hex identity without line numbers and prose.
        standing: what the second look said.
        state: whether an earlier run reported it.
        suggestion: how to mend it, if that survived every gate.
        why_no_suggestion: which gate the model's replacement failed, empty if there was none or it passed.
        corroborated_by: golden rules that found something at the same place.
        model: who answered, empty for a heuristic.
        request_id: of the remote side, may be empty.
        unit: the part of the change that was sent.
    """

    id: str
    origin: Origin
    category: str
    severity: Severity
    path: str
    line: int
    end_line: int
    symbol: str
    title: str
    message: str
    trigger: str = ""
    quote: str = ""
    fingerprint: str = ""
    standing: Standing = Standing.UNVERIFIED
    state: State = State.NEW
    suggestion: Suggestion | None = None
    why_no_suggestion: str = ""
    corroborated_by: tuple[str, ...] = ()
    model: str = ""
    request_id: str = ""
    unit: str = ""

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        """Order by place, then identity."""
        return (self.path, self.line, self.id, self.fingerprint)


@frozen
class Shortfall:
    """Something that kept a review from being complete.

    Attributes:
        kind: class of the reason, one word or two with a hyphen.
        message: what happened and what to do.
        unit: the part of the change, empty for the whole.
    """

    kind: str
    message: str
    unit: str = ""


@frozen
class Spend:
    """What a review cost.

    Attributes:
        requests: attempts that were made, retries and second looks included.
        reused: answers of earlier runs.
        input_tokens: of all attempts.
        output_tokens: of all attempts, thinking included.
        micro_usd: in millionths of a dollar, rounded up.
        models: model ids that answered, sorted.
    """

    requests: int = 0
    reused: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    models: tuple[str, ...] = ()


@frozen
class ReviewReport:
    """Everything a review found out.

    Attributes:
        version: of this tool.
        base: how a person calls the state before the change.
        head: how a person calls the state after it.
        provider: who was asked; `offline` = nobody.
        ai_ran: whether a model read anything at all.
        verdict: the result.
        shown: findings to show in full, most important first.
        others: the other findings, in the same order.
        resolved: titles of findings of earlier runs that are gone, ordered.
        dropped: reason -> how many claims of models were left out.
        coverage: one entry per hunk, ordered by path and line.
        shortfalls: what kept it from being complete.
        spend: what it cost.
        redactions: kind -> number of secrets that were replaced.
        rules: what the golden rules say about the state after the change; what was there before is marked.
        changed_files: number of files in the change.
        notes: remarks for the person.
        required: whether an inconclusive verdict fails the run.
    """

    version: str
    base: str
    head: str
    provider: str
    ai_ran: bool
    verdict: Verdict
    shown: tuple[ReviewFinding, ...]
    others: tuple[ReviewFinding, ...]
    resolved: tuple[str, ...]
    dropped: Mapping[str, int]
    coverage: tuple[Coverage, ...]
    shortfalls: tuple[Shortfall, ...]
    spend: Spend
    redactions: Mapping[str, int]
    rules: Report
    changed_files: int
    notes: tuple[str, ...] = field(default=())
    required: bool = False

    @property
    def findings(self) -> tuple[ReviewFinding, ...]:
        """All findings, most important first."""
        return (*self.shown, *self.others)
