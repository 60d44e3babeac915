import ast

from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.autofix.source_text import apply_edits
from hive_guardian.autofix.statements import remove_statement
from hive_guardian.source.document import Document

LINE = st.sampled_from(["a()", "b = 1; c = 2", "d(\n    1,\n)", "'''x\ny'''", "# note", "", "e()  # why"])


@given(st.lists(LINE, min_size=1, max_size=6), st.booleans(), st.data())
def test_removing_a_statement_removes_it_and_nothing_else(lines: list[str], end: object, data: st.DataObject) -> None:
    """For any module, every other statement and every comment is still there."""
    text = "\n".join(lines) + ("\n" if end else "")
    document = Document("a.py", text.encode(), ast.parse(text))
    if not document.tree.body:
        return
    number = data.draw(st.integers(0, len(document.tree.body) - 1))
    after = apply_edits(text.encode(), [remove_statement(document, document.tree.body[number])]).decode()
    kept = [ast.dump(one) for at, one in enumerate(document.tree.body) if at != number]
    assert [ast.dump(one) for one in ast.parse(after).body] == kept
    assert after.count("# note") == text.count("# note")
    assert after.count("# why") == text.count("# why")
