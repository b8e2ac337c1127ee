"""A fake Prometheus over real HTTP or HTTPS, which evaluates the part of PromQL that investigations use.

    server = Prometheus()
    server.gauge("container_memory_working_set_bytes", {"namespace": "shop", "pod": "cart-1"}, times, values)
    server.counter("http_requests_total", {"namespace": "shop", "code": "200"}, times, lambda t: 5.0)   # by its rate
    with serving(server, tls=True) as running:              # running.url, running.ca

What goes wrong: `server.faults = [Fault("query_range", status=503), Fault("query_range", "late", seconds=2), ...]`
(tests.servers.faults: `status`, `cut`, `slow`, `late`, `truncated`, `garbage`), `server.warnings` (answers that are
not whole), `server.max_samples` (422 in the real server's words), `server.token` or `server.login` (401 without).
`server.asked` holds every request. Its answers are those of a real Prometheus 2.42: tests/contract/test_prometheus.py
compares them where its binary is installed.

Not there: subqueries, offset, joins with `on`, `without`, regular expressions beyond Python's, native histograms.
"""

from tests.servers.prometheus.server import Prometheus, Running, serving
from tests.servers.prometheus.store import Series

__all__ = ["Prometheus", "Running", "Series", "serving"]
