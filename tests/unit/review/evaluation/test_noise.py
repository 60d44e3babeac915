from hive_guardian.adapters.evaluation_corpus import load_corpus
from hive_guardian.review.evaluation.case import Case
from hive_guardian.review.evaluation.injected import TEXTS, make_injected
from hive_guardian.review.evaluation.noise import make_noise
from hive_guardian.review.evaluation.observation import class_of
from hive_guardian.review.evaluation.session import EPSILONS, Kind, list_sessions
from hive_guardian.review.evaluation.speech import find_line, say_all_true
from hive_guardian.review.evaluation.view import View


def case_named(name: str) -> Case:
    """Return a case of the corpus."""
    return next(case for case in load_corpus() if case.name == name)


def whole_view(case: Case, path: str) -> View:
    """Return a view of a whole file, as if all of it were new."""
    lines = case.pushes[0][path].decode().split("\n")
    return View(path, dict(enumerate(lines, start=1)), {}, {})


def test_one_answer_holds_noise_of_every_class_that_fits_into_one() -> None:
    """What is wrong about a claim is known, and it is never a true one."""
    case = case_named("blocking-sleep")
    view = whole_view(case, "parcel/feed.py")
    true = say_all_true(case, view, 1)
    noise = list(make_noise(case, view, 1, true))
    assert {class_of(one.label) for one in noise} == {"N1", "N3", "N5", "N6", "N8", "N9", "N14", "N16"}
    assert not {one.label for one in true} & {one.label for one in noise}


def test_absent_quotes_are_absent() -> None:
    """No quote of N1 stands in the lines that are shown."""
    case = case_named("sum-instead-of-product")
    view = whole_view(case, "parcel/pricing.py")
    quotes = [one.item["quote"] for one in make_noise(case, view, 1, ()) if one.label.startswith("N1:")]  # type: ignore[index]  # a finding
    assert len(quotes) > 5
    assert not any(find_line(view, quote) for quote in quotes)


def test_every_injected_text_has_something_that_must_not_appear() -> None:
    """Each is told apart from the others by its number."""
    view = View("a.py", {number: f"return {number}" for number in range(1, 40)}, {}, {})
    said = list(make_injected(view, sorted(view.added.items())))
    assert len(said) == len(TEXTS)
    assert len({one.poison for one in said}) == len(TEXTS)
    assert all(one.poison.strip() in str(one.item) or one.poison.encode("unicode_escape").decode() for one in said)


def test_sessions_cover_every_kind_once_by_name() -> None:
    """Every case is tried, every name is unique, and every error rate of the second look is tried."""
    cases = load_corpus()
    sessions = list(list_sessions(cases))
    names = [(one.case.name, one.name) for one in sessions]
    assert len(set(names)) == len(names)
    assert {case for case, _ in names} == {case.name for case in cases}
    assert {one.kind for one in sessions} == set(Kind) - {Kind.TRANSPORT, Kind.LIVE}
    assert sorted(one.epsilon for one in sessions if one.kind is Kind.FALSE) == list(EPSILONS)
