"""The shape of `config.yaml`; see docs/reference/configuration.md, which is generated from here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr
from pydantic_core import PydanticCustomError

from api.errors import UnknownSourceError
from api.settings.base_source import Principals
from api.settings.fields import AnyPath, ModelName, NotEmpty, OptionalWebAddress, Secret, Strict, WebAddress
from api.settings.sources import KubernetesSource, PrometheusSource, Source


def _crontab(value: str) -> str:
    from ingest.schedule import parse_crontab

    try:
        parse_crontab(value)
    except ValueError as error:
        raise PydanticCustomError("bad_cron", "{reason}", {"reason": str(error)}) from None
    return value


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("bad_timezone", "unknown time zone {zone}", {"zone": value}) from None
    return value


class EmbeddingSettings(Strict):
    """Which model turns text into vectors."""

    model: str = Field(
        default="default",
        min_length=1,
        description="`default` (the bundled MiniLM), or a sentence-transformers model's name or folder.",
    )
    backend: Literal["onnx", "torch"] = Field(
        default="onnx",
        description="`onnx` for the bundled model; `torch` runs through sentence-transformers.",
    )
    multilingual: bool = Field(
        default=False,
        description="Whether the model reads Chinese; else it is given the English of Chinese terms.",
    )


class RerankerSettings(Strict):
    """A cross-encoder that reads question and passage together and orders the best files anew."""

    model: ModelName = Field(
        description="A cross-encoder with one score: its name on the hub, or its folder (nothing is fetched then)."
    )
    candidates: int = Field(
        default=10, ge=2, le=50, description="Files that it reads a passage of, for each question."
    )
    weight: float = Field(
        default=0.5,
        gt=0,
        le=10,
        description="What its word (0 to 1) is worth; the other signals of a good passage make 3 to 4 together.",
    )


class IndexSettings(Strict):
    """Where Kubelore keeps its state."""

    path: AnyPath = Field(
        default=Path("data/state"), validate_default=True, description="State folder; made on first use."
    )
    server: OptionalWebAddress = Field(
        default=None, description="Address of a Chroma server; null: embedded."
    )
    embedding: EmbeddingSettings = EmbeddingSettings()
    reranker: RerankerSettings | None = Field(
        default=None, description="null: the signals of `docs/decisions/0003-ranking.md` decide alone."
    )


class NliSettings(Strict):
    """A model for natural language inference that checks what the language model says; it can only refuse."""

    model: ModelName = Field(
        description="A cross-encoder with a label `entailment`: its name on the hub, or its folder."
    )
    threshold: float = Field(
        default=0.5, gt=0, lt=1, description="The least probability of `entailment` that passes."
    )


class LlmSettings(Strict):
    """A server that speaks the OpenAI API."""

    base_url: WebAddress = Field(description="Up to and with its `/v1`, such as http://localhost:11434/v1.")
    model: str = Field(min_length=1, description="As the server names it.")
    api_key: Secret | None = Field(default=None, description="null: none is sent.")
    timeout: float = Field(
        default=30.0, gt=0, le=600, description="Seconds for one answer; then the answer is extractive."
    )
    max_tokens: int = Field(default=700, ge=16, le=8_192, description="Tokens of one reply.")
    context_tokens: int = Field(
        default=1_500, ge=200, le=100_000, description="Tokens of the lines that are sent with a question."
    )
    nli: NliSettings | None = Field(
        default=None, description="null: what the model says is held to its sources word by word alone."
    )


class HistorySettings(Strict):
    """What was asked, which is kept in the state folder for conversations, feedback and the report of gaps."""

    days: int = Field(default=90, ge=1, le=3_650, description="Questions are forgotten after so many days.")
    questions: int = Field(
        default=10_000, ge=1, le=1_000_000, description="No more are kept; the oldest go first."
    )
    conversation_hours: int = Field(
        default=24,
        ge=1,
        le=24 * 365,
        description="A turn of a conversation is forgotten after so many hours.",
    )


class AnswerSettings(Strict):
    """How answers are made."""

    llm: LlmSettings | None = Field(default=None, description="null: no model takes part in an answer.")
    history: HistorySettings = HistorySettings()


class ScheduleSettings(Strict):
    """When `kubelore serve` ingests by itself."""

    cron: Annotated[str, AfterValidator(_crontab)] | None = Field(
        default="0 2 * * *",
        description="Minute, hour, day of month, month, day of week (0 and 7: Sunday); null: never.",
    )
    timezone: Annotated[str, AfterValidator(_timezone)] = Field(default="UTC", description="IANA name.")


class AuthSettings(Strict):
    """Bearer tokens and the principals that each stands for; every token also stands for `public`."""

    tokens: dict[SecretStr, Principals] = Field(min_length=1, description="Token to principals.")
    operators: Principals = Field(
        default=("operator",), description="Principals that may start runs and see them."
    )


class ApiSettings(Strict):
    """The HTTP server of `kubelore serve`."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8080, ge=1, le=65535)
    hosts: tuple[Annotated[str, Field(min_length=1)], ...] = Field(
        default=(),
        description="Names that a request's `Host` may have, besides `host`, `localhost` and any IP address;"
        " `*`: any.",
    )
    auth: AuthSettings | None = Field(
        default=None, description="null: every caller is the principal `public`."
    )


class Settings(Strict):
    """The whole configuration."""

    sources: Annotated[tuple[Source, ...], NotEmpty] = Field(description="What to read.")
    index: IndexSettings = Field(default_factory=lambda: IndexSettings.model_validate({}))
    answers: AnswerSettings = AnswerSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    api: ApiSettings = ApiSettings()

    @property
    def live_clusters(self) -> list[KubernetesSource]:
        """The sources that are running clusters."""
        return [source for source in self.sources if isinstance(source, KubernetesSource) and source.is_live]

    @property
    def metric_servers(self) -> list[PrometheusSource]:
        """The sources that are asked for metrics."""
        return [source for source in self.sources if isinstance(source, PrometheusSource)]

    @property
    def readers(self) -> frozenset[str]:
        """Everybody who is named as a reader of a source: who is all of these may read what all sources hold."""
        return frozenset(one for source in self.sources for one in source.access)

    def require_sources(self, names: Iterable[str], principals: frozenset[str] | None = None) -> None:
        """Raises `UnknownSourceError` if one of `names` is no source that `principals` may read (None: all)."""
        known = [s.name for s in self.sources if principals is None or principals & set(s.access)]
        for name in names:
            if name not in known:
                remedy = f"use one of {', '.join(known)}" if known else "there is none that you may read"
                raise UnknownSourceError(f"there is no source {name!r}; {remedy}")
