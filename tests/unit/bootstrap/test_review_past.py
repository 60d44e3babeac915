"""Reviews one after the other, and at once."""

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hive_guardian.adapters.review_lock import take_turn
from hive_guardian.adapters.review_state import REVIEWS_FILE
from hive_guardian.adapters.state_directory import repository_name, state_directory
from hive_guardian.bootstrap.review_past import dismiss, list_open
from hive_guardian.bootstrap.reviewing import preview, review
from hive_guardian.model.errors import UsageError
from hive_guardian.model.review import State, Verdict
from hive_guardian.testing.messages_api import End, MessagesApi, Reply
from tests.fakes.changes import SHOP, SHOP_AFTER
from tests.fakes.repositories import Repository
from tests.fakes.secrets import make_secrets
from tests.unit.bootstrap.test_reviewing import CONFIRM, GOOD, model, repository, request
from tests.unit.review.test_answer import answer

__all__ = ["repository"]
SPAN = "main~1..side"
REFUTE = {"number": 1, "verdict": "refuted", "counter_quote": "        return prices[0]"}
UNSURE = {"number": 1, "verdict": "unsure", "counter_quote": None}


@pytest.fixture(autouse=True)
def side(repository: Repository, api: MessagesApi) -> None:
    """A branch whose defect an earlier review found."""
    repository.git("checkout", "-q", "-b", "side")
    api.script += [model()] * 2
    report, _ = review(request(repository, SPAN))
    assert [one.state for one in report.shown] == [State.NEW]
    api.script.clear()
    api.seen.clear()


def verdict(*judgements: Mapping[str, object]) -> str:
    """Return what a verifier says."""
    return json.dumps({"judgements": list(judgements)})


def roles(api: MessagesApi) -> list[str]:
    """Return who was asked, in order."""
    return ["verifier" if "claims defects" in one.raw else "reviewer" for one in api.seen]


def test_a_finding_whose_line_stands_costs_nothing(repository: Repository, api: MessagesApi) -> None:
    """A commit elsewhere has only its own part read; the finding stays open with its suggestion, at its new line."""
    repository.commit({"other.py": "def f():\n    return 1\n"})
    report, _ = review(request(repository, SPAN))
    assert roles(api) == ["reviewer"]
    assert "other.py" in api.seen[0].raw
    assert [(one.state, one.suggestion is not None) for one in report.shown] == [(State.OPEN, True)]
    api.seen.clear()
    requests, _ = preview(request(repository, SPAN))
    assert requests == ()
    again, _ = review(request(repository, SPAN))
    assert (api.seen, again.ai_ran, again.verdict, len(again.shown)) == ([], True, Verdict.FINDINGS, 1)


def test_a_silent_model_closes_nothing(repository: Repository, api: MessagesApi) -> None:
    """The part changed elsewhere and is read again; that the model does not repeat itself proves nothing."""
    repository.commit({"shop.py": SHOP_AFTER.replace("LIMIT = 3", "LIMIT = 4")})
    report, _ = review(request(repository, SPAN))
    assert roles(api) == ["reviewer"]
    assert ([one.state for one in report.shown], report.resolved) == ([State.OPEN], ())


@pytest.mark.parametrize(
    ("said", "state", "resolved"),
    [
        (verdict(REFUTE), [], "wrong price"),
        (verdict(UNSURE), [], "nobody can say"),
        (CONFIRM, [State.OPEN], ""),
    ],
)
def test_a_second_look_decides_where_the_line_changed(
    said: str, state: list[State], resolved: str, repository: Repository, api: MessagesApi
) -> None:
    """Refuted means fixed, unsure outdated, confirmed open; the words of the finding are what is asked about."""
    repository.commit({"shop.py": SHOP_AFTER.replace("prices[1]", "prices[0]")})
    api.script += [model(answer(), said)] * 4
    report, _ = review(request(repository, SPAN))
    assert roles(api).count("verifier") == 1
    assert [one.state for one in report.findings if one.origin == "ai"] == state
    assert resolved in "".join(report.resolved)
    assert bool(report.resolved) != bool(state)


def test_a_failed_second_look_keeps_the_finding(repository: Repository, api: MessagesApi) -> None:
    """The review is inconclusive, the finding in its table, and the next review asks once more."""
    changed = SHOP_AFTER.replace("prices[1]", "prices[0]")
    repository.commit({"shop.py": changed})
    api.script += [model(answer(), "no idea")] * 6
    report, _ = review(request(repository, SPAN))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert [one.state for one in report.others] == [State.OPEN]
    api.script[:] = [model(answer(), verdict(REFUTE))] * 6
    again, _ = review(request(repository, SPAN))
    assert len(again.resolved) == 1


def test_a_forced_push_of_the_same_content_sends_nothing(repository: Repository, api: MessagesApi) -> None:
    """Contents are compared, not commits."""
    repository.git("commit", "-q", "--amend", "-m", "rewritten")
    report, _ = review(request(repository, SPAN))
    assert (api.seen, [one.state for one in report.shown]) == ([], [State.OPEN])


def test_a_reverted_change_is_fixed(repository: Repository, api: MessagesApi) -> None:
    """Where the branch no longer differs nothing is asked."""
    repository.commit({"shop.py": SHOP, "other.py": "x = 1\n"})
    report, _ = review(request(repository, SPAN))
    assert "verifier" not in roles(api)
    assert len(report.resolved) == 1


