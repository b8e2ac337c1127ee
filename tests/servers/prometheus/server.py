"""The HTTP API of the fake: queries, label values, series; and how it is served."""

from __future__ import annotations

import base64
import math
import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.servers.faults import Fault
from tests.servers.kube.certificates import self_signed
from tests.servers.prometheus.evaluation import Evaluation
from tests.servers.prometheus.parsing import QueryError, matchers_of, parse
from tests.servers.prometheus.store import NAME, Series, Store
from tests.servers.web import Asked, Reply, served

_MOST_POINTS = 11_000
_TOO_MANY = "query processing would load too many samples into memory in query execution"


class Prometheus:
    """A server without any series, until some are added."""

    def __init__(self, *, now: Callable[[], float] = time.time) -> None:
        self.store = Store()
        self.faults: list[Fault] = []
        self.latency = 0.0
        self.url = ""
        self.now = now
        self.token = ""
        self.login: tuple[str, str] | None = None
        self.warnings: list[str] = []
        self.max_samples = 50_000_000
        self.asked: list[Asked] = []

    def gauge(
        self, name: str, labels: dict[str, str], times: Sequence[float], values: Sequence[float]
    ) -> None:
        """A series of values as they are; NaN ends it, as a target that is gone does."""
        self.store.add(Series({NAME: name, **labels}, list(times), list(values)))

    def counter(
        self, name: str, labels: dict[str, str], times: Sequence[float], rate: Callable[[float], float]
    ) -> None:
        """A counter that grows at a rate, asked for at each of its times."""
        total, before, values = 0.0, times[0], []
        for at in times:
            total += rate(at) * (at - before)
            before = at
            values.append(total)
        self.gauge(name, labels, times, values)

    def arrived(self, asked: Asked) -> None:
        """Keeps the request."""
        self.asked.append(asked)

    def reply(self, asked: Asked, fault: Fault | None) -> Reply:
        """The answer to a request."""
        if fault and fault.kind == "status":
            return Reply(fault.status, _error(fault.code, fault.message), fault.all_headers(self.now()))
        if not self._may(asked):
            return Reply(401, raw=b"Unauthorized\n", headers={"Content-Type": "text/plain; charset=utf-8"})
        try:
            return self._answered(asked)
        except QueryError as error:
            said = f'invalid parameter "query": {error}'
            return Reply(400, _error("bad_data", said))
        except OverflowError as error:
            return Reply(422, _error("execution", str(error)))

    def _may(self, asked: Asked) -> bool:
        given = asked.headers.get("authorization", "")
        if self.login is not None:
            wanted = base64.b64encode(":".join(self.login).encode()).decode()
            return given == f"Basic {wanted}"
        return not self.token or given == f"Bearer {self.token}"

    def _answered(self, asked: Asked) -> Reply:
        path = asked.path
        if path == "/api/v1/query_range":
            return self._range(asked)
        if path == "/api/v1/query":
            found = Evaluation(self.store).at(parse(asked.get("query")), self.now())
            if isinstance(found, float):
                return _success({"resultType": "scalar", "result": [self.now(), _shown(found)]})
            result = [{"metric": dict(key), "value": [self.now(), _shown(one)]} for key, one in found.items()]
            return _success({"resultType": "vector", "result": result})
        if path == "/api/v1/series":
            labels = [one.labels for one in self._matching(asked)]
            return _success(labels[: int(asked.get("limit", "0")) or None])
        match = re.fullmatch(r"/api/v1/label/(\w+)/values", path)
        if match:
            return _success(
                sorted({one.labels[match[1]] for one in self._matching(asked) if match[1] in one.labels})
            )
        return Reply(404, raw=b"404 page not found\n", headers={"Content-Type": "text/plain; charset=utf-8"})

    def _matching(self, asked: Asked) -> list[Series]:
        start, end = float(asked.get("start", "0")), float(asked.get("end", str(self.now())))
        chosen = asked.query.get("match[]", [])
        found = [one for text in chosen for one in self.store.select(matchers_of(text), start, end)]
        return found if chosen else self.store.select([], start, end)

    def _range(self, asked: Asked) -> Reply:
        start, end, step = (float(asked.get(name)) for name in ("start", "end", "step"))
        if (end - start) / step > _MOST_POINTS:
            said = "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution"
            return Reply(400, _error("bad_data", f"{said} (?step=XX)"))
        tree, work = parse(asked.get("query")), Evaluation(self.store)
        rows: dict[Any, list[list[Any]]] = {}
        for number in range(math.floor((end - start) / step + 1e-9) + 1):
            at = start + number * step
            found = work.at(tree, at)
            if work.samples > self.max_samples:
                raise OverflowError(_TOO_MANY)
            values = {frozenset(): found} if isinstance(found, float) else found
            for labels, value in values.items():
                rows.setdefault(labels, []).append([round(at, 3), _shown(value)])
        result = [{"metric": dict(labels), "values": values} for labels, values in rows.items()]
        return _success({"resultType": "matrix", "result": result}, self.warnings)


def _success(data: Any, warnings: Sequence[str] = ()) -> Reply:
    return Reply(
        data={"status": "success", "data": data, **({"warnings": list(warnings)} if warnings else {})}
    )


def _error(kind: str, said: str) -> dict[str, str]:
    return {"status": "error", "errorType": kind, "error": said}


def _shown(value: float) -> str:
    """A value as the server writes it: never with an exponent."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    return format(Decimal(repr(value)), "f").removesuffix(".0")


@dataclass(frozen=True)
class Running:
    """Where a fake answers; `ca` is the authority of its certificate."""

    url: str
    ca: Path | None


@contextmanager
def serving(server: Prometheus, *, tls: bool = False, port: int = 0) -> Iterator[Running]:
    """The server answers until the block ends."""
    context, pair = None, self_signed() if tls else None
    if pair is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate, pair.key)
    with served(server, port, context):
        yield Running(server.url, pair.certificate if pair else None)
