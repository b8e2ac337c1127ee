"""`config.yaml` as validated values: `load_settings(path) -> Settings`. Nothing is read at import time."""

from api.settings.load import folder_problems, load_settings, unusable_state
from api.settings.models import (
    AnswerSettings,
    ApiSettings,
    AuthSettings,
    EmbeddingSettings,
    HistorySettings,
    IndexSettings,
    LlmSettings,
    NliSettings,
    RerankerSettings,
    ScheduleSettings,
    Settings,
)
from api.settings.problems import Problem, SettingsError
from api.settings.sources import (
    FilesSource,
    KubernetesSource,
    PrometheusSource,
    ScriptSettings,
    SelectionSettings,
    Source,
    TerraformSource,
)
from api.settings.wikis import ConfluenceSource, NotionSource, OAuthSettings

__all__ = [
    "AnswerSettings",
    "ApiSettings",
    "AuthSettings",
    "ConfluenceSource",
    "EmbeddingSettings",
    "FilesSource",
    "HistorySettings",
    "IndexSettings",
    "KubernetesSource",
    "LlmSettings",
    "NliSettings",
    "NotionSource",
    "OAuthSettings",
    "Problem",
    "PrometheusSource",
    "RerankerSettings",
    "ScheduleSettings",
    "ScriptSettings",
    "SelectionSettings",
    "Settings",
    "SettingsError",
    "Source",
    "TerraformSource",
    "folder_problems",
    "load_settings",
    "unusable_state",
]
