from hive_guardian.review.neighbours import describe_neighbours
from hive_guardian.review.settings import ContextLevel
from tests.fakes.changes import SHOP, SHOP_AFTER, changed_files
from tests.fakes.facts import file


def test_importers_of_changed_files_are_named() -> None:
    """Who imports a changed module, or a name of it, is told; not at the lean level."""
    files = {one.change.path: one for one in changed_files({"shop.py": SHOP}, {"shop.py": SHOP_AFTER})}
    facts = {
        "shop.py": file("shop.py"),
        "a.py": file("a.py", "from shop import first"),
        "b.py": file("b.py", "import shop"),
        "c.py": file("c.py", "import os"),
    }
    assert describe_neighbours(files, facts, ContextLevel.STANDARD) == {
        "shop.py": ("a.py:1 imports first", "b.py:1 imports the module")
    }
    assert describe_neighbours(files, facts, ContextLevel.LEAN) == {}
