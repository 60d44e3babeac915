from tests.fakes.changes import SHOP, SHOP_AFTER, change_set


def test_files_are_found_by_their_path() -> None:
    """A change knows the files it touches and no others."""
    change = change_set({"shop.py": SHOP, "other.py": SHOP}, {"shop.py": SHOP_AFTER, "other.py": SHOP})
    assert [file.path for file in change.files] == ["shop.py"]
    found = change.find("shop.py")
    assert found is not None
    assert found.hunks[0].header == "@@ -11,4 +11,6 @@"
    assert found.hunks[0].new_span == (11, 16)
    assert change.find("other.py") is None
