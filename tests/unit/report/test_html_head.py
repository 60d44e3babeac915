import re
from base64 import b64decode
from hashlib import sha256

import pytest

from hive_guardian.report.html_head import draw_head, read_asset


@pytest.mark.parametrize("script", ["", "run()"])
def test_only_this_style_and_script_may_act(script: str) -> None:
    """The policy names them by their digest, and everything else by nothing."""
    head = "\n".join(draw_head("a < b", "p { margin: 0 }", script))
    assert "<title>a &lt; b - hive-guardian</title>" in head
    assert "default-src 'none'" in head
    digests = [b64decode(found) for found in re.findall(r"'sha256-([^']+)'", head)]
    assert digests == [sha256(text.encode()).digest() for text in ("p { margin: 0 }", script) if text]
    assert ("script-src 'none'" in head) == (not script)


def test_assets_ship_with_the_package() -> None:
    """The styles of the pages are found wherever the package lies."""
    assert ":root" in read_asset("page.css")
    assert ".debts" in read_asset("debt.css")
