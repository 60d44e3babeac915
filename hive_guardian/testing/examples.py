"""Run a rule's own examples."""

from collections.abc import Iterable, Mapping, Sequence

from hive_guardian.model.errors import GuardianError
from hive_guardian.model.finding import Finding
from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.rule import Bad, Example, Good, Rule
from hive_guardian.testing.snippets import check_example, describe, fix_example


@frozen
class ExampleProblem:
    """An example that does not hold.

    Attributes:
        number: position in `examples`, from 1.
        example: the example.
        message: what was expected and what happened.
    """

    number: int
    example: Example
    message: str


def run_examples(rule: type[Rule]) -> list[ExampleProblem]:
    """Run a rule's own examples and return those that do not hold; an empty list is success."""
    return [
        ExampleProblem(number, example, message)
        for number, example in enumerate(rule.examples, 1)
        for message in judge_example(rule, example)
    ]


def judge_example(rule: type[Rule], example: Example) -> Iterable[str]:
    """Yield what is wrong with one example."""
    try:
        findings = check_example(rule, example)
    except GuardianError as error:
        yield f"did not run: {error}"
        return
    except ValueError as error:
        yield f"has options the rule does not accept: {error}"
        return
    if isinstance(example, Good):
        if findings:
            yield f"must be silent, but: {describe(findings)}"
        return
    yield from _judge_bad(example, findings)
    if example.fixed is not None:
        yield from _judge_fixed(rule, example)


def _judge_bad(example: Bad, findings: Sequence[Finding]) -> Iterable[str]:
    if isinstance(example.code, str):
        found: list[tuple[object, ...]] = [(item.location.line, item.location.column) for item in findings]
    else:
        found = [(item.location.path, item.location.line, item.location.column) for item in findings]
    if found != [tuple(place) for place in example.at]:
        yield f"expected findings at {list(example.at)}, found {found}: {describe(findings)}"
    if example.message and not any(example.message in item.message for item in findings):
        yield f"no message contains {example.message!r}: {describe(findings)}"


def _judge_fixed(rule: type[Rule], example: Bad) -> Iterable[str]:
    """Yield what is wrong with what the fixes make of an example."""
    mending = fix_example(rule, example)
    wanted = example.fixed
    if isinstance(wanted, Mapping) and isinstance(mending.code, Mapping):
        wanted = {**(example.code if isinstance(example.code, Mapping) else {}), **wanted}
    if mending.code != wanted:
        reasons = "; ".join(f"{result.status}: {result.reason}" for result in mending.results if result.reason)
        yield f"expected the fixed text {wanted!r}, got {mending.code!r}{f' ({reasons})' if reasons else ''}"
