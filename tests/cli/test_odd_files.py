"""Files as they really occur: odd bytes, odd names, odd shapes."""

import json
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import RunGuardian

_PRINT = b"print(1)\n"


def _check(guardian: RunGuardian, cwd: Path, *arguments: str | Path, code: int) -> dict[str, Any]:
    done = guardian("check", "--format", "json", "--no-cache", *arguments, cwd=cwd)
    assert done.returncode == code, done.stderr
    assert done.stderr == ""
    report: dict[str, Any] = json.loads(done.stdout)
    files = report["summary"]["files"]
    assert files["discovered"] == files["checked"] + files["skipped"]
    return report


def test_a_byte_that_is_no_text_is_named_where_it_stands(guardian: RunGuardian, tmp_path: Path) -> None:
    """The parser counts from somewhere inside the file; the finding says which byte it is, and what it should be."""
    said = {
        "plain.py": (b"s = '\xe9'\n", (1, 6), "byte 0xe9 is not utf-8, and no other encoding is declared"),
        "bom.py": (b"\xef\xbb\xbfx = 1\r\ny = '\xc3\xa9 \xff'\r\n", (2, 8), "byte 0xff is not utf-8, and no other"),
        "late.py": (b"\n" * 9 + b"s = '\xc3'\n", (10, 6), "byte 0xc3 is not utf-8, and no other"),
        "comment.py": (b"x = 1  # \xe9\n", (1, 10), "byte 0xe9 is not utf-8, and no other"),
        "cookie.py": (b"# coding: ascii\ns = '\xe9'\n", (2, 6), "byte 0xe9 is not ascii, which the file declares"),
        "escape.py": (b"s = '\\x1'\n", (1, 10), "(unicode error) 'unicodeescape' codec"),
    }
    for name, (data, _, _) in said.items():
        (tmp_path / name).write_bytes(data)
    report = _check(guardian, tmp_path, code=1)
    for finding in report["findings"]:
        _, place, message = said.pop(finding["path"])
        assert (finding["line"], finding["column"]) == place
        assert finding["message"].startswith(f"does not parse: {message}")
    assert said == {}


def _places(report: dict[str, Any], rule: str) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for finding in report["findings"]:
        if finding["rule"] == rule:
            found.setdefault(finding["path"], []).append((finding["line"], finding["column"]))
    return found


def test_bytes_of_every_kind_are_read_as_python_reads_them(guardian: RunGuardian, tmp_path: Path) -> None:
    """Positions count code points in decoded lines; what Python cannot decode or parse is a finding at its place."""
    readable = {
        "bom.py": (b"\xef\xbb\xbf" + _PRINT, [(1, 1)]),
        "crlf.py": (b"x = 1\r\nif x:\r\n    print(1)\r\n", [(3, 5)]),
        "carriage_return.py": (b"x = 1\rprint(1)\r", [(2, 1)]),
        "form_feed.py": (b"x = 1\n\x0c\nprint(1)\n\x0cprint(2)\n", [(3, 1), (4, 2)]),
        "tabs.py": (b"if True:\n\tprint(1)\n", [(2, 2)]),
        "no_final_newline.py": (b"print(1)", [(1, 1)]),
        "utf8.py": ("s = 'é€😀'; print(1)\n".encode(), [(1, 12)]),
        "cookie.py": ("# coding: latin-1\ns = 'é'; print(1)\n".encode("latin-1"), [(2, 10)]),
        "empty.py": (b"", []),
    }
    broken = {
        "syntax.py": (b"x = 1\ndef f(:\n", 2),
        "nul.py": (b"x = 1\nprint(1)\0\n", 2),
        "no_cookie.py": (b"s = '\xe9'\n", 1),
        "wrong_cookie.py": (b"# coding: ascii\ns = '\xe9'\n", 1),
        "unknown_cookie.py": (b"# coding: klingon\n", 1),
        "no_text_codec.py": (b"# coding: hex\nprint(1)\n", 1),
        "bom_and_cookie.py": (b"\xef\xbb\xbf# coding: latin-1\nprint(1)\n", 1),
        "mixed_tabs.py": (b"if x:\n\tprint(1)\n        print(2)\n", 3),
    }
    for name, (data, _) in (readable | broken).items():
        (tmp_path / name).write_bytes(data)
    report = _check(guardian, tmp_path, code=1)
    assert _places(report, "GR10") == {name: places for name, (_, places) in readable.items() if places}
    unparsed = _places(report, "GR00")
    assert {name for name in unparsed if name not in broken} == set()
    assert {name: [line for line, _ in unparsed[name]] for name in ("syntax.py", "nul.py", "mixed_tabs.py")} == {
        name: [broken[name][1]] for name in ("syntax.py", "nul.py", "mixed_tabs.py")
    }
    assert sorted(unparsed) == sorted(broken)
    assert report["skipped"] == report["errors"] == []


