"""The thread that turns notes into spans and values into metrics, and sends them to the collector.

The SDK is loaded here and only when there is a collector: neither the start nor any request waits for it. A collector
that is away costs nobody anything but what it would have been told.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from time import time_ns
from typing import TYPE_CHECKING, Any, Final

from pharmacy import __version__
from pharmacy.core.worker import Worker
from pharmacy.oversight.limits import load_limits
from pharmacy.telemetry.notes import ROOT, Note, note

if TYPE_CHECKING:
    from opentelemetry.metrics import CallbackOptions, Observation
    from opentelemetry.trace import Tracer

MOST: Final = 10_000
"""Notes that wait at most; of more the oldest are dropped."""
IDLE_SECONDS: Final = 1.0
REQUEST_SECONDS: Final = 3.0


class Telemetry(Worker):
    """Takes notes from everywhere, at no cost; without a collector it drops them."""

    name = "telemetry"

    def __init__(self, otlp_url: str, every: float, build: str, latest: Callable[[], Mapping[str, float]]) -> None:
        """`every`: seconds between two exports; `latest`: the values of the metrics right now."""
        self._url = otlp_url
        self._every = every
        self._build = build
        self._latest = latest
        self._notes: deque[Note] = deque(maxlen=MOST)
        self._tracer: Tracer | None = None
        self._closing: list[Callable[[], Any]] = []
        self._next_ids = (0, 0)
        super().__init__()

    @staticmethod
    def now() -> int:
        """When a step begins, in nanoseconds since 1970."""
        return time_ns()

    def tell(self, trace: str, name: str, began: int, **attributes: str) -> None:
        """A step that ends now. Call it after the commit of what it tells of."""
        if self._url and trace:
            self._notes.append(note(trace, name, began, **attributes))
            self.wake()

    def look(self) -> float:
        """Hand over whatever has been noted."""
        if not self._url:
            return IDLE_SECONDS
        self._tracer = self._tracer or self._begin()
        while self._notes:
            self._span(self._tracer, self._notes.popleft())
        return IDLE_SECONDS

    def close(self) -> None:
        super().close()
        for end in self._closing:
            end()

    def _span(self, tracer: Tracer, noted: Note) -> None:
        from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

        trace, root = int(noted.trace, 16), int(noted.trace[:16], 16)
        context = None
        self._next_ids = (trace, root if noted.name == ROOT else 0)
        if noted.name != ROOT:
            parent = SpanContext(trace, root, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
            context = set_span_in_context(NonRecordingSpan(parent))
        span = tracer.start_span(noted.name, context, attributes=noted.attributes, start_time=noted.began)
        span.end(noted.ended)

    def _begin(self) -> Tracer:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator

        telemetry = self

        class MessageIds(RandomIdGenerator):
            """The first span of a trace has the ids of its message; all others random ones."""

            def generate_trace_id(self) -> int:
                return telemetry._next_ids[0]

            def generate_span_id(self) -> int:
                root, telemetry._next_ids = telemetry._next_ids[1], (telemetry._next_ids[0], 0)
                return root or super().generate_span_id()

        resource = Resource(
            {"service.name": "pharmacy", "service.version": __version__, "service.instance.id": self._build}
        )
        spans = OTLPSpanExporter(f"{self._url}/v1/traces", timeout=REQUEST_SECONDS)
        tracers = TracerProvider(resource=resource, id_generator=MessageIds(), shutdown_on_exit=False)
        tracers.add_span_processor(BatchSpanProcessor(spans, schedule_delay_millis=self._every * 1000))
        values = OTLPMetricExporter(f"{self._url}/v1/metrics", timeout=REQUEST_SECONDS)
        reader = PeriodicExportingMetricReader(values, export_interval_millis=self._every * 1000)
        meters = MeterProvider([reader], resource, shutdown_on_exit=False)
        for name in load_limits().alerts:
            meters.get_meter("pharmacy").create_observable_gauge(f"pharmacy.{name}", [self._observing(name)])
        self._closing = [tracers.shutdown, meters.shutdown]
        return tracers.get_tracer("pharmacy")

    def _observing(self, name: str) -> Callable[[CallbackOptions], Iterable[Observation]]:
        def observe(_options: CallbackOptions) -> Iterable[Observation]:
            from opentelemetry.metrics import Observation

            value = self._latest().get(name)
            return [] if value is None else [Observation(value)]

        return observe
