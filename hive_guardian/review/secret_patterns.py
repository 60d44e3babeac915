"""What secrets look like: by their own type, or by the name they are given to.

Sources: the published prefixes of the issuers named by each kind.
"""

import re

_TYPED: tuple[tuple[str, str], ...] = (
    (
        "private-key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----|\Z)",
    ),
    ("anthropic", r"sk-ant-[A-Za-z0-9_-]{16,}"),
    ("openai", r"sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{20,}"),
    ("aws", r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"),
    ("github", r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}"),
    ("gitlab", r"gl(?:pat|cbt|dt|rt|soat|ptt|ft|agent|oas|imt)-[A-Za-z0-9_-]{18,}|GR1348941[A-Za-z0-9_-]{20,}"),
    ("slack", r"(?:xox[abeoprs]|xapp-[0-9])-[A-Za-z0-9-]{10,}|hooks\.slack\.com/services/[A-Za-z0-9/_-]{16,}"),
    ("google", r"AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}"),
    ("stripe", r"(?:sk|rk|pk|whsec)_(?:live|test)?_?[A-Za-z0-9]{20,}"),
    ("sendgrid", r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("huggingface", r"(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,}"),
    ("docker", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}"),
    ("digitalocean", r"do[opr]_v1_[a-f0-9]{40,}"),
    ("vault", r"(?<![A-Za-z0-9])hv[sbr]\.[A-Za-z0-9_-]{24,}"),
    ("shopify", r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    ("atlassian", r"ATATT3[A-Za-z0-9_=-]{40,}"),
    ("age", r"AGE-SECRET-KEY-1[A-Z0-9]{40,}"),
    ("discord", r"(?<![\w-])[MNO][A-Za-z\d_-]{23,25}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27,}"),
    ("telegram", r"(?<![\d.])\d{8,10}:[A-Za-z0-9_-]{35}(?![\w-])"),
    ("twilio", r"(?<![A-Za-z0-9])(?:AC|SK)[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("mailchimp", r"(?<![A-Za-z0-9])[0-9a-f]{32}-us\d{1,2}(?!\d)"),
    ("square", r"sq0[a-z]{3}-[A-Za-z0-9_-]{22,}"),
    ("artifactory", r"(?<![A-Za-z0-9])AKC[A-Za-z0-9]{20,}"),
    ("databricks", r"(?<![A-Za-z0-9])dapi[0-9a-f]{32}"),
    ("pypi", r"pypi-[A-Za-z0-9_-]{40,}"),
    ("npm", r"npm_[A-Za-z0-9]{30,}"),
    ("jwt", r"eyJ[A-Za-z0-9_-]{8,400}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]*"),
)  # fmt: skip
TYPED = tuple((kind, re.compile(pattern)) for kind, pattern in _TYPED)
"""Kind and pattern, in the order in which they are looked for; each alone is far faster than all in one."""
CONNECTION = re.compile(r"(?P<head>\b(?:AccountKey|SharedAccessKey)=)(?P<value>[A-Za-z0-9+/]{40,}={0,2})")
"""A key in a connection string."""
USERINFO = re.compile(
    r"(?P<head>\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@'\"<>{}]{0,200}:)(?P<value>[^\s/@'\"<>{}]{3,200})(?=@)", re.IGNORECASE
)
"""A password in front of a host."""
URL_TOKEN = re.compile(r"(?P<head>\b[a-z][a-z0-9+.-]{1,20}://)(?P<value>[^\s:/@'\"<>{}]{16,200})(?=@)", re.IGNORECASE)
"""A long user without a password, as git hosts take tokens."""
HEADER = re.compile(
    r"(?P<head>\b(?:proxy-)?(?:authorization|x-api-key|x-auth-token|private-token|job-token|x-vault-token)\b"
    r"['\"]?\s{0,4}[:=,]\s{0,4}['\"]?(?:(?:bearer|basic|token|digest)\s{1,4})?)"
    r"(?P<value>[A-Za-z0-9._~+/=-]{12,})", re.IGNORECASE,
)  # fmt: skip
_NAMES = (
    r"(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential"
    r"|auth[_-]?key|client[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|connection[_-]?string)[\w.-]{0,40}"
)  # fmt: skip
ASSIGNED = re.compile(
    rf"(?P<head>{_NAMES}['\"]?\]?\s{{0,8}}(?::\s{{0,4}}[\w.\[\]| ]{{1,40}}?)?(?::=|=>|==|!=|[:=,])\s{{0,8}}"
    r"(?:\(\s{0,20})?[rbuf]{0,2})(?P<quote>'''|\"\"\"|['\"])(?P<value>[^'\"\n]{6,400})(?P=quote)", re.IGNORECASE,
)  # fmt: skip
"""A literal that a secret-like name is given, or compared with."""
BARE = re.compile(
    rf"(?P<head>^[ \t+-]*(?:export[ \t]+|set[ \t]+|ENV[ \t]+)?[\w.-]{{0,60}}?{_NAMES}[ \t]*[:=][ \t]*)"
    r"(?P<value>[^\s'\"#,;(){}\[\]]{8,400})[ \t]*$", re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
"""The same without quotes, as in settings and shell scripts."""
SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
HARMLESS = re.compile(
    r"(?i)^(?:x{3,}|\*{3,}|\.{3,}|-+|your[-_ ].*|.*(?:example|placeholder|changeme|change[-_]me|dummy|redacted|"
    r"fake[-_]|<[^>]*>|\$\{|\{\{|%\().*|(?:none|null|true|false|test|password|secret|token)\d{0,3}|env[:.].*|os\.environ.*|"
    r"[\w.]+\(.*|(?:/[\w.-]+){2,}|https?://[^@]*|[a-z]{1,12}(?:[-_. /][a-z]{1,10}){0,2})$"
)
"""Values of secret-like names that are none: lookups, placeholders, words."""