def test_syntax_newer_than_the_interpreter_is_named_as_such(guardian: RunGuardian, tmp_path: Path) -> None:
    """Nobody should search for an error in valid code."""
    (tmp_path / "template.py").write_text("name = 'x'\npage = t'{name}'\n")
    (tmp_path / "lazy.py").write_text("lazy import os\n")
    report = _check(guardian, tmp_path, code=1)
    messages = {finding["path"]: finding["message"] for finding in report["findings"] if finding["rule"] == "GR00"}
    assert "lazy import needs 3.15 or newer" in messages["lazy.py"]
    assert all(f"checked with Python {platform.python_version_tuple()[0]}." in message for message in messages.values())


def test_names_of_every_kind_are_reported_intact(guardian: RunGuardian, tmp_path: Path) -> None:
    """Line feeds, control characters and bytes that are no text: each file is checked and every format stays valid."""
    names = [b"new\nline.py", b"bad\xff.py", b"\x1b[31m.py", b"::error::.py", " ü.py".encode(), b"*[1]?.py", b"b\\n.py"]
    for name in names:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(_PRINT)
    report = _check(guardian, tmp_path, code=1)
    expected = {os.fsdecode(name).replace("\udcff", "\\udcff") for name in names}
    assert set(_places(report, "GR10")) == expected
    for _ in ("cold", "warm"):
        text = guardian("check", "--quiet", cwd=tmp_path)
        assert (text.returncode, text.stderr) == (1, "")
        lines = text.stdout.splitlines()
        assert len(lines) == len(names)
        assert "\x1b" not in text.stdout
        assert not any(line.startswith("::") for line in lines)


def test_links_are_never_followed_in_circles(guardian: RunGuardian, tmp_path: Path) -> None:
    """A file is checked once under its own name; every other entry is skipped with its reason."""
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "real.py").write_bytes(_PRINT)
    (tmp_path / "outside.txt").write_text("x")
    for name, target in {
        "pkg/self": ".", "pkg/up": "..", "pkg/loop.py": "loop.py", "pkg/broken.py": "nowhere.py",
        "pkg/link.py": "real.py", "pkg/dir.py": "../pkg", "far.py": "/etc/hosts",
    }.items():  # fmt: skip
        (tmp_path / name).symlink_to(target)
    os.mkfifo(tmp_path / "pkg" / "pipe.py")
    expected = {
        ("far.py", "symbolic link out of the project"),
        ("pkg/broken.py", "broken symbolic link"),
        ("pkg/link.py", "symbolic link to pkg/real.py"),
        ("pkg/loop.py", "broken symbolic link"),
        ("pkg/pipe.py", "not a regular file"),
    }
    report = _check(guardian, tmp_path, code=1)
    assert _places(report, "GR10") == {"pkg/real.py": [(1, 1)]}
    assert {(item["path"], item["reason"]) for item in report["skipped"]} == expected
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)  # noqa: S607 - the git of the machine
    report = _check(guardian, tmp_path, code=1)
    assert _places(report, "GR10") == {"pkg/real.py": [(1, 1)]}
    assert {(item["path"], item["reason"]) for item in report["skipped"]} <= expected


@pytest.mark.parametrize("named", ["broken.py", "pipe.py"])
def test_a_named_entry_that_is_no_file_is_no_success(guardian: RunGuardian, tmp_path: Path, named: str) -> None:
    """Asked for one thing that cannot be checked, the answer is not green."""
    (tmp_path / "broken.py").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe.py")
    report = _check(guardian, tmp_path, named, code=3)
    assert [error["kind"] for error in report["errors"]] == ["nothing-checked"]


