"""Pages as teams write them: notes, tables, pasted logs and commands, configuration in fences."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from bench.leak_values import Planter

Part = tuple[str, str]
"""The language of a block (`` for prose) and its text."""


def settings(p: Planter, least: int = 2) -> list[tuple[str, str]]:
    """Pairs of key and value, some of them credentials."""
    pairs = [
        p.pair() if p.chance.random() < 0.45 else p.harmless() for _ in range(p.chance.randint(least, 5))
    ]
    # Two of a key are no valid configuration.
    return list({key: (key, value) for key, value in pairs}.values())


def as_yaml(p: Planter, pairs: Sequence[tuple[str, str]], indent: str = "") -> str:
    """A mapping; each value plain or in quotes."""
    return "".join(f"{indent}{key}: {quoted(p, value)}\n" for key, value in pairs)


def quoted(p: Planter, value: str) -> str:
    """The value as a YAML scalar."""
    style = p.chance.choice(("plain", "single", "double"))
    if (
        style == "plain"
        and " " not in value
        and value[0].isalnum()
        and not value.isdigit()
        and "#" not in value
    ):
        return value
    return f"'{value}'" if style == "single" else f'"{value}"'


def yaml_fence(p: Planter) -> Part:
    """Values of some chart, one level down."""
    return "yaml", f"{p.name()}:\n" + as_yaml(p, settings(p), "  ")


def env_fence(p: Planter) -> Part:
    """A `.env` file."""
    export = p.chance.choice(("", "export "))
    mark = p.chance.choice(("", '"', "'"))
    return "sh", "".join(
        f"{export}{key.upper().replace('-', '_')}={mark or _shell(value)}{value}{mark or _shell(value)}\n"
        for key, value in settings(p)
    )


def _shell(value: str) -> str:
    return "'" if set(value) & set(" $*!#~") else ""


def json_fence(p: Planter) -> Part:
    """A JSON object, on one line or on many."""
    value = {"service": p.name(), "settings": dict(settings(p))}
    return "json", json.dumps(value, indent=p.chance.choice((None, 2, 4))) + "\n"


def hcl_fence(p: Planter) -> Part:
    """Attributes of a Terraform block."""
    lines = "".join(f'  {key.replace("-", "_")} = "{value}"\n' for key, value in settings(p))
    return "hcl", f'resource "acme_service" "{p.name()}" {{\n{lines}}}\n'


def ini_fence(p: Planter) -> Part:
    """An INI or a properties file."""
    sign = p.chance.choice(("=", " = "))
    return "ini", f"[{p.name()}]\n" + "".join(f"{key}{sign}{value}\n" for key, value in settings(p))


def xml_fence(p: Planter) -> Part:
    """Elements, as Maven and Jenkins have them."""
    return "xml", "".join(f"<{key}>{value}</{key}>\n" for key, value in settings(p))


def log(p: Planter) -> Part:
    """Lines of a log that somebody pasted."""
    lines = [
        f'time=2026-03-0{n}T10:11:12Z level=info msg="starting {p.name()}" {key}={value}'
        for n, (key, value) in enumerate(
            ((p.key(), p.random_looking()), ("requestId", _plain(p, p.uuid()))), 1
        )
    ]
    lines.append(f'2026-03-04 10:11:12 DEBUG config loaded {{"{p.key()}": "{p.secret()}", "replicas": 3}}')
    lines.append(f"> Authorization: Bearer {p.random_looking()}")
    return "text", "\n".join(p.chance.sample(lines, 3)) + "\n"


def _plain(p: Planter, value: str) -> str:
    p.plain.append(value)
    return value


def connections(p: Planter) -> Part:
    """Addresses with their passwords."""
    lines: tuple[Callable[[], str], ...] = (
        lambda: f"DATABASE_URL=postgres://app:{p.in_url()}@db.internal:5432/app",
        lambda: f"amqp://guest:{p.in_url()}@rabbit.internal:5672/%2F",
        lambda: f"mongodb+srv://root:{p.in_url()}@cluster0.ab1cd.mongodb.net/shop?retryWrites=true",
        lambda: f"redis://:{p.in_url()}@redis-master:6379/0",
        lambda: f"Server=tcp:sql.internal,1433;User Id=sa;Password={p.random_looking()};Encrypt=true",
        lambda: f"jdbc:mysql://db:3306/shop?user=app&password={p.random_looking()}",
        lambda: f"https://ci:{p.in_url()}@git.example.com/acme/infra.git",
        lambda: f"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={p.base64()};EndpointSuffix=x.net",
        lambda: f"https://api.example.com/v1/items?access_token={p.random_looking()}&limit=10",
        lambda: f"host=db port=5432 user=app password={p.random_looking()} sslmode=require",
    )  # fmt: skip
    return "text", "\n".join(make() for make in p.chance.sample(lines, 3)) + "\n"


def commands(p: Planter) -> Part:
    """Commands with credentials among their arguments."""
    lines: tuple[Callable[[], str], ...] = (
        lambda: f"curl -u admin:{p.in_url()} https://grafana.example.com/api/health",
        lambda: f'curl -H "Authorization: Bearer {p.random_looking()}" https://api.example.com',
        lambda: f"curl -H 'X-Api-Key: {p.random_looking()}' https://api.example.com",
        lambda: f"mysql -h db.internal -u root -p{p.random_looking()} shop",
        lambda: f"mysqldump --user=root --password={p.secret()} shop > dump.sql",
        lambda: f"docker login -u ci -p {p.random_looking()} registry.example.com",
        lambda: f"helm upgrade {p.name()} ./chart --set db.password={p.random_looking()} --set replicas=3",
        lambda: f"kubectl create secret generic {p.name()} --from-literal=any={p.random_looking()}",
        lambda: f"kubectl -n shop create secret docker-registry regcred --docker-password={p.random_looking()}",
        lambda: f"PGPASSWORD={p.random_looking()} psql -h db.internal -U app",
        lambda: f"aws configure set aws_secret_access_key {p.random_looking()}",
        lambda: f"vault login token={p.random_looking()}",
        lambda: f"redis-cli -h redis -a {p.random_looking()} ping",
        lambda: f"sshpass -p {p.random_looking()} ssh deploy@bastion",
        lambda: f"export GITHUB_TOKEN={p.shaped()}",
        lambda: f"psql -c \"ALTER USER app WITH PASSWORD '{p.random_looking()}'\"",
        lambda: f"argocd login argocd.example.com --username admin --password {p.random_looking()}",
        lambda: f"kubectl set image deploy/{p.name()} app={_plain(p, f'registry.example.com/app:{p.hex(40)}')}",
    )  # fmt: skip
    return "sh", "\n".join(make() for make in p.chance.sample(lines, 3)) + "\n"


def key_file(p: Planter) -> Part:
    """A private key that somebody pasted."""
    return "text", "\n".join(p.private_key()) + "\n"


def sentence(p: Planter) -> Part:
    """Prose that gives a credential away, or a value that is none."""
    return "", p.chance.choice((
        lambda: f"The password is `{p.random_looking()}`, please do not share it.",
        lambda: f"The admin password: {p.random_looking()}",
        lambda: f"Login with user `admin`, password `{p.random_looking()}`.",
        lambda: f"We used the token {p.shaped()} until May.",
        lambda: f"API key: `{p.random_looking()}`",
        lambda: f"Password for the admin user: {p.random_looking()}",
        lambda: f"The access key of the backup user is {p.shaped()}.",
        lambda: f"- **Token:** {p.random_looking()}",
        lambda: f"Commit `{_plain(p, p.hex(40))}` broke it; the fix is in {_plain(p, p.hex(10))}.",
        lambda: f"It runs on {_plain(p, 'm6g.2xlarge')} in {_plain(p, f'subnet-0{p.hex(16)}')}.",
        lambda: f"The password is in the Secret `{_plain(p, f'{p.name()}-db-credentials')}`.",
        lambda: f"Incident {_plain(p, p.uuid())} was about the token of {_plain(p, f'{p.name()}-sa')}.",
    ))()  # fmt: skip


def table(p: Planter) -> Part:
    """A table as pairs, or one whose head names the credentials."""
    if p.chance.random() < 0.5:
        rows = "".join(
            f"| {key} | {value} |\n"
            for key, value in [(p.key(), p.random_looking()), p.harmless(), p.harmless()]
        )
        return "table", f"| Name | Value |\n| --- | --- |\n{rows}"
    head = p.chance.choice(("Password", "Token", "API key", "`password`"))
    rows = "".join(f"| user{n} | {p.random_looking()} | {p.harmless()[1]} |\n" for n in range(2))
    return "table", f"| User | {head} | Note |\n|---|---|---|\n{rows}"


PARTS = (
    yaml_fence, env_fence, json_fence, hcl_fence, ini_fence, xml_fence, log, connections, commands, key_file,
    sentence, sentence, table,
)  # fmt: skip


def page(p: Planter, suffix: str) -> str:
    """A page of that format (`.md`, `.adoc`, `.rst` or `.txt`)."""
    parts = [p.chance.choice(PARTS)(p) for _ in range(p.chance.randint(2, 5))]
    title = f"Runbook of {p.name()}"
    wrap = {".md": _markdown, ".adoc": _asciidoc, ".rst": _rst, ".txt": _plain_text}[suffix]
    heads = {
        ".md": f"# {title}\n",
        ".adoc": f"= {title}\n",
        ".rst": f"{title}\n{'=' * len(title)}\n",
        ".txt": title + "\n",
    }
    return heads[suffix] + "".join(f"\n{wrap(part)}" for part in parts)


def _markdown(part: Part) -> str:
    language, text = part
    if language == "":
        return f"{text}\n"
    return text if language == "table" else f"```{language}\n{text}```\n"


def _asciidoc(part: Part) -> str:
    language, text = part
    if language == "":
        return f"{text}\n"
    if language == "table":
        rows = [row.strip("|").strip() for row in text.splitlines() if not set(row) <= set("|- ")]
        return '[options="header"]\n|===\n' + "".join(f"| {row}\n" for row in rows) + "|===\n"
    return f"[source,{language}]\n----\n{text}----\n"


def _rst(part: Part) -> str:
    language, text = part
    if language == "":
        return f"{text}\n"
    if language != "table":
        return f".. code-block:: {language}\n\n" + "".join(f"   {line}\n" for line in text.splitlines())
    rows = [
        [cell.strip() for cell in row.strip("|\n").split("|")]
        for row in text.splitlines()
        if not set(row) <= set("|- ")
    ]
    return (_list_table, _simple_table, _grid_table)[len(text) % 3](rows)


def _list_table(rows: Sequence[Sequence[str]]) -> str:
    items = "".join("   * - " + "\n     - ".join(row) + "\n" for row in rows)
    return f".. list-table::\n   :header-rows: 1\n\n{items}"


def _simple_table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    rule = "  ".join("=" * width for width in widths) + "\n"
    lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows]
    return rule + lines[0] + rule + "".join(lines[1:]) + rule


def _grid_table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |\n" for row in rows]
    rules = ["+" + "+".join(sign * (width + 2) for width in widths) + "+\n" for sign in "-="]
    return rules[0] + lines[0] + rules[1] + "".join(line + rules[0] for line in lines[1:])


def _plain_text(part: Part) -> str:
    return part[1] if part[1].endswith("\n") else f"{part[1]}\n"
