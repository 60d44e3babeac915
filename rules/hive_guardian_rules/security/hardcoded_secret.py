"""GR30: secret in the source."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256
from typing import ClassVar, Literal, NamedTuple

from hive_guardian import (
    ALL_ROLES,
    Bad,
    Check,
    Confidence,
    Document,
    Field,
    FileContext,
    FileRule,
    Finding,
    FixClass,
    Good,
    Overlay,
    Role,
    RuleOptions,
    Severity,
    on,
    redact,
    suggest,
)
from hive_guardian_rules.security._hardcoded_secret_places import (
    Binding,
    is_schema_example,
    secret_defaults,
    secret_places,
)
from hive_guardian_rules.security._hardcoded_secret_table import (
    CONNECTION_SCHEMES,
    DOCUMENTED,
    PLACEHOLDERS,
    SHORTEST_TOKEN,
    TOKEN_HEADS,
    TOKEN_HINTS,
    TOKENS,
)
from hive_guardian_rules.security._hardcoded_secret_words import (
    BANDIT_NAMES,
    NAME_HINTS,
    is_secret_value,
    kind_of_secret,
)

_USERINFO = re.compile(
    r"\b[A-Za-z][A-Za-z0-9+.-]*://(?P<user>[^/\s:@\"'{}%$<]*):(?P<password>[^/\s]+)@(?P<host>[^/\s:?#@]*)"
)
_HAS_URL = re.compile("://")
"""Passes over a text in 0.6 of the time of `in`, because colons are rare."""
_SHORTEST_URL = len("://h")
_MAYBE_USERINFO = re.compile("://[^/@]{0,300}?:[^/@]{0,300}?@")
_PASSWORD_WORDS = re.compile(
    r"(?:my)?(?:pass(?:word|wd)?|pwd|pw|secret|token|user(?:name)?)|[*x.]+|[:$%{<].*", re.IGNORECASE
)
_ESCAPED = re.compile("%[0-9A-Fa-f]{2}")
_LOCAL_HOST = re.compile(
    r"[^.]*|127\.[\d.]+|10\.[\d.]+|.*\.(?:local|localhost|test|example|invalid|internal)|(?:.*\.)?example\.(?:com|org|net)"
)
_MEMORY = re.compile(r"sqlite(?:\+\w+)?://(?:/?:memory:.*|/?)", re.IGNORECASE)
_FEWEST = 3
_REPETITION = 4
_KEY_LENGTH = 200


class _Secret(NamedTuple):
    """A literal that should not stand here: what it is called, where to point, and the text to keep from view."""

    check: str
    name: str
    node: ast.AST
    value: str
    confidence: Confidence = Confidence.HIGH


class HardcodedSecret(FileRule):
    """Secret in the source.

    What: A string in the format of a provider's token or private key, a URL with a password, a literal bound to a name
    that promises a secret (assignment, attribute, key, keyword, default, comparison), a literal fallback of the
    environment lookup for one, a literal connection URL outside the config layer.

    Why: A secret in the source is public to everybody who reads it, for ever; configuration in the source is a rebuild.

    Not a finding: Placeholders, empty and short values, sentences, identifiers, paths, header names, URLs without
    userinfo, format strings, names in which the word only qualifies (`token_url`, `max_tokens`) or is what something
    is done with (`update_password`), enumerations, examples of vendors' documentation, what a schema shows as an
    example (`Field(examples=[...])`), `:memory:`, lookups without a default; names, defaults and connection URLs
    outside production code; local hosts in the URLs of tests.

    Fix: Read it from the environment, in the config layer where there is one, and rotate what was committed.

    When to suppress: A published test key; list its SHA-256 digest in `allow-values`.

    Differs: ruff S105, S106 and S107 are the check `named` with `names = "bandit"`, at the same positions; dict keys,
    tokens, URLs and lookup defaults are ours.

    Source: golden rule 30 of the seed; CWE-798.
    """

    code, name, title = "GR30", "hardcoded-secret", "Environment Variables"
    severity = Severity.CRITICAL
    tags = ("security", "cwe-798")
    roles = ALL_ROLES
    fix = FixClass.SUGGESTION
    security_severity = 8.0
    checks = (
        Check("token", Severity.CRITICAL, "the token or private key of a known provider; in every role"),
        Check("dsn", Severity.CRITICAL, "a URL with a password"),
        Check("named", Severity.ERROR, "a literal bound to a secret-like name", confidence=Confidence.MEDIUM),
        Check("default", Severity.ERROR, "a literal fallback for a secret-like environment lookup"),
        Check("literal-config", Severity.WARNING, "a literal connection URL outside the config layer"),
    )

    class Options(RuleOptions):
        """Options of this rule."""

        names: Literal["extended", "bandit"] | re.Pattern[str] = Field(
            default="extended",
            description="secret-like names: `extended`, `bandit` (its raw words, no exclusion but the empty string), "
            "or a regular expression to find in the name",
        )
        token_patterns: dict[str, re.Pattern[str]] = Field(
            default_factory=dict, description="provider -> regular expression of its tokens, besides the built-in ones"
        )
        placeholders: tuple[re.Pattern[str], ...] = Field(
            default=tuple(map(re.compile, PLACEHOLDERS)),
            description="values that stand for a secret; each matches the whole value, case does not count",
        )
        min_length: int = Field(default=6, ge=1, description="characters from which a value can be a secret")
        connection_schemes: tuple[str, ...] = Field(
            default=CONNECTION_SCHEMES, description="schemes of connection URLs, `*` for any rest"
        )
        allow_values: tuple[str, ...] = Field(
            default=(), description="SHA-256 digests (hex) of values that are fine; never the values"
        )

    options: Options

    @cached_property
    def _placeholders(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(item.pattern, re.IGNORECASE | re.DOTALL) for item in self.options.placeholders)

    @cached_property
    def _tokens(self) -> Mapping[str, re.Pattern[str]]:
        known = {label: re.compile(pattern) for label, pattern in TOKENS.items()}
        return {**known, **self.options.token_patterns}

    @cached_property
    def _any_token(self) -> re.Pattern[str]:
        """All of them at once, to pass over most strings with one search."""
        return re.compile("|".join(TOKENS.values()))

    @cached_property
    def _connection(self) -> re.Pattern[str]:
        schemes = "|".join(
            r"[\w+.-]*".join(map(re.escape, scheme.split("*"))) for scheme in self.options.connection_schemes
        )
        return re.compile(rf"(?:{schemes})://\S", re.IGNORECASE)

    @on(Document)
    def check_strings(self, document: Document, ctx: FileContext) -> Iterator[Finding]:
        """Report each secret once, by the surest of the checks."""
        seen: set[ast.AST] = set()
        for constant, secret in self._secrets(document, ctx):
            if constant not in seen and ctx.wants(secret.check) and not self._is_allowed(secret.value):
                seen.add(constant)
                yield _finding(secret, ctx)

    def _secrets(self, document: Document, ctx: FileContext) -> Iterator[tuple[ast.AST, _Secret]]:
        """Yield (constant, secret), the surest checks first."""
        text = document.strings.joined(_SHORTEST_URL)
        if self.options.token_patterns or _may_hold_token(text):
            yield from self._find_tokens(document)
        has_url = _HAS_URL.search(text) is not None
        if has_url and _MAYBE_USERINFO.search(text):
            yield from self._find_dsns(document, ctx)
        if ctx.file.role is not Role.PROD and self.options.roles is None:
            return
        is_extended = self.options.names == "extended"
        if not is_extended or any(hint.search(document.lowered) for hint in NAME_HINTS):
            yield from self._find_defaults(document)
            yield from self._find_named(document)
        if has_url and Overlay.CONFIG not in ctx.file.overlays:
            yield from self._find_connections(document)

    def _find_tokens(self, document: Document) -> Iterator[tuple[ast.AST, _Secret]]:
        custom = self.options.token_patterns
        for value, constant in document.strings.values:
            if not custom and (len(value) < SHORTEST_TOKEN or self._any_token.search(value) is None):
                continue
            for label, pattern in self._tokens.items():
                found = pattern.search(value)
                if found is not None and not _is_documented(found[0]):
                    yield constant, _Secret("token", label, document.strings.describe(constant).node, found[0])
                    break

    def _find_dsns(self, document: Document, ctx: FileContext) -> Iterator[tuple[ast.AST, _Secret]]:
        for string in document.strings.matching(_USERINFO):
            found = _USERINFO.search(string.constant.value) if isinstance(string.constant.value, str) else None
            if found is None or string.is_statement or string.is_regex or string.is_prose:
                continue
            password, is_local = found["password"], _LOCAL_HOST.fullmatch(found["host"]) is not None
            if _is_made_of_words(password) or any(item.fullmatch(password) for item in self._placeholders):
                continue
            is_prod = ctx.file.role is Role.PROD
            if (is_local and not is_prod) or len(password) < (_FEWEST if is_prod else self.options.min_length):
                continue
            confidence = Confidence.MEDIUM if is_local or password == found["user"] else Confidence.HIGH
            name = f"`{string.name}`" if string.name and "://" not in string.name else "URL"
            yield string.constant, _Secret("dsn", name, string.node, password, confidence)

    def _find_named(self, document: Document) -> Iterator[tuple[ast.AST, _Secret]]:
        is_extended = self.options.names == "extended"
        for place in secret_places(document, self._promises_secret):
            if self._can_be_secret(place) and not (is_extended and is_schema_example(place.constant, document)):
                yield place.constant, _Secret("named", f"`{place.name}`", place.node, place.value)

    def _find_defaults(self, document: Document) -> Iterator[tuple[ast.AST, _Secret]]:
        for place in secret_defaults(document, self._promises_secret):
            if self._can_be_secret(place):
                name = f"the default of `{place.name}`"
                yield place.constant, _Secret("default", name, place.node, place.value)

    def _find_connections(self, document: Document) -> Iterator[tuple[ast.AST, _Secret]]:
        for value, constant in document.strings.values:
            if value.count("://") != 1 or "{" in value or not self._connection.match(value) or _MEMORY.fullmatch(value):
                continue
            string = document.strings.describe(constant)
            is_bound = bool(string.name) and not isinstance(string.binder, ast.Compare)
            if is_bound and string.is_head and string.is_whole and not (string.is_lookup_default or string.is_prose):
                yield constant, _Secret("literal-config", f"`{string.name}`", string.node, value)

    def _promises_secret(self, name: str) -> bool:
        names = self.options.names
        if isinstance(names, re.Pattern):
            return names.search(name) is not None
        return bool(kind_of_secret(name)) if names == "extended" else BANDIT_NAMES.search(name) is not None

    def _can_be_secret(self, place: Binding) -> bool:
        if self.options.names == "bandit":
            return bool(place.value)
        return not place.is_enumerated and is_secret_value(
            place.value, place.name, placeholders=self._placeholders, min_length=self.options.min_length
        )

    def _is_allowed(self, value: str) -> bool:
        allowed = self.options.allow_values
        return bool(allowed) and sha256(value.encode("utf-8", "surrogatepass")).hexdigest() in allowed

    examples: ClassVar = (
        Bad(
            'API_KEY = "sk-" "1234567890abcdef"\n', at=[(1, 11)], message="`API_KEY` holds a literal secret (sk-***, 19"
        ),
        Bad('connect(password="hunter22")\n', at=[(1, 9)], message="(***, 8 characters)"),
        Bad('DATABASE_URL = "sqlite:///C:/git/hive/data/hive.db"\n', at=[(1, 16)], message="connection URL"),
        Bad('URL = "postgres://bob:' + 's3cr3t@db.acme.io/app"\n', at=[(1, 7)], message="(***, 6 characters)"),
        Bad('import os\nT = os.getenv("API_TOKEN", "a1b2c3d4")\n', at=[(2, 28)], message="default of `API_TOKEN`"),
        Bad('from os import environ as e\nP = e.get("DB_PASSWORD") or "hunter22"\n', at=[(2, 29)]),
        Bad('class A:\n    def f(self):\n        self.client_secret = "q7Zp0LmN"\n', at=[(3, 30)]),
        Bad('def f(password="hunter22", *, dbPassword: str = "hunter23"): ...\n', at=[(1, 16), (1, 49)]),
        Bad('CONF = {"password": "hunter22", "user": "bob"}\n', at=[(1, 21)]),
        Bad('conf["password"] = "hunter22"\n', at=[(1, 20)]),
        Bad('def f(p):\n    return p.password == "hunter22"\n', at=[(2, 26)]),
        Bad('user, password = "bob", "hunter22"\nPGPASSWORD_1: str = "hunter22"\n', at=[(1, 25), (2, 21)]),
        Bad('X = "AKIA' + 'Q7PLN3WXZK5RTVBD"\n', at=[(1, 5)], message="AWS access key", path="tests/test_x.py"),
        Bad('h("Bearer ghp' + '_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6")\n', at=[(1, 3)], message="GitHub token"),
        Bad(
            'X = """-----BEGIN RSA PRIVATE ' + 'KEY-----\nMIIEowIBAAKCAQEAx7Zp0LmNq8RtVbDw3KcYhJ5sTq9Xe2Wf\n"""\n',
            at=[(1, 5)],
            message="private key",
        ),
        Bad('x = "tok_" "91f0c2"\n', at=[(1, 5)], options={"token-patterns": {"Acme": "tok_[0-9a-f]{6}"}}),
        Bad('pin_code = "914312"\n', at=[(1, 12)], options={"names": "pin"}),
        Bad('token_url = "x"\n', at=[(1, 13)], options={"names": "bandit"}),
        Bad('q = "nats://queue/x"\n', at=[(1, 5)], options={"connection-schemes": ["nats"]}),
        Bad('password = "abc"\n', at=[(1, 12)], options={"min-length": 3}),
        Good('import os\nAPI_KEY = os.getenv("API_KEY")\nTOKEN = os.environ["TOKEN"]\n'),
        Good('TOKEN_URL = "https://id.example/token"\nPASSWORD_FIELD = "hunter22x"\nMAX_TOKENS = "100000"\n'),
        Good(
            'update_password = "always"\nif self.update_password == "on_create": ...\ncheck(reset_password="monthly")\n'
        ),
        Good('SECRET_NAME = "prod/db1/main"\nPWD_FILE = "/run/x1"\nTOKEN_TTL = "3600sec"\nKEY_ID = "a1b2c3d4"\n'),
        Good('PASSWORD = ""\nAPI_KEY = "changeme"\nSECRET = "<your secret>"\nTOKEN = "${TOKEN}"\nPWD = "{{ pwd }}"\n'),
        Good('API_KEY = "your-api-key-1"\nACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"\npassword = "********"\n'),
        Good('TOKEN = "token"\ntoken_type = "bearer"\nAPI_TOKEN = "API_TOKEN"\nAUTH_TOKEN = "X-Auth-Token"\n'),
        Good('password = "Enter your password: "\nSECRET = "conf/secret1.yaml"\ntoken = "endblock"\n'),
        Good('from enum import Enum\nclass Kind(Enum):\n    PASSWORD = "passw0rd1"\n'),
        Good(
            'password = "hunter22"\nDB_URL = "redis://h/0"\nT = "http://a:' + 'b1c2d3@localhost/"\n',
            path="tests/test_x.py",
        ),
        Good('schemes = "redis://, rediss://, unix://"\nU = "https://u:' + 'p@db.acme.io/"\n'),
        Good('U = "https://user:' + 'pass%20pass@db.acme.io"\nV = "https://user:' + 'pass%23pass@db.acme.io"\n'),
        Bad('U = "https://user:' + 'pass%20w0rd7@db.acme.io"\n', at=[(1, 5)]),
        Good('U = "redis://:' + 'bosco@db.acme.io/0"\n', path="tests/test_x.py"),
        Bad('U = "redis://:' + 'bosco@db.acme.io/0"\n', at=[(1, 5)]),
        Bad('U = "redis://:' + 's3cr3t@db.acme.io/0"\n', at=[(1, 5)], path="tests/test_x.py"),
        Good('DB_URL = "sqlite://"\nX_URL = "sqlite:///:memory:"\nSITE = "https://example.com/a"\n'),
        Good('import os\nDB_URL = os.getenv("DB_URL", "postgres://localhost/app")\n'),
        Good('DB_URL = "postgres://localhost/app"\n', path="pkg/settings.py"),
        Good('def f(pw, host):\n    return f"postgres://bob:{pw}@{host}/app"\n'),
        Good('password = get("hunter22")\nif token == NAME: ...\npassword: str\n'),
        Good('"""postgres://bob:' + 's3cr3t@db.acme.io/app"""\nU = "https://user:password@db.acme.io"\n'),
        Good(
            'password = "hunter22"\n',
            options={"allow-values": ["20d2fe5e369db54ec7090639a9dc30ec4d608604936239d39e2de07fda09eb0b"]},
        ),
        Good('x = Field(examples=[{"password": "hunter22"}])\ny = {"example": {"login": {"password": "hunter22"}}}\n'),
        Bad('y = {"password": "hunter22", "example": 1, "examples": [f(lambda: 0)]}\n', at=[(1, 18)]),
        Bad('y = {"examples": ["ghp' + '_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6"]}\n', at=[(1, 19)]),
        Good('password = "q1w2e3r4"\n', options={"placeholders": ["q1w2.*"]}),
    )


