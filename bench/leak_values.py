"""Random credentials, and values that only look odd: what a knowledge base must never and must always keep."""

from __future__ import annotations

import base64
import random
import string
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

_ALNUM = string.ascii_letters + string.digits
_HEX = "0123456789abcdef"

STRONG_KEYS = (
    "password", "db_password", "dbPassword", "DB_PASSWORD", "api_key", "apiKey", "API_TOKEN", "client_secret",
    "clientSecret", "access_token", "aws_secret_access_key", "authToken", "SLACK_BOT_TOKEN", "smtp_password",
    "REDIS_PASSWORD", "WEBHOOK_SECRET", "passphrase", "JWT_SECRET", "SECRET_KEY_BASE", "adminPassword",
    "github_token", "registry-password", "rootPassword", "SESSION_SECRET", "private_token", "auth-token",
)  # fmt: skip
"""What stands under these is a credential, whatever it looks like."""
WEAK_KEYS = (
    "secret",
    "secret_key",
    "encryption_key",
    "credentials",
    "signing_key",
    "DD_APP_KEY",
    "license_key",
)
"""What stands under these is one if it looks random."""


@dataclass
class Planter:
    """Makes values and remembers them: `secrets` must be masked, `plain` must survive."""

    chance: random.Random
    secrets: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)

    def key(self) -> str:
        """The name of a key that holds a credential."""
        return self.chance.choice(STRONG_KEYS)

    def pair(self) -> tuple[str, str]:
        """A key and its credential."""
        if self.chance.random() < 0.2:
            return self.chance.choice(WEAK_KEYS), self.random_looking()
        return self.key(), self.chance.choice((self.secret, self.secret, self.letters, self.shaped))()

    def secret(self) -> str:
        """A credential of no special shape, fit for any syntax."""
        kinds = (
            self.random_looking,
            self.random_looking,
            self.hexadecimal,
            self.base64,
            self.signs,
            self.digits,
        )
        return self.chance.choice(kinds)()

    def random_looking(self) -> str:
        """Letters and digits."""
        return self._secret(self.word(self.chance.randint(12, 40)))

    def letters(self) -> str:
        """Letters alone, as people choose them."""
        return self._secret(self._some(string.ascii_lowercase, self.chance.randint(10, 18)))

    def digits(self) -> str:
        """Digits alone, more than a duration or a port has."""
        return self._secret(self.chance.choice("123456789") + self._some(string.digits, 11))

    def hexadecimal(self) -> str:
        """As `openssl rand -hex` makes them."""
        return self._secret(self._some(_HEX, self.chance.choice((32, 40, 64))))

    def base64(self) -> str:
        """As `openssl rand -base64` makes them."""
        return self._secret(
            base64.b64encode(self.chance.randbytes(self.chance.choice((20, 24, 32)))).decode()
        )

    def signs(self) -> str:
        """With signs in between, as password managers make them."""
        parts = [self.word(10), self.word(4)]
        self.chance.shuffle(parts)
        return self._secret(
            self.chance.choice("!#%^*_-+=~.").join(parts) + self.chance.choice(("", "!", "+"))
        )

    def in_url(self) -> str:
        """One that needs no escapes in a URL."""
        return self._secret(self.word(10) + self.chance.choice(("", "-", "_", ".", "!", "~")) + self.word(6))

    def shaped(self) -> str:
        """One whose issuer gave it a shape."""
        return self._secret(self.chance.choice(_SHAPES)(self))

    def encoded(self) -> str:
        """One as the data of a Secret holds it."""
        return self._secret(base64.b64encode(self.word(self.chance.randint(9, 24)).encode()).decode())

    def private_key(self) -> list[str]:
        """The lines of a PEM private key."""
        kind = self.chance.choice(("RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY"))
        body = [self._secret(self._some(_ALNUM, 64)) for _ in range(3)]
        return [f"-----BEGIN {kind}-----", *body, f"-----END {kind}-----"]

    def harmless(self) -> tuple[str, str]:
        """A key and a value that is no credential."""
        key, make = self.chance.choice(_HARMLESS)
        value = make(self)
        self.plain.append(value)
        return key, value

    def word(self, length: int) -> str:
        """Letters and digits, at least one of each kind."""
        while True:
            found = self._some(_ALNUM, length)
            if any(c.isdigit() for c in found) and found[0].isalpha() and any(c.islower() for c in found):
                return found

    def name(self) -> str:
        """The name of an app."""
        return self.chance.choice(
            ("cart", "checkout", "billing", "search", "auth-proxy", "grafana", "orders")
        )

    def _some(self, alphabet: str, length: int) -> str:
        return "".join(self.chance.choices(alphabet, k=length))

    def _secret(self, value: str) -> str:
        self.secrets.append(value)
        return value

    # Shapes and harmless values are made of these.

    def upper(self, length: int) -> str:
        """Capitals and digits."""
        return self._some(string.ascii_uppercase + "234567", length)

    def hex(self, length: int) -> str:
        """Hexadecimal digits."""
        return self._some(_HEX, length)

    def number(self, length: int) -> str:
        """Decimal digits."""
        return self._some(string.digits, length)

    def uuid(self) -> str:
        """A random UUID."""
        return str(uuid.UUID(bytes=self.chance.randbytes(16), version=4))


