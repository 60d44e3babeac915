import pytest

from hive_guardian.project.script_imports import script_imports


@pytest.mark.parametrize(
    ("code", "modules"),
    [
        ("if __name__ == '__main__':\n    import a.b, c\n    from d.e import f\n", {"a", "c", "d"}),
        ("if '__main__' == __name__:\n    import a\n", {"a"}),
        ("import sys\nif __name__ == '__main__' and 'x' not in sys.modules:\n    import a\n", {"a"}),
        ("if __name__ == '__main__':\n    for _ in ():\n        import a\nelse:\n    import b\n", {"a"}),
        ("if __name__ == '__main__' or x:\n    import a\n", set()),
        ("if __name__ != '__main__':\n    import a\n", set()),
        ("import a\ndef f():\n    if __name__ == '__main__':\n        import b\n", set()),
        ("if __name__ == '__main__':\n    from . import a\n", set()),
        ("if __name__ ==\n", set()),
        ("x = " + "(" * 3000 + ")" * 3000, set()),
    ],
)
def test_only_what_a_script_imports_counts(code: str, modules: set[str]) -> None:
    """Imports under the guard, at the top of the file, by the name of their top-level module."""
    assert script_imports("a.py", code.encode()) == modules
