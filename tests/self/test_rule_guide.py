import re
from pathlib import Path
from types import ModuleType

from hive_guardian.testing import check, run_examples

GUIDE = Path(__file__).parents[2] / "rules" / "README.md"


def load_example() -> ModuleType:
    """Return the Python block of the guide as a module; it is our own documentation, not analysed code."""
    block = re.search(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    module = ModuleType("guide")
    exec(compile(block[1], str(GUIDE), "exec"), vars(module))  # noqa: S102 - see the docstring
    return module


def test_the_rule_of_the_guide_keeps_its_own_examples() -> None:
    """What the guide tells a rule author to write works as printed."""
    assert list(run_examples(load_example().ForgottenBreakpoint)) == []


def test_the_rule_of_the_guide_resolves_names() -> None:
    """The rule of the guide finds an aliased call and says what it is."""
    (finding,) = check(load_example().ForgottenBreakpoint, "import pdb as debugger\n\ndebugger.set_trace()\n")
    assert (finding.location.line, finding.message) == (3, "pdb.set_trace stops the program")
