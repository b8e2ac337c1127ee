"""`make demo-incident`: the report names the bad rollout, its change, how it spread and the runbook."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bench import demo_incident
from tests.integration.test_wiring import HashingModel
from tests.servers.bad_rollout import BAD_TAG, roll_out
from tests.servers.demo_clusters import running


def test_the_report_names_cause_change_path_and_runbook(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("index.index.load", lambda settings, folder: HashingModel())

    assert demo_incident.main(["--json"]) == 0

    report = json.loads(capsys.readouterr().out)
    cause = report["causes"][0]
    evidence = {piece["number"]: piece for piece in report["evidence"]}
    cited = [evidence[number] for number in cause["evidence"]]
    assert (cause["object"], cause["cause"]) == ("Deployment/shop/checkout", "revision_broken")
    assert f"checkout:{BAD_TAG}, by argocd-controller" in cause["text"]
    assert [one["object"] for one in cited if one["type"] == "change"] == ["Deployment/shop/checkout"]
    assert {"CheckoutLatency", "Roll back checkout"} <= {
        one["object"] for one in cited if one["type"] == "document"
    }
    assert "Deployment storefront" in report["summary"].partition("**How it spread:**")[2]
    assert any(one["path"] and "storefront" in one["target"] for one in report["graph"]["edges"])
    assert report["timeline"][0]["type"] == "change"
    assert any("no PaymentClient for profile" in one["text"] for one in cited if one["type"] == "log")
    assert any("checkout error ratio" in one["text"] for one in cited if one["type"] == "metric")
    released = datetime.fromisoformat(report["timeline"][0]["at"])
    turned = [datetime.fromisoformat(one["turned_at"]) for one in report["panels"]]
    assert all(released <= at <= released + timedelta(minutes=1) for at in turned)
    assert [one["cause"] for one in report["causes"]] == ["revision_broken"]
    assert report["unread"] == []


def test_the_incident_changes_nothing_else() -> None:
    manifests = Path(demo_incident.__file__).parents[1] / "data/demo/manifests"
    cluster, calm = running(manifests, "production"), running(manifests, "production")

    assert roll_out(cluster).endswith(BAD_TAG)
    for kind in ("Service", "ConfigMap", "Node", "NetworkPolicy"):
        named = [
            {one.obj["metadata"]["name"] for one in c.store.records(c.store.registry.named(kind))}
            for c in (cluster, calm)
        ]
        assert named[0] == named[1]
