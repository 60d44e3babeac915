import pytest

from hive_guardian.review.health import BreakerPolicy, Circuit, Health, Monitor


def _failing(calls: int, failures: int) -> Monitor:
    monitor = Monitor()
    for index in range(calls):
        if index < calls - failures:
            monitor.record_answer(1.0)
        else:
            monitor.record_failure(100.0)
    return monitor


@pytest.mark.parametrize(
    ("calls", "failures", "circuit"),
    [(4, 4, Circuit.CLOSED), (5, 5, Circuit.OPEN), (10, 4, Circuit.CLOSED), (10, 5, Circuit.OPEN)],
)
def test_enough_failures_open_the_breaker(calls: int, failures: int, circuit: Circuit) -> None:
    """Half of at least five calls must have failed."""
    assert _failing(calls, failures).circuit(101.0) is circuit


def test_an_open_breaker_admits_one_try_after_a_while() -> None:
    """Nothing passes for 30 seconds, then one call, whose outcome decides."""
    monitor = _failing(5, 5)
    assert not monitor.admits(129.9)
    assert monitor.admits(130.0)
    assert not monitor.admits(130.0)
    monitor.record_failure(131.0)
    assert not monitor.admits(160.9)
    assert monitor.admits(161.0)
    monitor.record_answer(2.0)
    assert monitor.circuit(161.0) is Circuit.CLOSED
    assert monitor.admits(161.0)
    assert monitor.admits(161.0)


def test_a_try_that_told_nothing_leaves_room_for_another() -> None:
    """A cancelled call must not keep the breaker half-open for ever."""
    monitor = _failing(5, 5)
    assert monitor.admits(130.0)
    monitor.give_up_try()
    assert monitor.admits(130.0)


def test_old_calls_are_forgotten() -> None:
    """Only the window counts: a bad start does not condemn a model that recovered."""
    monitor = Monitor(BreakerPolicy(window=5, least_calls=5))
    for _ in range(2):
        monitor.record_failure(0.0)
    for _ in range(5):
        monitor.record_answer(1.0)
    assert monitor.health(0.0).error_rate == 0.0


def test_health_is_told_in_figures() -> None:
    """Error rate over the calls, p95 over the answers."""
    monitor = Monitor()
    assert monitor.health(0.0) == Health(Circuit.CLOSED, 0, 0.0, None)
    for second in range(1, 20):
        monitor.record_answer(float(second))
    monitor.record_failure(0.0)
    assert monitor.health(0.0) == Health(Circuit.CLOSED, 20, 0.05, 19.0)
