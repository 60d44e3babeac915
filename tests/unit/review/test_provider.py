from dataclasses import replace

import pytest

from hive_guardian.review.provider import Block, Keep, ModelRequest, Role

REQUEST = ModelRequest(
    Role.REVIEWER, (Block("policy", Keep.HOUR),), (Block("ab12 data ab12"),), {"type": "object"}, "1", 100, fence="ab12"
)


def test_the_fence_is_no_part_of_the_identity() -> None:
    """The same question with another random fence has the same digest, so that an earlier answer is found again."""
    other = replace(REQUEST, user=(Block("ff00 data ff00"),), fence="ff00")
    assert other.digest == REQUEST.digest


@pytest.mark.parametrize(
    "other",
    [
        replace(REQUEST, role=Role.VERIFIER),
        replace(REQUEST, system=(Block("other", Keep.HOUR),)),
        replace(REQUEST, system=(Block("policy"),)),
        replace(REQUEST, user=(Block("ab12 date ab12"),)),
        replace(REQUEST, schema={"type": "array"}),
        replace(REQUEST, prompt_version="2"),
        replace(REQUEST, max_output_tokens=101),
    ],
)
def test_whatever_is_sent_is_part_of_the_identity(other: ModelRequest) -> None:
    """A request that differs in anything a model sees has another digest."""
    assert other.digest != REQUEST.digest


def test_the_name_of_the_unit_is_not_sent() -> None:
    """What a request is called in reports does not matter to its identity."""
    assert replace(REQUEST, unit="a.py#2").digest == REQUEST.digest
