"""GR33: address or host of one environment in the source."""

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from ipaddress import ip_address, ip_network
from typing import ClassVar

from hive_guardian import (
    Bad,
    Check,
    Document,
    Field,
    FileContext,
    FileRule,
    Finding,
    FixClass,
    Good,
    Overlay,
    RuleOptions,
    Severity,
    State,
    StringConstant,
    on,
    suggest,
)

_URL_HOST = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/@\s]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?=[:/?#]|$)")
_BARE_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f:]*:[0-9A-Fa-f:]+|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(:\d+)?/?")
_MAYBE_ADDRESS = re.compile(rb"1(?:0|72|92)\.\d|[fF][cCdD][0-9A-Fa-f]{2}:")
_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
_NO_ADDRESS_NAME = re.compile(r"version|oid(?![a-z])|oids|release|revision", re.IGNORECASE)
_HOST_NAME = re.compile(
    r"(?:host|server|addr|address|endpoint|url|uri|domain|broker|proxy|gateway|dns|peer|node|ip)s?\d*$|^(?:db|hosts?)_",
    re.IGNORECASE,
)
_FIXED_HOSTS = frozenset(
    {"metadata.google.internal", "host.docker.internal", "gateway.docker.internal", "kubernetes.docker.internal"}
    | {"host.containers.internal", "host.lima.internal", "host.minikube.internal"},
)
"""Names that a product gives the machine below: they are the same in every environment."""


