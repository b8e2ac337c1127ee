"""Tiny cross-encoders with weights set by hand, saved as those of the hub are: one word of a pair decides."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] . delete the database back up roll checkout never before".split()
WIDTH = 8


def save_model(folder: Path, labels: Mapping[str, tuple[float, float]], word: str, window: int = 64) -> Path:
    """A model with `labels`, each with about its logits for a pair without `word` and for one that holds it."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=WIDTH, num_hidden_layers=1, num_attention_heads=1, intermediate_size=WIDTH,
        max_position_embeddings=window, id2label=dict(enumerate(labels)),
        label2id={label: i for i, label in enumerate(labels)},
    )  # fmt: skip
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        for weights in (w for name, w in model.named_parameters() if "LayerNorm" not in name):
            weights.zero_()
        # Every word is told apart only by whether it is the one; the first sign sees the mean of all.
        words = model.bert.embeddings.word_embeddings.weight
        words[:, 1:3] = torch.tensor([1.0, -1.0])
        words[WORDS.index(word)] = torch.eye(WIDTH)[0] * WIDTH
        attention = model.bert.encoder.layer[0].attention
        attention.self.value.weight.copy_(torch.eye(WIDTH))
        attention.output.dense.weight.copy_(torch.eye(WIDTH))
        model.bert.pooler.dense.weight[0, 0] = 10.0
        without, held = torch.tensor(list(labels.values())).T
        model.classifier.bias.copy_(without)
        model.classifier.weight[:, 0] = held - without
    folder.mkdir(parents=True)
    (folder / "vocab.txt").write_text("\n".join(WORDS))
    model.save_pretrained(folder)
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    return folder
