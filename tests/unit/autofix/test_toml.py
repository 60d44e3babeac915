import tomllib

import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.autofix.source_text import apply_edits
from hive_guardian.autofix.toml import edit_toml

KEYS = st.sampled_from(["a", "b", "c"])
VALUES = st.integers(0, 9) | st.sampled_from(["x", "é"]) | st.lists(st.integers(0, 9), max_size=3)


def test_a_removed_text_begins_at_its_own_quote() -> None:
    """The place of what follows it is not inside the edit, nor is its own place outside."""
    (edit,) = edit_toml("a.toml", "d = ['ab', 'cb']\n", lambda document: document["d"].remove("ab"))
    assert (edit.column, edit.end_column, edit.text) == (6, 12, "")


@given(st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES), min_size=1), KEYS, KEYS, VALUES)
def test_edits_give_the_document_that_was_wanted(
    tables: dict[str, dict[str, object]], table: str, key: str, value: object
) -> None:
    """For any document and change, the edited text says what the changed document says and keeps every comment."""
    text = "# top\n" + "".join(
        f"[{name}]  # {name}\n" + "".join(f"{one} = {tomlkit.item(it).as_string()}\n" for one, it in content.items())
        for name, content in tables.items()
    )

    def change(document: tomlkit.TOMLDocument) -> None:
        document.setdefault(table, {})[key] = value

    edits = edit_toml("a.toml", text, change)
    after = apply_edits(text.encode(), edits, is_python=False).decode()
    wanted = {name: dict(content) for name, content in tables.items()}
    wanted.setdefault(table, {})[key] = value
    assert tomllib.loads(after) == wanted
    assert [after.count(f"# {name}\n") for name in ("top", *tables)] == [1] * (len(tables) + 1)