def _nested(depth: int) -> dict[str, str]:
    return {
        "parentheses": f"x = {'(' * depth}1{')' * depth}",
        "brackets": f"x = {'[' * depth}{']' * depth}",
        "unary": f"x = {'-' * depth}1",
        "nots": f"x = {'not ' * depth}1",
        "additions": f"x = {' + '.join(['1'] * depth)}",
        "powers": f"x = {'**'.join(['1'] * depth)}",
        "attributes": f"import os\nx = os{'.path' * depth}",
        "calls": f"x = a{'()' * depth}",
        "methods": f"x = a{'.b()' * depth}",
        "subscripts": f"x = a{'[0]' * depth}",
        "functions": "".join(f"{' ' * level}def f():\n" for level in range(depth)) + " " * depth + "pass",
        "elifs": "if a:\n    pass\n" + "elif a:\n    pass\n" * depth,
        "lambdas": f"x = {'lambda: ' * depth}1",
        "conditionals": f"x = {'1 if a else ' * depth}1",
        "comprehensions": f"x = {'[i for i in ' * depth}[]{']' * depth}",
        "comparisons": f"x = {' < '.join(['a'] * depth)}",
        "awaits": f"async def f():\n    x = {'await ' * depth}1",
    }


@pytest.mark.parametrize("depth", [3000, 2800, 900])
def test_deep_nesting_is_checked_or_skipped_with_a_reason(guardian: RunGuardian, tmp_path: Path, depth: int) -> None:
    """No depth crashes the run; the other files are checked."""
    for name, code in _nested(depth).items():
        (tmp_path / f"{name}.py").write_text(f"{code}\n")
    (tmp_path / "plain.py").write_bytes(_PRINT)
    report = _check(guardian, tmp_path, code=3)
    assert {error["kind"] for error in report["errors"]} == {"too-complex"}
    assert {item["path"] for item in report["skipped"]} == {error["path"] for error in report["errors"]}
    assert all("nested too deeply" in error["message"] for error in report["errors"])
    assert _places(report, "GR10") == {"plain.py": [(1, 1)]}
    assert report["summary"]["files"]["discovered"] == len(_nested(depth)) + 1
    skipped = {Path(item["path"]).stem for item in report["skipped"]}
    assert {"parentheses", "brackets", "functions", "comprehensions"} <= skipped


def test_a_file_of_five_megabytes_is_checked(guardian: RunGuardian, tmp_path: Path) -> None:
    """Size alone is no reason to skip; neither are two million characters in one line."""
    row = "    ('ABCDEFGHIJKLMNOPQRSTUVWXYZ', 12345, 67890),\n"
    (tmp_path / "table.py").write_text(f"TABLE = [\n{row * (5_000_000 // len(row))}]\nprint(1)\n")
    (tmp_path / "wide.py").write_text(f"x = '{'a' * 2_000_000}'; print(1)\n")
    report = _check(guardian, tmp_path, code=1)
    assert set(_places(report, "GR10")) == {"table.py", "wide.py"}
    text = guardian("check", cwd=tmp_path).stdout
    assert max(map(len, text.splitlines())) < 500


def test_text_is_never_taken_for_code(guardian: RunGuardian, tmp_path: Path) -> None:
    """Strings, docstrings, comments, f-string text and names that only look alike give no finding at any level."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "a"\nrequires-python = ">=3.11"\n')
    (tmp_path / "text.py").write_text(
        '"""Never print(x), eval(code) or os.system(cmd); import sys; sys.path.append(p)."""\n\n'
        'NOTE = "print(1); eval(code); exec(code); time.sleep(1); except: pass"\n'
        "# print(2); eval(x); global y; /home/someone/secret\n"
        'PAGE = f"print({NOTE}) eval({NOTE}) subprocess.run(x, shell=True)"\n'
        "RAW = r'''\nprint(3)\nexcept:\n    pass\n'''\n\n\n"
        "class Printer:\n"
        '    """Prints with print()."""\n\n'
        "    def print(self, text: str) -> str:\n"
        '        """Return text; not the built-in print()."""\n'
        "        return self.eval(text)\n\n"
        "    def eval(self, text: str) -> str:\n"
        '        """Return text."""\n'
        "        return text\n\n\n"
        "Printer().print(PAGE + RAW)\n"
    )
    done = guardian("check", "--level", "INFO", "--format", "json", cwd=tmp_path)
    findings = [item for item in json.loads(done.stdout)["findings"] if item["path"] == "text.py" and item["line"] > 1]
    assert findings == [], done.stdout
