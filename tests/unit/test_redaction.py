"""What is masked, what questions still need to see, and that masking is quick and stable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.redaction import MASK, looks_secret_key, mask_value, redact

CANARY = "c4nary-S3cr3t-9fQ2x"
AWS_KEY = "AKIA" + "Q3EGRTWVN5ABCDEF"

WITH_CANARY = [
    f'{{"apiVersion": "v1", "data": {{"any": "{CANARY}"}}, "kind": "Secret"}}',
    f'{{"kind": "Secret", "stringData": {{"any": "{CANARY}"}}}}',
    f'api_keys = ["first-name", "{CANARY}"]',
    f"passwords:\n  - {CANARY}\n  - 'x'\n",
    f'api_tokens = [\n  "${{var.token}}",\n  "{CANARY}",\n]',
    f"<password>{CANARY}</password>",
    f"sshpass -p {CANARY} ssh host",
    f"docker login -u me -p {CANARY} registry.example",
    f"machine git.example login me password {CANARY}",
    f"password: !!str {CANARY}",
    f"API key: `{CANARY}`",
    f"- **Access key:** {CANARY}",
    f"export ROOTPASSWORD={CANARY}",
    f"user:\n  client-key-data: {CANARY}",
    f"|===\n| User | Password | Note\n| a | {CANARY} | x\n|===",
    f"|===\n|User |Password\n\n|a\n|b\n\n|c\n|{CANARY}\n|===\n",
    f"|===\n| Name | Value\n| api_key | {CANARY}\n|===\n",
    f".. list-table::\n   :header-rows: 1\n\n   * - User\n     - Token\n   * - a\n     - {CANARY}\n",
    f"====  =====\nUser  Token\n====  =====\na     {CANARY}\n====  =====\n",
    f"+------+-------+\n| User | Token |\n+======+=======+\n| a | {CANARY} |\n+------+-------+\n",
    f"The password is `{CANARY}`.",
    f"password: {CANARY}",
    f'password = "{CANARY}"',
    f"db_password='{CANARY}'",
    f"  - DB_PASSWORD={CANARY}",
    f"export API_TOKEN={CANARY}",
    f'{{"client_secret": "{CANARY}", "name": "x"}}',
    f'{{\\"client_secret\\": \\"{CANARY}\\"}}',
    f"secret: {CANARY}",
    f"apiKey: {CANARY} # rotated in May",
    f"Authorization: Bearer {CANARY}",
    f'curl -H "Authorization: Basic {CANARY}" https://x',
    f"curl -u admin:{CANARY} https://x",
    f'curl -H "X-Api-Key: {CANARY}" https://x',
    f"postgres://app:{CANARY}@db.internal:5432/app",
    f"DATABASE_URL=postgres://app:{CANARY}@db/app",
    f"- name: DB_PASSWORD\n  value: {CANARY}",
    f'- name: DB_PASSWORD\n  value: "{CANARY}"',
    f'{{ name = "GITHUB_TOKEN", value = "{CANARY}" }}',
    f"spring.datasource.password={CANARY}",
    f"mysql --password={CANARY} -h db",
    f"vault login --token {CANARY}",
    f"Server=db;User Id=app;Password={CANARY};Encrypt=true",
    f"password: |\n  {CANARY}\nuser: app",
    f'private_key = <<-EOT\n  {CANARY}\nEOT\nuser = "app"',
    f"kind: Secret\nmetadata:\n  name: x\nstringData:\n  anything: {CANARY}\ntype: Opaque",
    f"kind: Secret\ndata:\n  a: |\n    {CANARY}\n",
    f"aws_secret_access_key = {CANARY}",
    f"time=now level=info token={CANARY} msg=done",
    f"https://x/y?access_token={CANARY}&z=1",
    f"kubectl create secret generic x --from-literal=password={CANARY}",
    f'secret_string = "{CANARY}"',
    f"password: {CANARY} and a second word",
    f"| DB_PASSWORD | {CANARY} |",
    f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\nMIIE\n-----END RSA PRIVATE KEY-----",
    f'args: ["--db-password", "{CANARY}"]',
    f"args: ['--verbose', '--token', '{CANARY}']",
    f"args: [--db-password, {CANARY}]",
    f'command: ["redis-server","--requirepass","{CANARY}"]',
    f'"args": [\n  "--db-password",\n  "{CANARY}"\n]',
    f"args:\n  - --db-password\n  - {CANARY}\n  - --verbose",
    f'args:\n- "--requirepass"\n- "{CANARY}" # old',
    f"password:\n  value: {CANARY}",
    f'db:\n  - apiToken:\n      value: "{CANARY}"  # rotated',
    f'"password": {{\n  "value": "{CANARY}"\n}}',
    f'{{"password": {{"value": "{CANARY}"}}}}',
    f'password = {{\n  value = "{CANARY}"\n}}',
    f'variable "db_password" {{ default = "{CANARY}" }}',
    f'variable "api_token" {{\n  type    = string\n  default = "{CANARY}"\n}}',
    f'output "db_password" {{\n  value = "{CANARY}"\n}}',
    f'set_sensitive {{\n    name  = "auth.main"\n    value = "{CANARY}"\n  }}',
    f'set_sensitive {{ name = "a", value = "{CANARY}" }}',
    f'set_sensitive = [\n  {{ name = "a", value = var.a }},\n  {{ name = "b", value = "{CANARY}" }},\n]',
    f"| User | Password |\n| --- | --- |\n| app | {CANARY} |",
    f"User | Token\n:--- | ---:\nnobody | none\napp | `{CANARY}`",
    f"| **Secret** | Use |\n|---|---|\n| {CANARY} | web |",
    f"```yaml\nkind: Secret # rotate me\nstringData:\n  any: {CANARY}\n```",
    f'"kind": "Secret"\nstringData:\n  any: {CANARY}\n',
    f"kind: Secret\nstringData: {{any: {CANARY}}}",
    f"kind: Secret\nstringData: {{any: [{CANARY}]}}",
    f"kind: Secret\nstringData:\n  url: {CANARY}\n  host: {CANARY}\n  key with: {CANARY}",
    f'kind: Secret\nstringData:\n  any: "first\n    {CANARY}"\n  other: <value>',
    f'kind: Secret\ndata:\n  any: {{{{ .Values.b | default "{CANARY}" | b64enc }}}}',
    f'kind: Secret\ndata:\n  any: {{{{ "{CANARY}" | b64enc }}}}',
    f"kind: Secret\nmetadata:\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: |\n      {CANARY}",
    f"password: 'it''s{CANARY}'",
    f"password: [{CANARY}]",
    f"password:\n  {CANARY}\nuser: app",
    f'password: "abc\n  {CANARY}"\nuser: app',
    f"- value: {CANARY}\n  name: SECRET_KEY",
    f'{{ value = "{CANARY}", name = "API_KEY" }}',
    f"DD_APP_KEY={CANARY}",
    f"PD_INTEGRATION_KEY={CANARY}",
    f'routing_key = "{CANARY}"',
    f"SESSION_KEY: {CANARY}",
    f"DB_PW={CANARY}",
    f"ENCRYPTION_SALT={CANARY}",
    f"aws configure set aws_secret_access_key {CANARY}",
    f"az login --service-principal -u app -p {CANARY}",
    f"kubectl create secret generic x --from-literal=foo={CANARY}",
    f"kubectl create secret generic x \\\n  --from-literal=user=me \\\n  --from-literal=foo='{CANARY}'",
    f"aws ssm put-parameter --name /a --type SecureString --value {CANARY}",
    f"Password for the admin user: {CANARY}",
    f"user `admin`, password `{CANARY}`",
    f'The passphrase is "{CANARY}"',
    f"The password is {CANARY}.",
    f"CREATE USER a IDENTIFIED BY '{CANARY}';",
    f"密码：{CANARY}。",
    f'command = "login u password {CANARY}"',
    f'x: "docker login -u a -p {CANARY}"',
    f"curl -s -X POST \\\n  -u admin:{CANARY} https://x",
    f'requirepass "{CANARY}"',
    f'resource "aws_ssm_parameter" "a" {{\n  type  = "SecureString"\n  value = "{CANARY}"\n}}',
    f'resource "kubernetes_secret" "a" {{\n  data = {{\n    any = "{CANARY}"\n  }}\n}}',
]

LEAKED = [
    ('The passphrase is "correct horse battery"', "correct horse battery"),
    ("PIN: 483920", "483920"),
    ("Her PIN is 4839.", "4839"),
    ("密码：hunter22", "hunter22"),
    ("| User | Password |\n|---|---|\n| app | correcthorse |", "correcthorse"),
    ("user `admin`, password `Tr0ub4dor&3`", "Tr0ub4dor&3"),
    ("Password for the admin user: Tr0ub4dor&3", "Tr0ub4dor&3"),
    ("kind: Secret\nstringData:\n  pin: 8812\n  user: admin", "8812"),
    ('kind: Secret\ndata:\n  a: {{ .Values.b | default "defaultsec" | b64enc }}', "defaultsec"),
    ("https://discord.com/api/webhooks/123456789/abcdefTOKENxyz", "abcdefTOKENxyz"),
    ("https://acme.webhook.office.com/webhookb2/a1b2c3d4@e5/IncomingWebhook/0a1b/2c", "IncomingWebhook/0a1b"),
    ("https://api.telegram.org/bot123456789:AA" + "a1B2c" * 6 + "abc/getMe", "a1B2c"),
    ("https://x.blob.core.windows.net/c?sv=2022&sig=abcDEF123%2Babcdefghijkl", "abcDEF123"),
    ('"auth": {".dockerconfigjson": "eyJhdXRocyI6eyJyZWdpc3RyeSI6e319fQ=="}', "eyJhdXRo"),
    ("root:$6$saltsalt$" + "a1B2" * 20 + ":19000", "a1B2"),
    ("admin:$apr1$abcdefgh$hashhashhashhash", "hashhash"),
    ("https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/12", "0123456789abcdef"),
]

TOKENS = [
    AWS_KEY,
    "ghp_" + "a1B2" * 9,
    "github_pat_" + "a1B2" * 8,
    "glpat-" + "x1Yz" * 5,
    "xoxb-" + "123456789012-abcdefABCDEF",
    "AIza" + "a1B2c" * 7,
    "sk_live_" + "a1B2" * 6,
    "sk-proj-" + "a1B2" * 8,
    "ATATT3xFfGF0" + "a1B2" * 8,
    "ntn_" + "a1B2" * 10,
    "secret_" + "a1B2" * 11,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
]

HARMLESS = [
    "```yaml\nkind: ConfigMap\ndata:\n  mode: x-Y1-zz\n```\n```yaml\nkind: Secret\ndata:\n  a: <value>\n```",
    '{"kind": "ConfigMap", "data": {"mode": "x-Y1-zzzzzz"}}',
    '{"items": [{"data": {"mode": "x-Y1-zz"}, "kind": "ConfigMap"}, {"data": {"a": ""}, "kind": "Secret"}]}',
    "mysql -u root -p mydb",
    "tokens:\n  - my-app-token\n  - other\n",
    "the token is `my-app-token`",
    "API key: see the wiki",
    "Secret key: my-app-key",
    "password: config.dbPassword1",
    "|===\n| Token | Id\n| optional | a1B2c3D4\n|===",
    "|===\n|===\n",
    "====  ====\nToken  Id\n====  ====\n",
    ".. list-table::\n\n   * - Id\n     - Token\n   * - a1B2c3D4\n     - optional\n",
    "password = var.db_password",
    "password = random_password.rds[each.key].result",
    'password = "${var.user}-${local.suffix}"',
    "password: ${DB_PASSWORD}",
    "password: $DB_PASSWORD",
    "password: <password>",
    "token: <your token>",
    "password: {{ .Values.db.password }}",
    'password: "{{ .Values.db.password | quote }}"',
    "token=$(gcloud auth print-access-token)",
    'curl -H "Authorization: Bearer $(gcloud auth print-access-token)"',
    "secretKeyRef:\n  name: my-app-signon\n  key: bearer_token",
    "secretName: foo",
    "existingSecret: x",
    "passwordSecretRef:\n  name: foo",
    "secret: my-app-secret",
    "secretKey: bearer_token",
    "token_type: bearer",
    "kubectl create secret generic x --from-literal=key=<value>",
    "tokenExpirationSeconds: 3600",
    "password_policy = {",
    "password_length = 32",
    "manage_master_user_password = true",
    "automountServiceAccountToken: false",
    "The password is in Secrets Manager.",
    "the password: ask in the channel",
    "token: see the wiki",
    "Secrets: these are kept in AWS Secrets Manager",
    "image: nginx@sha256:4bf0f5b2a1c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d",
    "commit: 4bf0f5b2a1c3d4e5f60718293a4b5c6d7e8f90a1",
    "role: arn:aws:iam::123456789012:role/token-reader",
    "secret_arn = arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-Ab12Cd",
    "account_id: 123456789012",
    "id: 3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "provisionDatabaseReadonlySecrets:\n  - publishing-api\n  - whitehall-2",
    "token_path: /var/run/secrets/token",
    "token: /var/run/secrets/kubernetes.io/serviceaccount/token",
    'variable "db_password" {\n  type      = string\n  sensitive = true\n}',
    'description = "Password for the database"',
    'password: "The password of the user that the app connects as"',
    '{"password": {"type": "string"}}',
    "password: string",
    "git clone https://github.com/acme/infra.git",
    "ssh://git@github.com:acme/infra",
    "postgres://user:${DB_PASSWORD}@host/db",
    "max_tokens: 4096",
    "## Token: what it is",
    'creation_token = "blue-assets"',
    "password = get_password(user)",
    "password: ENV['DB_PASSWORD']",
    "token: process.env.GITHUB_TOKEN",
    "public_key: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ",
    "remoteRef:\n  key: govuk/publishing-api/postgres\n  property: password",
    'args: ["--token", "--verbose"]',
    'args: ["--password-file", "/run/s3cr3t-1a"]',
    "args:\n  - --token\n  - $(API_TOKEN)",
    'args: ["--db-password", "$(DB_PASSWORD)"]',
    "give --token, which is needed",
    "password:\n  value: ${DB_PASSWORD}",
    "password:\nvalue: a1b2c3d4e5",
    "secret:\n  value: my-app-secret",
    "password:\n  valueFrom:\n    secretKeyRef: {}",
    'variable "db_password" {\n  default = ""\n}\nvariable "name" {\n  default = "a1B2c3D4"\n}',
    'output "db_password" {\n  value = random_password.db.result\n}',
    'variable "token_ttl" { default = "a1b2c3" }',
    'set_sensitive {\n  name = "a"\n  value = var.a\n}\nset {\n  name = "b"\n  value = "x1Y2z3a"\n}',
    "| User | Password |\n| --- | --- |\n| app | ask in the channel |\n| web | `db/pass1a.json` |",
    "| Token | Id |\n| --- | --- |\n| optional | a1B2c3D4 |\n| <token> | x |\n| `${TOKEN}` | y |",
    "| Secret name | Id |\n| --- | --- |\n| a1B2c3D4 | x |",
    "Use your login and password to sign in.",
    "Enter the login or password reset page.",
    "Set requirepass in the config.",
    "The requirepass setting in redis.conf must be on.",
    "masterauth and requirepass must match.",
    "docker login to the registry with -p or --password-stdin",
    "use redis-cli with -a option",
    "git push -u origin:main",
    "docker run --user node:node x",
    "sudo -u deploy:ops ls",
    "chown -u www:data",
    "curl https://x && sudo -u deploy:ops ls",
    "kubectl --user system:serviceaccount:default:deployer get pods",
    'authorization = "AWS_IAM"',
    'authorization = "COGNITO_USER_POOLS"',
    'encryption_key = "alias/aws/rds"',
    'signing_key = "projects/p/locations/l/keyRings/k/cryptoKeys/c1"',
    'master_key = "kms-prod-2024"',
    'token = "10.0.0.0/16"',
    "token: 86400",
    "refresh_token=2592000",
    "access_token: 12h0m0s",
    "Refresh token: 30d0h",
    "id_token: 86400s",
    "password: 2024-01-02",
    "connectionString: redis-master2:6379",
    'connection_string = "db2.example.com:5432"',
    "Connection string: jdbc:postgresql://db2.example.com:5432/shop",
    "dsn: host=db port=5432",
    "secret: my-app-tls-2024a",
    "Secret: `db-credentials-2024`",
    "auth: mTLS1.3",
    "authorization: RBAC,Node",
    "--authorization-mode=Node,RBAC",
    "pass: 99.95%",
    "| Service | Auth | Pin |\n|---|---|---|\n| pay | mTLS1.3 | m6g.xlarge2 |\n| y | OAuth2.0 | python3.11 |",
    "| User | Password |\n|---|---|\n| a | none |\n| b | LDAP |\n| c | `my-app-password` |",
    "kubectl create configmap x --from-literal=mode=a1B2c3D4",
    "kind: Secret\ndata:\n  a: {{ .Values.a | b64enc | quote }}\n  b: ${TOKEN}\n  c: <value>\n  d: ''",
    'kind: Secret\ndata:\n  a: {{ "{{ .sshPrivateKey | toString }}" }}',
    'resource "aws_ssm_parameter" "a" {\n  type  = "String"\n  value = "m6g.xlarge"\n}',
    'resource "kubernetes_secret" "a" {\n  data = {\n    url = "mongodb://app:${var.password}@${var.host}"\n  }\n}',
    "arn:aws:secretsmanager:${data.aws_region.current.region}:${data.aws_caller_identity.current.account_id}:secret:"
    "govuk/a1-b2",
    "Password for the admin user: ask in the channel",
    "token: see RB-1042",
    '"tokens": [\n  {\n    "id": "ABCDEfghij01234KLMN5678"\n  }\n]',
    "Password hash algorithm: bcrypt$2b12",
    "Password storage for users: bcrypt/sha512",
    "the password `db/password1` is in Vault",
    "the password `my-app-password` is in Vault",
    "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBg\n-----END CERTIFICATE-----",
]


@pytest.mark.parametrize("text", WITH_CANARY)
def test_a_credential_is_masked_and_lines_stay(text):
    masked, count = redact(text)
    assert CANARY not in masked
    assert MASK in masked
    assert count >= 1
    assert masked.count("\n") == text.count("\n")
    assert redact(masked) == (masked, 0)


@pytest.mark.parametrize(("text", "secret"), LEAKED)
def test_what_a_sentence_a_service_or_a_secret_holds_is_masked(text, secret):
    masked, _ = redact(text)
    assert secret not in masked
    assert MASK in masked
    assert redact(masked) == (masked, 0)


def test_an_escaped_line_end_ends_a_value() -> None:
    text = r'"app.properties": "app.token=a1B2c3D4e5f6\nversion=v1.20.24\nfor_password\nversion: v1.20.24\n"'
    assert redact(text)[0] == text.replace("a1B2c3D4e5f6", MASK)


def test_a_password_with_a_dot_is_no_reference() -> None:
    assert redact('password = "dkBKTNYTa3.qNYWk4"')[0] == f'password = "{MASK}"'


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_with_a_known_shape_are_masked_anywhere(token):
    masked, count = redact(f"we used {token}, then rotated it")
    assert masked == f"we used {MASK}, then rotated it"
    assert count == 1


@pytest.mark.parametrize("text", HARMLESS)
def test_references_names_and_prose_stay(text):
    assert redact(text) == (text, 0)


def test_only_the_password_of_a_url_is_masked():
    masked, _ = redact("postgres://app:hunter2@db.internal:5432/app")
    assert masked == f"postgres://app:{MASK}@db.internal:5432/app"


def test_a_private_key_keeps_its_lines_and_markers():
    text = (
        "key: |\n  -----BEGIN PRIVATE KEY-----\n  MIIEvQIBADANBg\n  kqhkiG9w0BAQEF\n"
        "  -----END PRIVATE KEY-----\nb: 1\n"
    )
    masked, _ = redact(text)
    assert masked == (
        f"key: |\n  -----BEGIN PRIVATE KEY-----\n  {MASK}\n  {MASK}\n  -----END PRIVATE KEY-----\nb: 1\n"
    )


def test_a_comment_behind_a_value_stays():
    assert redact("password: hunter2  # rotate monthly")[0] == f"password: {MASK}  # rotate monthly"


@pytest.mark.parametrize(
    "name", ["password", "DB_PASSWORD", "apiKey", "client_secret", "aws_secret_access_key"]
)
def test_names_of_credentials(name):
    assert looks_secret_key(name)


@pytest.mark.parametrize(
    "name",
    ["secretName", "passwordSecretRef", "token_type", "password_policy", "tokenExpirationSeconds", "key"],
)
def test_names_that_only_speak_of_credentials(name):
    assert not looks_secret_key(name)


def test_mask_value_keeps_line_count_and_references():
    assert mask_value("hunter2\nhunter3") == f"{MASK}\n{MASK}"
    assert mask_value("var.db_password") == "var.db_password"
    assert mask_value("") == ""


@given(st.text(alphabet=st.sampled_from("aZ09 \n\t:=\"'`\\|<>{}[]$-_.,;#@/") | st.characters(), max_size=300))
def test_any_text_keeps_its_lines_and_masking_is_stable(text):
    masked, _ = redact(text)
    assert masked.count("\n") == text.count("\n")
    assert redact(masked)[0] == masked


@given(
    st.sampled_from(WITH_CANARY),
    st.lists(st.sampled_from([*HARMLESS, *WITH_CANARY, "", "# note", "a: 1", "---"]), max_size=4),
)
def test_a_planted_credential_is_gone_whatever_surrounds_it(planted, around):
    text = "\n".join([*around, planted, "", *around])
    masked, _ = redact(text)
    assert CANARY not in masked
    assert masked.count("\n") == text.count("\n")


AKIA = "AKIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"aws_secret_access_key: {AKIA}{AKIA}", "aws_secret_access_key: [redacted]"),
        (f'aws_secret_access_key = "{AKIA}{AKIA}"', 'aws_secret_access_key = "[redacted]"'),
        (f"AWS_SECRET_ACCESS_KEY={AKIA}{AKIA} next", "AWS_SECRET_ACCESS_KEY=[redacted] next"),
        (f"run it with {AKIA}{AKIA}, please", "run it with [redacted], please"),
        (f"npm_{'a1' * 18}npm_{'b2' * 18}c3", "[redacted]"),
        (f"token: {AKIA}.abcDEF123", "token: [redacted]"),
        (f'{{"password":"p1+{AKIA}/x9"}}', '{"password":"[redacted]"}'),
        (f'"line\\n{AKIA}\\nline"', '"line\\n[redacted]\\nline"'),
        (f"token: {AKIA}  # of the robot", "token: [redacted]  # of the robot"),
        (f"The token: {AKIA}.", "The token: [redacted]."),
    ],
)
def test_a_credential_that_holds_a_known_token_is_masked_whole(text: str, masked: str) -> None:
    assert redact(text)[0] == masked
    assert redact(masked) == (masked, 0)


@pytest.mark.parametrize(
    "piece",
    [AKIA, "npm_" + "a1" * 18, "AIza" + "a" * 35, "token: a[redacted]", "token=[redacted]",
     "token", "password: ", "password='", 'password="\\', "a://b:", "-----BEGIN PRIVATE KEY-----\n",
     "eyJaaaaaa", "name: password\n", "kind: Secret\ndata:\n", "A1b2C3d4", "\n  ", "${", "token:token:",
     "password: |\n ", "mysql ", "login a password ", "<a>", '"data":{', '{"kind":"Secret",',
     "tokens:\n- a\n", "kind: Secret\n", "data:\n  a: b\n", "  \n", "a: b\n", "'", '"', "x=y\n\n",
     "name=secret value=", "password is `",
     "-----BEGIN PRIVATE KEY-----\n-----END ", "Authorization: ", "- --token\n", '"--token",', "--token, ",
     'variable "token" {', 'variable "token" {\n', "set_sensitive {", 'value = "', "token:\n  value: ",
     "token: {value: ", "kind: Secret\ndata: {", "{a: b, ", "{{ ", "{{ default \"", "token: [", "token:\n  a1B2c3\n",
     "token: \"a\n  b\n", "value: ", "value: a\n", "value: a, name: b,", "curl -u a:", " -u a:b1",
     "--from-literal=a=b ", "create secret ", "login a ", "requirepass ", "password for ", "PIN: ", "密码",
     "password \"", "$6$a$", "sig=",
     "resource \"kubernetes_secret\" \"a\" {\n data = {\n", "resource \"kubernetes_secret\" \"a\" {", "\n a = ",
     "token=a:b:", "a-a-", "token: aa.", "token: a=b;", "|", "|token|\n|-|\n", "|a1B2c3D4\n", "token-",
     "|===\n|token\n", "|===\n", ".. list-table::\n ",
     "== ==\n", "+-+\n", "+ ", "api key: "],
)  # fmt: skip
@pytest.mark.timeout(15)
def test_hostile_text_takes_linear_time(piece):
    text = "kind: Secret\ndata:\n" + piece * (100_000 // len(piece)) + "\x0b"
    redact(text)
