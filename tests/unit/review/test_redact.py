import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.review.redact import PLACEHOLDER, Redactor, find_placeholders, is_denied

BODY = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7"
SECRETS = {
    "anthropic": "sk-" + f"ant-api03-{BODY}",
    "aws": "AKIA" + "Q3EXWPLMZ7T2RNVK",
    "github": "gh" + f"p_{BODY}{BODY[:9]}",
    "gitlab": "glp" + f"at-{BODY}",
    "slack": "xox" + f"b-{BODY}",
    "google": "AIz" + f"a{BODY}{BODY[:8]}",
    "stripe": "sk_" + f"live_{BODY}",
    "openai": "sk-" + f"proj-{BODY}",
    "sendgrid": "SG" + f".{BODY}.{BODY}",
    "huggingface": "hf" + f"_{BODY}{BODY[:5]}",
    "docker": "dckr" + f"_pat_{BODY}",
    "digitalocean": "dop" + "_v1_" + "0a1b2c3d4e5f" * 4,
    "vault": "hv" + f"s.{BODY}",
    "shopify": "shp" + "at_" + "0a1b2c3d" * 4,
    "atlassian": "ATA" + f"TT3{BODY}{BODY}",
    "age": "AGE-SECRET" + f"-KEY-1{BODY.upper()}{BODY.upper()}",
    "discord": "M" + f"{BODY[:24]}.{BODY[:6]}.{BODY}",
    "telegram": "12345" + f"6789:{BODY}{BODY[:8]}",
    "twilio": "S" + "K" + "0a1b2c3d" * 4,
    "mailchimp": "0a1b2c3d" * 4 + "-us" + "12",
    "square": "sq0" + f"csp-{BODY}",
    "artifactory": "AK" + f"C{BODY}",
    "databricks": "da" + "pi" + "0a1b2c3d" * 4,
    "pypi": "pyp" + f"i-{BODY}{BODY}",
    "npm": "np" + f"m_{BODY}{BODY[:8]}",
    "jwt": "eyJ" + f"hbGciOiJI.eyJ{BODY}.{BODY}",
}


@pytest.mark.parametrize(("kind", "secret"), SECRETS.items())
def test_typed_secrets_go_wherever_they_stand(kind: str, secret: str) -> None:
    """A secret of a known type is replaced in code, comments and prose; what is around it stays."""
    text = f'x = connect("{secret}")  # rotate {secret} soon'
    out = Redactor().redact(text)
    assert secret not in out
    assert out == f'x = connect("⟦SECRET:{kind}:1⟧")  # rotate ⟦SECRET:{kind}:1⟧ soon'


@pytest.mark.parametrize(
    "line",
    [
        'PASSWORD = "{}"',
        "api_key='{}'",
        'config["client_secret"] = "{}"',
        '"dbPassword": "{}",',
        "db_token: str = '{}'",
        "    connect(password='{}')",
        "export SECRET_TOKEN={}",
        "postgres://app:{}@db/shop",
        'headers = {{"Authorization": "Bearer {}"}}',
        "authorization: Basic {}",
        "curl -H 'X-Api-Key: {}' https://api",
        'curl --header "PRIVATE-TOKEN: {}"',
        'password = """{}"""',
        "assert password != '{}'",
        "API_TOKEN = (\n    '{}')",
        "ENV DB_PASSWORD={}",
        "db_pwd: {}",
    ],
)
def test_values_of_secret_names_go_and_names_stay(line: str) -> None:
    """The value is replaced, the name, the quotes and the rest of the line are not."""
    secret = "q7Xz" + "-9fLm2_Kd8"
    secret = secret.replace("-", "").replace("_", "")
    out = Redactor().redact(line.format(secret))
    assert secret not in out
    before, _, after = line.replace("{{", "{").replace("}}", "}").partition("{}")
    assert out.startswith(before)
    assert out.endswith(after)


@pytest.mark.parametrize(
    "line",
    [
        'password = os.environ["DB_PASSWORD"]',
        'token = get_token("name")',
        'password = "changeme"',
        'password = "<your password>"',
        'TOKEN_TYPE = "bearer"',
        'api_key = "${API_KEY}"',
        "def check(password: str) -> bool:",
        'title = "how to store a password safely in a database"',
        'secret_name = "shop/db"',
        "for token in tokens: count += 1",
        'url = "https://example.org/a"',
    ],
)
def test_code_that_holds_no_secret_stays(line: str) -> None:
    """Lookups, placeholders, prose and names are no secrets: taking them out would create false findings."""
    assert Redactor().redact(line) == line


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("git clone https://{}@git.example.org/shop.git", "zK4" + "xW9qPmT7vL2nR5"),
        ("DefaultEndpointsProtocol=https;AccountKey={};x=y", BODY + BODY + "=="),
        ("amqp://:{}@queue/", "zK4" + "xW9q"),
    ],
)
def test_addresses_keep_their_place_and_lose_their_key(text: str, secret: str) -> None:
    """Tokens in front of a host and keys in connection strings go, the host stays."""
    before, _, after = text.partition("{}")
    out = Redactor().redact(text.format(secret))
    assert secret not in out
    assert out.startswith(before)
    assert out.endswith(after)