def test_a_later_opinion_on_read_lines_goes_to_the_table(repository: Repository, api: MessagesApi) -> None:
    """A model that thinks of something else on lines it has read does not start another round of comments."""
    repository.commit({"shop.py": SHOP_AFTER.replace("LIMIT = 3", "LIMIT = 4")})
    late = GOOD | {"quote": "    return None", "category": "api-contract", "title": "an empty list gives None"}
    api.script += [model(answer(late))] * 4
    report, _ = review(request(repository, SPAN))
    assert [one.state for one in report.shown] == [State.OPEN]
    assert [one.state for one in report.others] == [State.LATE]


def test_what_is_dismissed_is_silent(repository: Repository, api: MessagesApi) -> None:
    """Here and in later reviews of this line of work, and who said why is kept."""
    environ = request(repository).environ
    (found,) = list_open(repository.root, environ)
    for wrong, words in (("ff", "at least 6"), ("0123456", "no open finding")):
        with pytest.raises(UsageError, match=words):
            dismiss(repository.root, environ, wrong, "x")
    assert len(dismiss(repository.root, environ, found.known.fingerprint[:8], "on purpose")) == 1
    assert list_open(repository.root, environ) == []
    repository.commit({"shop.py": SHOP_AFTER.replace("import os", "import os\nimport re")})
    api.script += [model()] * 4
    report, _ = review(request(repository, SPAN))
    assert (report.findings, report.dropped) == ((), {"dismissed": 1})


def test_a_reason_is_kept_without_its_secrets(repository: Repository) -> None:
    """Whatever a person pastes into the reason, no token of it is kept."""
    environ, secret = request(repository).environ, make_secrets()["github"]
    (found,) = list_open(repository.root, environ)
    dismiss(repository.root, environ, found.known.fingerprint, f"{secret} is a test token")
    kept = (Path(environ["HIVE_GUARDIAN_STATE_DIR"]) / REVIEWS_FILE).read_bytes()
    assert (secret.encode() in kept, "⟦SECRET:github:1⟧ is a test token".encode() in kept) == (False, True)


def test_two_reviews_of_one_state_pay_once(repository: Repository, api: MessagesApi) -> None:
    """The second waits for the first, and asks nobody."""
    repository.commit({"other.py": "x = 1\n"})
    gate = threading.Event()
    states: list[Verdict] = []

    def slowly(body: Mapping[str, object]) -> Reply:
        gate.wait(30)
        return model(answer())(body)

    api.script.append(slowly)
    api.arrived.clear()
    ask: Callable[[], None] = lambda: states.append(review(request(repository, SPAN))[0].verdict)  # noqa: E731 - for two threads
    first = threading.Thread(target=ask)
    first.start()
    assert api.arrived.wait(30)
    second = threading.Thread(target=ask)
    second.start()
    gate.set()
    first.join(60)
    second.join(60)
    assert states == [Verdict.FINDINGS] * 2
    assert len(api.seen) == 1


def test_a_newer_state_supersedes_the_review_of_an_older_one(repository: Repository, api: MessagesApi) -> None:
    """The older review ends, inconclusive, says why, and leaves nothing reserved; the newer one is complete."""
    repository.commit({"other.py": "x = 1\n"})
    api.script.append(Reply(end=End.WAITS))
    api.arrived.clear()
    kinds: list[str] = []
    older = threading.Thread(
        target=lambda: kinds.extend(one.kind for one in review(request(repository, SPAN))[0].shortfalls)
    )
    older.start()
    assert api.arrived.wait(30)
    repository.commit({"other.py": "x = 2\n"})
    report, _ = review(request(repository, SPAN))
    older.join(60)
    assert kinds == ["superseded"]
    assert report.verdict is Verdict.FINDINGS
    assert any("superseded" in note for note in report.notes)


def test_a_review_that_is_not_wanted_any_more_asks_nobody(repository: Repository, api: MessagesApi) -> None:
    """Its turn never came: it is inconclusive, says why, shows what stands, and forgets nothing."""
    repository.commit({"other.py": "x = 1\n"})
    asked = request(repository, SPAN)
    base = repository.git("rev-parse", "main~1").strip()
    root, environ = repository.root, asked.environ
    place, key = state_directory(environ) / "review-locks", f"{repository_name(root)}\0range:{base}:side"
    with take_turn(place, key, "another", seconds=0):
        wish = next(path for path in place.iterdir() if path.stat().st_size).with_suffix(".next")
        stop = threading.Event()

        def insist() -> None:
            while not stop.wait(0.01):
                wish.write_text('{"process": 1, "token": "x"}', "ascii")

        newer = threading.Thread(target=insist)
        newer.start()
        report, _ = review(asked)
        stop.set()
        newer.join(30)
    assert (api.seen, report.verdict, len(report.shown)) == ([], Verdict.INCONCLUSIVE, 1)
    assert [one.kind for one in report.shortfalls] == ["superseded"]
    assert len(list_open(root, environ)) == 1


def test_the_memory_does_not_lie_in_the_project(repository: Repository, tmp_path: Path) -> None:
    """A branch that brings files of its own cannot say what was read."""
    assert (tmp_path / "state" / "reviews.sqlite3").exists()
    assert not list(repository.root.rglob("reviews.*"))
