"""The team's own pages in a report."""

from __future__ import annotations

from collections.abc import Sequence

from incidents.evidence import PieceType
from incidents.investigate import investigate
from incidents.report import Investigation
from incidents.runbooks import Passage, with_runbooks
from tests.unit.test_begun import change, stuck

UNDO = Passage("Roll back cart", "Stop the sync, then go back.", "files:docs/undo.md", "https://x/undo")
OTHER_UNDO = Passage("Roll back mail", "Roll back mail.", "files:docs/mail.md")
ALERT = Passage("CartDown", "Look at the pods.", "files:docs/alert.md")
IMAGE = Passage("Images", "When the image of cart does not exist, build it.", "files:docs/images.md")
ALL = (OTHER_UNDO, ALERT, IMAGE, UNDO)


def search(query: str) -> Sequence[Passage]:
    return ALL


def titles(report: Investigation) -> list[str]:
    return [one.object for one in report.evidence if one.type is PieceType.DOCUMENT]


def test_the_alerts_page_stands_first_then_the_way_back() -> None:
    report = with_runbooks(investigate(stuck(change(5))), search, ["CartDown"])

    assert titles(report) == ["CartDown", "Roll back cart", "Images"]
    number = len(report.evidence) - 1
    assert report.evidence[number - 1].text == UNDO.text
    assert f"- Roll back cart (https://x/undo) [{number}]" in report.summary
    assert number in report.causes[0].evidence


def test_without_a_change_nothing_is_rolled_back() -> None:
    assert titles(with_runbooks(investigate(stuck()), search)) == ["Images"]


def test_pages_about_something_else_are_left_out() -> None:
    report = investigate(stuck(change(5)))

    assert with_runbooks(report, lambda _: [OTHER_UNDO]) == report


GROUP = Passage("Cart on call", "For CartDown and CartSlow: look at the pods.", "files:docs/oncall.md")
ONE = Passage("Alerts", "CartSlow is harmless at night.", "files:docs/alerts.md")
PULL = Passage("What to do about ImagePullBackOff", "See whether the tag was pushed.", "files:docs/pull.md")


def test_pages_that_name_the_alerts_of_the_group() -> None:
    report = with_runbooks(investigate(stuck()), lambda _: [ONE, OTHER_UNDO, GROUP], ["CartDown", "CartSlow"])

    assert titles(report) == ["Cart on call", "Alerts"]


def test_a_page_on_the_reason_that_kubernetes_gives() -> None:
    report = investigate(stuck())

    assert any("ImagePullBackOff" in piece.text for piece in report.evidence)
    assert titles(with_runbooks(report, lambda _: [OTHER_UNDO, PULL])) == [PULL.title]