def test_secrets_that_are_known_beforehand_go_everywhere() -> None:
    """The values of secret-like variables of the environment go, whatever they stand in; others stay."""
    secret, place = "zK4" + "xW9qPmT7v", "Europe-" + "West-1b7"
    redactor = Redactor()
    redactor.learn({"SHOP_TOKEN": secret, "SHOP_PLACE": place, "SHOP_PASSWORD": "changeme", "OTHER_TOKEN": "short"})
    redactor.learn({"PWD": "/home/Ada+9/shop", "OLDPWD": "C:\\Users\\Ada9\\shop", "TOKEN_FILE": "~/Keys+/9"})
    text = f"rotate {secret} in {place}; changeme is short; /home/Ada+9/shop C:\\Users\\Ada9\\shop ~/Keys+/9"
    assert redactor.redact(text) == text.replace(secret, "⟦SECRET:environment:1⟧")


def test_keys_go_whatever_they_look_like() -> None:
    """The key of a provider is one even if it reads like a word; what is too short to be one stays."""
    redactor = Redactor()
    redactor.learn_keys(("local-development", "none"))
    assert redactor.redact("local-development is none") == "⟦SECRET:environment:1⟧ is none"


def test_a_key_of_many_lines_keeps_the_lines() -> None:
    """Line numbers behind a private key do not move, and a key that was cut off goes too."""
    key = "-----BEGIN RSA " + f"PRIVATE KEY-----\n{BODY}\n{BODY}\n-----END RSA " + "PRIVATE KEY-----"
    text = f"a = 1\nKEY = '''{key}'''\nb = 2\n"
    out = Redactor().redact(text)
    assert BODY not in out
    assert out.split("\n")[5] == "b = 2"
    assert BODY not in Redactor().redact(key.rpartition("\n")[0])


def test_a_value_found_once_goes_everywhere() -> None:
    """What was a secret in one file is one in a text of another shape, under the same placeholder."""
    redactor = Redactor()
    secret = "zK4" + "xW9qPmT7v"
    first = redactor.redact(f'password = "{secret}"')
    assert redactor.redact(f"the value {secret} is hard-coded") == "the value ⟦SECRET:assigned:1⟧ is hard-coded"
    assert list(find_placeholders(first)) == ["⟦SECRET:assigned:1⟧"]
    assert redactor.legend(first) == ("⟦SECRET:assigned:1⟧: a assigned of short length",)
    assert redactor.legend("nothing") == ()
    assert redactor.counts == {"assigned": 1}


def test_a_password_that_is_a_word_stays_a_word_elsewhere() -> None:
    """A short or ordinary password goes from its address only: a statement `pass` is none."""
    redactor = Redactor()
    text = "URL = 'postgres://app:pass@db'\nOTHER = 'amqp://app:password@queue'\ndef password(): pass\n"
    out = redactor.redact(text)
    assert out.splitlines()[0] == "URL = 'postgres://app:⟦SECRET:url-password:1⟧@db'"
    assert out.splitlines()[2] == "def password(): pass"


def test_redacting_twice_changes_nothing() -> None:
    """Placeholders are no secrets themselves."""
    redactor = Redactor()
    once = redactor.redact("\n".join(f'token_{kind} = "{secret}"' for kind, secret in SECRETS.items()))
    assert redactor.redact(once) == once
    assert len(PLACEHOLDER.findall(once)) == len(SECRETS)


@pytest.mark.parametrize(
    "piece", ["ey" + "J", "token", "password=", "sk" + "-", "a://b:", "-----BEGIN ", "authorization: ", "\t+-", "0a1b"]
)
def test_a_text_made_to_be_slow_is_not(piece: str) -> None:
    """Half a million characters of beginnings of secrets take moments: nothing grows with the square of a text."""
    text = piece * (500_000 // len(piece))
    assert Redactor().redact(text).count("\n") == 0


@given(st.text(max_size=300))
def test_lines_are_never_lost(text: str) -> None:
    """Whatever is redacted, the number of lines stays."""
    assert Redactor().redact(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("path", "further", "denied"),
    [
        (".env", (), True),
        ("deploy/.env.production", (), True),
        ("Keys/Server.PEM", (), True),
        ("home/.ssh/id_ed25519", (), True),
        ("shop/env.py", (), False),
        ("data/people.csv", ("data/**",), True),
        ("shop/data.py", ("data/**",), False),
    ],
)
def test_files_that_are_never_sent(path: str, further: tuple[str, ...], *, denied: bool) -> None:
    """Files that usually hold secrets are never sent, and none the configuration denies."""
    assert is_denied(path, further) is denied
