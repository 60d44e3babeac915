"""What secrets look like: the tokens of providers, and the texts that only stand for a secret (GR30)."""

import re
from collections.abc import Mapping

TOKENS: Mapping[str, str] = {
    "AWS access key": r"\bA(?:KI|SI|BI|CC)A[0-9A-Z]{16}\b",
    "GitHub token": r"\bgh[pousr]_[0-9A-Za-z]{36,255}\b|\bgithub_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}\b",
    "GitLab token": r"\bgl(?:pat|oas|dt|rt|cbt|ptt|ft|agent|soat)-[0-9A-Za-z_-]{20,}",
    "Slack token": r"\bxox[abeoprs]-[0-9A-Za-z-]{16,}",
    "Slack webhook": r"\bhooks\.slack\.com/services/T[0-9A-Z]{8,}/B[0-9A-Z]{8,}/[0-9A-Za-z]{20,}",
    "Stripe key": r"\b[rs]k_live_[0-9A-Za-z]{20,}",
    "Anthropic key": r"\bsk-ant-[0-9A-Za-z_-]{24,}",
    "OpenAI key": r"\bsk-(?:[0-9A-Za-z]{32,}|(?:proj|svcacct|admin)-[0-9A-Za-z_-]{40,})",
    "Google API key": r"\bAIza[0-9A-Za-z_-]{35}",
    "npm token": r"\bnpm_[0-9A-Za-z]{36}\b",
    "PyPI token": r"\bpypi-AgE[0-9A-Za-z_-]{50,}",
    "Hugging Face token": r"\bhf_[0-9A-Za-z]{34}\b",
    "SendGrid key": r"\bSG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}",
    "Telegram bot token": r"\b[0-9]{8,10}:AA[0-9A-Za-z_-]{33}",
    "Shopify token": r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b",
    "DigitalOcean token": r"\bdo[opr]_v1_[0-9a-f]{64}\b",
    "Vault token": r"\bhv[sbr]\.[0-9A-Za-z_-]{43,}",
    "JSON Web Token": r"\beyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{43,}",
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+(?:[\w-]+: [^\n]*\s+)*[0-9A-Za-z+/=\s]{40,}",
}
"""Provider -> what its tokens look like. Only patterns that text does not match by accident."""

SHORTEST_TOKEN = 20
"""Characters of the shortest token above."""

TOKEN_HINTS = (
    re.compile(r"_[0-9A-Za-z]{20}"),
    re.compile(
        r"-(?:(?=[0-9A-Za-z_-]{16})"
        r"(?:(?<=\bsk-)|(?<=\bxox.-)|(?<=\bpypi-)|(?<=\bgl..-)|(?<=\bgl...-)|(?<=\bgl....-)|(?<=\bgl.....-))"
        r"|(?<=PRIVATE KEY-)----)"
    ),
    re.compile(r"A(?:(?:KI|SI|BI|CC|Iz)[Aa][0-9A-Za-z_-]{16}|(?<=:A)A[0-9A-Za-z_-]{33})"),
    re.compile(r"\.(?:[0-9A-Za-z_-]{43}|(?<=hooks\.)slack\.com/services/T)"),
)
"""Texts one of which every such token holds: one search per character they begin with, which makes each fast."""

TOKEN_HEADS = (
    "AKIA", "ASIA", "ABIA", "ACCA", "AIza", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-",
    "gloas-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glagent-", "glsoat-", "xox", "hooks.slack",
    "k_live_", "sk-", "npm_", "pypi-", "hf_", "SG.", ":AA", "shpat_", "shpca_", "shppa_", "shpss_", "_v1_",
    "hvs.", "hvb.", "hvr.", "eyJ", "PRIVATE KEY",
)  # fmt: skip
"""What tokens begin with, or have in the middle: tells them from long identifiers, which have the bytes above too."""

DOCUMENTED = (
    "EXAMPLE",
    "1234567890",
    "0123456789",
    "abcdefghij",
    "XXXXXXXXXX",
    "eyJzdWIiOiIxMjM0NTY3ODkwI",
)
"""Texts that occur in the tokens of vendors' documentation and in made-up ones, and hardly in others."""

PLACEHOLDERS: tuple[str, ...] = (
    r"change[-_ ]?(?:me|this|it).*",
    r"x{3,}.*",
    r"<.*>",
    r"\$\{.*\}",
    r"\{\{.*\}\}",
    r"(?:your|my)[-_ ].*",
    r".*example.*",
    r"(?:dummy|fake|mock|sample|placeholder|replace|insert|enter|redacted|masked|hidden)(?![a-z]).*",
    r"\*+|\.{3,}|-+|_+|#+",
    r"none|null|nil|todo|tbd|n/?a|unset|unknown|undefined|default|empty|secret|password|passwd|test(?:ing)?",
)
"""Values that say that the real one comes from elsewhere; each must match the whole value, case does not count."""

CONNECTION_SCHEMES: tuple[str, ...] = (
    "sqlite",
    "postgres*",
    "mysql*",
    "mariadb*",
    "mssql*",
    "oracle*",
    "mongodb*",
    "redis*",
    "amqp*",
    "kafka*",
)
"""Schemes of connection URLs, `*` for any rest."""
