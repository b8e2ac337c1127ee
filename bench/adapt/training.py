"""Trains the model: each question to find its passage, each passage to prefer its question to near misses."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from bench.adapt.examples import Batch, Example, batches, count_of_batches
from bench.adapt.model import Model
from bench.adapt.recipe import Recipe

_TOLD = 20
_NEVER = -1e4
"""A score that counts for nothing in a softmax."""


def train(model: Model, given: Sequence[Example], recipe: Recipe) -> None:
    """Change the model's weights; tells the mean loss on the way. Raises `ValueError` if there is not one batch."""
    steps = count_of_batches(given, recipe.epochs, recipe.batch)
    if not steps:
        raise ValueError(f"{len(given)} passages give no batch of {recipe.batch} questions")
    torch.manual_seed(recipe.seed)
    trained = model.freeze(recipe.frozen)
    optimizer = torch.optim.AdamW(trained, recipe.rate, weight_decay=recipe.decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: recipe.rate_at(step, steps))
    model.network.train()
    started = time.monotonic()
    losses: list[float] = []
    last = min(steps, recipe.steps or steps)
    print(f"{len(given)} passages, {steps} steps of {recipe.batch} questions", flush=True)
    for batch in islice(batches(given, recipe.epochs, recipe.batch, recipe.seed), last):
        found = loss(model, batch, recipe)
        found.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(float(found.detach()))
        if len(losses) % _TOLD == 0 or len(losses) == last:
            some = losses[-_TOLD:]
            each = (time.monotonic() - started) / len(losses)
            print(f"step {len(losses)}: loss {sum(some) / len(some):.4f}, {each:.2f} s a step", flush=True)
    model.network.eval()


def loss(model: Model, batch: Batch, recipe: Recipe) -> Any:
    """What is made less: for questions over passages, and for passages over questions and near misses."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        questions = model.embed(batch.questions + batch.near, recipe.question_tokens)
        passages = model.embed(batch.passages + batch.hard, recipe.passage_tokens)
    count = len(batch.questions)
    right = torch.arange(count)
    # Another passage of the same document may answer as well, so it is not held against it.
    same = torch.tensor([[a == b for b in batch.documents] for a in batch.documents])
    same.fill_diagonal_(False)
    finds = recipe.scale * questions[:count] @ passages.T
    finds[:, :count].masked_fill_(same, _NEVER)
    prefers = recipe.scale * passages[:count] @ questions.T
    prefers[:, :count].masked_fill_(same, _NEVER)
    return cross_entropy(finds, right) + recipe.near * cross_entropy(prefers, right)