class EnvironmentLiteral(FileRule):
    """Address or host of one environment in the source.

    What: A string that is, or is a URL whose host is, a private IP address, a name under an internal top-level domain,
    or a match of a configured pattern.

    Why: The next environment has other addresses.

    Not a finding: Loopback, unspecified, link-local, multicast and documentation addresses, networks (`10.0.0.0/8`),
    what is handed to `ipaddress` or compared, version numbers and OIDs, the config layer, defaults of environment
    lookups, tests, examples, docstrings, service names without a dot, names that a product fixes
    (`metadata.google.internal`, `host.docker.internal`), dotted names that are bound to nothing that says host.

    Fix: Make it a setting.

    When to suppress: An address that a standard or a product fixes; better list it in `allow-values`.

    Source: golden rule 33 of the predecessor.
    """

    code, name, title = "GR33", "environment-literal", "No Hardcoded Environment Values"
    severity = Severity.ERROR
    tags = ("configuration", "portability")
    state = State.OPT_IN
    fix = FixClass.SUGGESTION
    checks = (
        Check("address", Severity.ERROR, "a private IP address"),
        Check("host", Severity.WARNING, "a name under an internal top-level domain"),
        Check("pattern", Severity.ERROR, "a match of a configured pattern"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        patterns: dict[str, re.Pattern[str]] = Field(
            default_factory=dict,
            description="name for the message -> regular expression that matches a whole value or a URL's host",
        )
        internal_tlds: tuple[str, ...] = Field(
            default=("internal", "corp", "intra", "lan"), description="top-level domains of internal networks"
        )
        allow_values: tuple[str, ...] = Field(default=(), description="values or hosts that are fine")

    options: Options

    @cached_property
    def _domains(self) -> tuple[bytes, ...]:
        return tuple(f".{name.lower()}".encode() for name in self.options.internal_tlds)

    @on(Document)
    def check_strings(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report the constants that name one environment."""
        if Overlay.CONFIG in ctx.file.overlays:
            return
        if (
            not self.options.patterns
            and not any(domain in document.lowered for domain in self._domains)
            and not _MAYBE_ADDRESS.search(document.data)
        ):
            return
        for value, constant in document.strings.values:
            host = _host(value)
            if self._judge(value, host, "host") is None:
                continue
            string = document.strings.describe(constant)
            judged = self._judge(value, host, string.name)
            if judged is None or value in self.options.allow_values or host in self.options.allow_values:
                continue
            if _is_elsewhere(string) or (judged[0] == "address" and _is_no_address(string, document)):
                continue
            check, why = judged
            yield ctx.finding(
                string.node,
                f"`{host or value}` names one environment ({why}); make it a setting",
                check=check,
                fix=suggest("read it from a setting"),
            )

    def _judge(self, value: str, host: str, name: str) -> tuple[str, str] | None:
        """Return (check, why) for a value that names one environment."""
        for label, pattern in self.options.patterns.items():
            if pattern.fullmatch(value) or (host and pattern.fullmatch(host)):
                return "pattern", label
        if not host:
            return None
        if _is_private(host):
            return "address", "private address"
        domain = host.rpartition(".")[2].lower()
        is_named = host != value or _HOST_NAME.search(name) is not None
        if "." in host and domain in self.options.internal_tlds and is_named and host.lower() not in _FIXED_HOSTS:
            return "host", f"internal domain .{domain}"
        return None

    examples: ClassVar = (
        Bad('HOST = "10.0.3.7"\n', at=[(1, 8)], message="private address"),
        Bad('url = "http://db.corp:5432"\n', at=[(1, 7)], message="`db.corp`"),
        Bad('connect("192.168.1.20:6379")\n', at=[(1, 9)]),
        Bad('def f(port):\n    return f"https://172.16.0.9:{port}/x"\n', at=[(2, 12)]),
        Bad('PEER = "fd12:3456:789a::1"\nX = "http://[fd12:3456:789a::1]/"\n', at=[(1, 8), (2, 5)]),
        Bad('CONF = {"db_host": "db1.prod.internal"}\n', at=[(1, 20)]),
        Bad('DSN = "postgres://bob@pg.lan/app"\n', at=[(1, 7)]),
        Bad('X = "deploy7"\n', at=[(1, 5)], options={"patterns": {"deploy user": "deploy\\d"}}, message="deploy user"),
        Bad('U = "ssh://build9/x"\n', at=[(1, 5)], options={"patterns": {"build server": "build\\d"}}),
        Bad('HOST = "db.acme"\n', at=[(1, 8)], options={"internal-tlds": ["acme"]}),
        Good('A = "127.0.0.1"\nB = "0.0.0.0"\nC = "169.254.1.1"\nD = "224.0.0.1"\nE = "192.0.2.7"\nF = "localhost"\n'),
        Good('from ipaddress import ip_network as n, ip_address\nX = n("10.0.0.0/8")\nY = ip_address("10.0.0.1")\n'),
        Good('def f(ip):\n    return ip == "10.0.0.1" or ip.startswith("10.") or ip in ("192.168.0.1",)\n'),
        Good('VERSION = "10.0.3.7"\nV = Version("10.0.3.7")\nOID = "10.0.3.7"\nX = "10.0.3.7.1"\nY = "10.0.3"\n'),
        Good('HOST = "10.0.3.7"\n', path="pkg/settings.py"),
        Good('HOST = "10.0.3.7"\n', path="tests/test_x.py"),
        Good('import os\nHOST = os.getenv("HOST", "10.0.3.7")\nX = os.environ.get("X") or "http://db.corp"\n'),
        Good('"""10.0.3.7"""\nSERVICE = "db"\nGLOB = "*.corp"\nMODULE = "acme.internal"\nU = "http://redis:6379"\n'),
        Good('HOST = "10.0.3.7"\nURL = "http://db.corp/x"\n', options={"allow-values": ["10.0." + "3.7", "db.corp"]}),
        Good('META_HOST = "metadata.google.internal"\nU = "http://host.docker.internal:11434/api"\n'),
        Bad('META_HOST = "metadata.acme.internal"\n', at=[(1, 13)]),
        Good('SITE_URL = "https://corp.example.com"\nDNS = "8.8.8.8"\n'),
    )


def _host(value: str) -> str:
    """Return the host a value is, or whose URL it is; an empty string for other texts."""
    found = _URL_HOST.match(value) or _BARE_HOST.fullmatch(value)
    return found[1].strip("[]") if found is not None else ""


def _is_private(host: str) -> bool:
    if not (host[0].isdigit() or ":" in host):
        return False
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in _PRIVATE if network.version == address.version)


def _is_elsewhere(string: StringConstant) -> bool:
    """Whether a constant stands where an environment may be named, or does not name one."""
    return (
        not string.is_head
        or string.is_statement
        or string.is_prose
        or string.is_regex
        or string.is_lookup_default
        or isinstance(string.binder, ast.Compare)
    )


def _is_no_address(string: StringConstant, document: Document) -> bool:
    """Whether four numbers are a version or an OID, or an address only to be classified."""
    if _NO_ADDRESS_NAME.search(string.name):
        return True
    if string.call is None:
        return False
    func = string.call.func
    written = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return _NO_ADDRESS_NAME.search(written) is not None or document.resolve(func).may_be(
        lambda name: name.startswith(("ipaddress.", "packaging."))
    )
