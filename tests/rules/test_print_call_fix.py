import contextlib
import io
import logging
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from hive_guardian.model.fix_report import FixStatus
from hive_guardian.testing import fix
from hive_guardian_rules.observability.print_call import PrintCall

_VALUES = {
    "number": 7,
    "pair": (1, "x"),
    "table": {"a": 1},
    "text": "50% {a} %s",
    "nothing": None,
    "rows": [1.5],
    "e": {},
}
_BODY = st.text(alphabet="ab%s{}'\"\\né ☃\t#,(", max_size=6)
_NOTATIONS = ("'", '"', "'''", '"""')


@st.composite
def literals(draw: st.DrawFn) -> str:
    """A string in any notation, maybe in several pieces with a comment between them."""
    pieces = []
    for _ in range(draw(st.integers(1, 2))):
        body, quote = draw(_BODY), draw(st.sampled_from(_NOTATIONS))
        if draw(st.booleans()):
            plain = "".join(letter for letter in body if letter not in "'\"\\\n")
            pieces.append(f"{draw(st.sampled_from(['r', 'R', 'u', '']))}{quote}{plain}{quote}")
        else:
            pieces.append(f"{quote}{repr(body)[1:-1].replace(quote[0], chr(92) + quote[0])}{quote}")
    return draw(st.sampled_from([" ", "  # 5% of it\n        "])).join(pieces) if len(pieces) > 1 else pieces[0]


def is_expression(text: str) -> bool:
    """Whether Python reads it."""
    try:
        compile(f"({text})", "<test>", "eval")
    except SyntaxError:
        return False
    return True


arguments = st.one_of(
    literals().filter(is_expression),
    st.sampled_from([*_VALUES, "f'{number!r:>4}%'", "len(text)", "(text)", "number + 1", "b'x'", "3", "(1, 2)"]),
    st.sampled_from(
        [
            "'%s of %d%%' % (text, number)",
            '"%5.1f" % (rows[0],)',
            "'a %s' % len(pair)",
            "'%s%%' % number",
            "'%5.1f of %%' % rows[0]",
            "'%r!' % table",
            "'%s' % (e)",
            "'%s' % (e or 3)",
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(arguments, min_size=1, max_size=4), st.sampled_from([", ", ",\n        "]), st.sampled_from(["", ","]))
def test_the_log_says_what_was_printed(given_arguments: list[str], comma: str, last: str) -> None:
    """For any arguments, the message of the logging call is the printed line; or the fix is refused."""
    call = f"print({comma.join(given_arguments)}{last})"
    code = f"def f():\n    {call}\n"
    mending = fix(PrintCall, code)
    assert isinstance(mending.code, str)
    if mending.code == code:
        assert [item.status for item in mending.results] in ([], [FixStatus.REFUSED])
        return
    assert logged(mending.code) == printed(code)


def printed(code: str) -> str:
    """What a function prints, without the end of the line."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run(code)
    return out.getvalue().removesuffix("\n")


def logged(code: str) -> str:
    """What a function logs."""
    messages: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]  # shorter than a class
    logger = logging.getLogger("generated")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.INFO)
    run(code)
    (message,) = messages
    return message


def run(code: str) -> None:
    """Call the function."""
    names: dict[str, Any] = {**_VALUES, "__name__": "generated"}
    # guardian: allow[GR15] the code was generated above
    exec(code, names)  # noqa: S102 - as above
    names["f"]()