def _is_documented(token: str) -> bool:
    """Whether a token is made up: it contains a known text, or hardly any different characters."""
    return any(text in token for text in DOCUMENTED) or len(set(token)) * _REPETITION < len(token) < _KEY_LENGTH


def _may_hold_token(text: str) -> bool:
    """Whether the strings of a file allow for a token: cheap questions first."""
    return text != "" and any(hint.search(text) for hint in TOKEN_HINTS) and any(head in text for head in TOKEN_HEADS)


def _is_made_of_words(password: str) -> bool:
    """Whether a password of a URL says no more than that one stands there, several times and escaped included."""
    return all(map(_PASSWORD_WORDS.fullmatch, _ESCAPED.sub(" ", password).split() or [password]))


def _finding(secret: _Secret, ctx: FileContext) -> Finding:
    """Describe a secret without showing it, in message and identity alike."""
    what = "connection URL" if secret.check == "literal-config" else "secret"
    shown = "***" if secret.check == "literal-config" else redact(secret.value)
    rotate = "" if secret.check == "literal-config" else " and rotate it"
    return ctx.finding(
        secret.node,
        f"{secret.name} holds a literal {what} ({shown}, {len(secret.value)} characters); "
        f"read it from the environment{rotate}",
        check=secret.check,
        confidence=secret.confidence,
        fix=suggest('read it with `os.environ["NAME"]` in the config layer'),
        anchor=f"{secret.check} {secret.name} {shown}",
    )
