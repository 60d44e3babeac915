from hive_guardian.report.review_preview import render_costs, render_requests


def test_the_policy_is_written_once() -> None:
    """What every request has in common stands at the top, then the data of each, harmless on a terminal."""
    text = render_requests([("a.py", "policy", "one\x1b[2J\tx"), ("b.py", "policy", "two")], ["c.py: denied"])
    assert text.count("policy") == 1
    assert "=== request 2 of 2: b.py ===" in text
    assert "\x1b" not in text
    assert "\tx" in text
    assert "not sent: c.py: denied" in text


def test_costs_are_added_up() -> None:
    """Each unit with its worst case, the sum, and the limits that hold."""
    text = render_costs([("a.py", "m", 1000, 8000, 90_000), ("b.py", "m", 500, 8000, 10_000)], {"review": 1_000_000})
    assert "0.1000  in all" in text
    assert "model: m;" in text
    assert "limit per review: $1.00" in text
