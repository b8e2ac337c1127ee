"""Numbered procedures are said whole or marked; bullets keep the sentence above them."""

from __future__ import annotations

from answers.select import pick, procedure
from answers.units import Unit
from connectors.documents import Document
from tests.unit.answer_fakes import a_page, all_units

STEPS = """\
Before you begin, tell the team.

To restore:

1. Stop the writers.

   ```sh
   kubectl scale deploy/cart --replicas=0
   ```

2. Restore the snapshot.

   It takes an hour.

3. Start the writers.

Afterwards, write a note.
"""


def units_with_best(page: Document, best: str) -> list[Unit]:
    units = all_units(page)
    for unit in units:
        unit.score = 1.0 if best in unit.text else 0.1
    return units


def test_a_procedure_is_all_steps_with_their_code() -> None:
    units = all_units(a_page(STEPS))
    i = next(j for j, u in enumerate(units) if "snapshot" in u.text)
    found = [units[j].text for j in procedure(units, i)]
    assert found[0].startswith("1. Stop")
    assert found[-1].startswith("3. Start")
    assert any("kubectl scale" in text for text in found)
    assert not procedure(units, 0)


def test_one_matching_step_brings_all_steps_and_what_leads_to_them() -> None:
    units = units_with_best(a_page(STEPS), "snapshot")
    said = " ".join(u.text for u in pick(units, [0] * len(units), 700))
    for part in ("To restore:", "1. Stop", "kubectl scale", "2. Restore", "3. Start"):
        assert part in said


def test_an_unsure_answer_stays_short() -> None:
    units = units_with_best(a_page(STEPS), "snapshot")
    said = pick(units, [0] * len(units), 60)
    assert sum(len(u.text) for u in said) < 120


def test_a_bullet_brings_the_sentence_above_its_list() -> None:
    page = a_page("Other words.\n\nThe autoscaler does this:\n\n- adds nodes\n- removes empty worker nodes\n")
    units = units_with_best(page, "removes empty")
    assert [u.text for u in pick(units, [0] * len(units), 55)] == [
        "The autoscaler does this:",
        "- removes empty worker nodes",
    ]
