"""What training changed in the bundled model: made compact, and added again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.embedding.weights import Weights, added, changes_of

UNITS = st.integers(-512, 512).map(lambda n: n / 256)
"""Numbers that fp16 holds exactly, and whose sums fp32 does."""


def matrix(rows: int, columns: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)


@given(
    st.integers(1, 24), st.integers(1, 24), st.integers(1, 6), st.integers(0, 3), st.integers(0, 2**32 - 1)
)
def test_a_change_of_low_rank_is_exact_up_to_fp16(
    rows: int, columns: int, rank: int, more: int, seed: int
) -> None:
    old = matrix(rows, columns, seed)
    change = matrix(rows, rank, seed + 1) @ matrix(rank, columns, seed + 2)
    changes = changes_of({"w": old}, {"w": old + change}, rank + more)
    error = np.linalg.norm(added({"w": old}, changes)["w"] - (old + change))
    # Each factor is rounded to 11 bits; rank r makes the sum of the singular values at most sqrt(r) norms.
    assert error <= 2 * 2**-11 * np.sqrt(rank) * np.linalg.norm(change) + 1e-4


@given(arrays(np.float32, 12, elements=UNITS), arrays(np.float32, 12, elements=UNITS))
def test_vectors_are_exact(old: np.ndarray, change: np.ndarray) -> None:
    new = old + change
    changes = changes_of({"b": old}, {"b": new}, 1)
    assert np.array_equal(added({"b": old}, changes)["b"], new)


def test_names_are_kept_and_what_did_not_change_takes_no_room() -> None:
    old: Weights = {"a.weight": matrix(5, 4, 0), "a.bias": matrix(1, 5, 1)[0], "b.weight": matrix(3, 3, 2)}
    new = {**old, "a.weight": old["a.weight"] + 1, "a.bias": old["a.bias"] - 1}
    changes = changes_of(old, new, 1)
    assert set(changes) == {"a.weight.left", "a.weight.right", "a.bias"}
    assert {change.dtype for change in changes.values()} == {np.dtype(np.float16)}
    again = added({**old, "position_ids": np.arange(3)}, changes)
    assert set(again) == {*old, "position_ids"}
    assert again["b.weight"] is old["b.weight"]
    assert again["a.weight"].dtype == np.float32


def test_a_change_of_higher_rank_is_taken_in_its_greatest_parts() -> None:
    old = np.zeros((3, 3), dtype=np.float32)
    new = np.diag([4.0, 2.0, 1.0]).astype(np.float32)
    again = added({"w": old}, changes_of({"w": old}, {"w": new}, 2))["w"]
    assert np.allclose(again, np.diag([4.0, 2.0, 0.0]), atol=0.01)