_SHAPES: tuple[Callable[[Planter], str], ...] = (
    lambda p: f"AKIA{p.upper(16)}",
    lambda p: f"ghp_{p.word(36)}",
    lambda p: f"github_pat_{p.word(22)}_{p.word(30)}",
    lambda p: f"glpat-{p.word(20)}",
    lambda p: f"xoxb-{p.number(12)}-{p.number(12)}-{p.word(24)}",
    lambda p: f"sk_live_{p.word(24)}",
    lambda p: f"AIza{p.word(35)}",
    lambda p: f"eyJ{p.word(33)}.eyJ{p.word(60)}.{p.word(43)}",
    lambda p: f"npm_{p.word(36)}",
    lambda p: f"hvs.{p.word(24)}",
    lambda p: f"SG.{p.word(22)}.{p.word(43)}",
    lambda p: f"dckr_pat_{p.word(27)}",
    lambda p: f"hf_{p.word(34)}",
    lambda p: f"$2b$12${p.word(53)}",
    lambda p: f"sk-proj-{p.word(40)}",
    lambda p: f"ATATT3xFfGF0{p.word(40)}",
    lambda p: f"glsa_{p.word(32)}_{p.hex(8)}",
    lambda p: f"dop_v1_{p.hex(64)}",
)

_HARMLESS: tuple[tuple[str, Callable[[Planter], str]], ...] = (
    (
        "instanceType",
        lambda p: f"{p.chance.choice(('m6g', 'c7i', 'r5', 't4g'))}.{p.chance.choice((2, 4, 8))}xlarge",
    ),
    ("cidr_block", lambda p: f"10.{p.chance.randint(0, 255)}.{p.chance.randint(0, 255)}.0/24"),
    ("version", lambda p: f"v1.{p.chance.randint(1, 40)}.{p.chance.randint(0, 30)}"),
    (
        "chartVersion",
        lambda p: f"{p.chance.randint(1, 90)}.{p.chance.randint(1, 40)}.0-rc.{p.chance.randint(1, 9)}",
    ),
    (
        "schedule",
        lambda p: f"{p.chance.randint(0, 59)} {p.chance.randint(0, 23)} * * {p.chance.randint(0, 6)}",
    ),
    ("secretName", lambda p: f"{p.name()}-db-credentials-{p.chance.randint(2, 9)}"),
    ("existingSecret", lambda p: f"{p.name()}-tls-{p.chance.randint(2020, 2026)}"),
    ("passwordSecretName", lambda p: f"{p.name()}-postgres-password"),
    ("image", lambda p: f"registry.example.com/{p.name()}@sha256:{p.hex(64)}"),
    ("imageTag", lambda p: f"{p.chance.randint(2020, 2026)}.{p.chance.randint(1, 12)}.1-{p.hex(7)}"),
    ("commit", lambda p: p.hex(40)),
    ("revision", lambda p: p.hex(8)),
    ("checksum", lambda p: p.hex(64)),
    ("requestId", lambda p: p.uuid()),
    ("tenant_id", lambda p: p.uuid()),
    ("roleArn", lambda p: f"arn:aws:iam::{p.number(12)}:role/{p.name()}-irsa-{p.hex(6)}"),
    (
        "secretArn",
        lambda p: f"arn:aws:secretsmanager:eu-west-1:{p.number(12)}:secret:prod/{p.name()}-{p.word(6)}",
    ),
    ("kms_key_id", lambda p: f"arn:aws:kms:eu-west-1:{p.number(12)}:key/{p.uuid()}"),
    ("accountId", lambda p: p.number(12)),
    ("amiId", lambda p: f"ami-0{p.hex(16)}"),
    ("subnetId", lambda p: f"subnet-0{p.hex(16)}"),
    ("memory", lambda p: f"{p.chance.randint(100, 9999)}Mi"),
    ("tokenTTL", lambda p: f"{p.chance.randint(10, 99)}m30s"),
    ("tokenExpirationSeconds", lambda p: str(p.chance.randint(10, 150) * 60)),
    ("max_tokens", lambda p: str(2 ** p.chance.randint(8, 14))),
    ("endpoint", lambda p: f"{p.name()}-db.{p.hex(12)}.eu-west-1.rds.amazonaws.com:5432"),
    ("bucket", lambda p: f"acme-{p.name()}-backups-{p.hex(6)}"),
    ("zone_id", lambda p: f"Z0{p.upper(18)}"),
    ("issuer", lambda p: f"https://oidc.eks.eu-west-1.amazonaws.com/id/{p.hex(32).upper()}"),
    ("secretKeyPath", lambda p: f"secret/data/prod/{p.name()}/db-{p.hex(4)}"),
)
"""Values that a question may be about, under names that do not call them credentials."""
