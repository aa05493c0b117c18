"""XES into `raw`, streamed: a trace's attribute KEY is the column `case:KEY`, an event's is KEY.

The parser is expat with everything refused that reaches outside the file or multiplies it: any DOCTYPE, and with it
every entity of the file's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Final
from xml.parsers import expat

from kept.history.batches import Batches
from kept.history.dialect import MOST_COLUMNS
from kept.history.errors import UnreadableLog
from kept.history.raw import RawRows, Task, cells_of
from kept.history.recognise import XES_KEYS
from kept.history.unpack import CHUNK_BYTES, PlainFile, Progress

TRACE_PREFIX: Final = "case:"
ATTRIBUTES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})


def read(task: Task) -> RawRows:
    """Fill `raw` from the XES file of `task`. Raises UnreadableLog, BadMapping."""
    wanted = task.mapping.wanted() if task.mapping else XES_KEYS
    with Batches(task.connection, task.scratch, len(wanted)) as batches:
        walk = _Walk(task.name, wanted, batches)
        _parse(task.plain, task.name, walk, task.on_progress)
    if not walk.events:
        raise UnreadableLog(f"{task.name} is an XES log without events. Export it again.")
    columns = (*(TRACE_PREFIX + key for key in walk.trace_keys), *walk.event_keys)
    return RawRows(task.choose(columns, frozenset()), columns, cells_of(wanted), walk.events)


def _parse(plain: PlainFile, name: str, walk: _Walk, on_progress: Progress) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.StartDoctypeDeclHandler = walk.refuse_doctype
    parser.EntityDeclHandler = walk.refuse_doctype
    parser.ExternalEntityRefHandler = walk.refuse_doctype
    walk.line_now = lambda: parser.CurrentLineNumber
    size = max(plain.path.stat().st_size, 1)
    try:
        with plain.path.open("rb") as stream:
            _feed(parser, stream, size, on_progress)
    except expat.ExpatError as error:
        raise UnreadableLog(_broken(error, name)) from None
    except (LookupError, ValueError) as error:
        raise UnreadableLog(
            f"{name} declares a text encoding that can't be read ({error}). Save it as UTF-8."
        ) from None


def _feed(parser: expat.XMLParserType, stream: IO[bytes], size: int, on_progress: Progress) -> None:
    done = 0
    while chunk := stream.read(CHUNK_BYTES):
        parser.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
        done += len(chunk)
        on_progress("Reading the events", done / size)
    parser.Parse(b"", True)  # noqa: FBT003


def _broken(error: expat.ExpatError, name: str) -> str:
    said = expat.ErrorString(error.code) or "it is not well formed"
    ends = {"no element found", "unclosed token", "unclosed CDATA section"}
    if said in ends:
        return (
            f"{name} is cut off: the XML ends in the middle (line {error.lineno}). Export it again; nothing was kept."
        )
    return f"{name} is not sound XML: {said}, on line {error.lineno}. Export it again; nothing was kept."


class _Walk:
    """Walks the elements of an XES log: log → trace → event → attribute; nested attributes and lists are passed by."""

    def __init__(self, name: str, wanted: tuple[str, ...], batches: Batches) -> None:
        self._name = name
        self._batches = batches
        self._of_trace = [key.removeprefix(TRACE_PREFIX) if key.startswith(TRACE_PREFIX) else None for key in wanted]
        self._wanted = wanted
        self._depth = 0
        self._trace_depth = 0
        self._event_depth = 0
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._waiting: list[tuple[int, int, dict[str, str]]] = []
        self._event_line = 0
        self.trace_keys: dict[str, None] = {}
        self.event_keys: dict[str, None] = {}
        self.events = 0
        self.line_now: Callable[[], int] = lambda: 0

    def refuse_doctype(self, *_: object) -> int:
        raise UnreadableLog(
            f"{self._name} declares a document type or entities of its own, by which a file can reach outside itself. "
            f"Kept does not follow them: remove the <!DOCTYPE …> part and try again."
        )

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        depth = self._depth
        if self._event_depth:
            if depth == self._event_depth + 1 and "key" in attributes:
                self._event[attributes["key"]] = attributes.get("value", "")
            return
        tag = tag.rpartition(":")[2]
        if tag == "event":
            self._event_depth, self._event, self._event_line = depth, {}, self.line_now()
        elif self._trace_depth:
            if depth == self._trace_depth + 1 and "key" in attributes and tag in ATTRIBUTES:
                self._trace[attributes["key"]] = attributes.get("value", "")
        elif tag == "trace":
            self._trace_depth, self._trace = depth, {}
        elif depth == 1 and tag != "log":
            raise UnreadableLog(f"{self._name} is XML but not XES: its outermost element is <{tag[:40]}>, not <log>.")

    def end(self, _tag: str) -> None:
        depth = self._depth
        self._depth -= 1
        if depth == self._event_depth:
            self._end_event()
        elif depth == self._trace_depth:
            self._end_trace()

    def _end_event(self) -> None:
        self._event_depth = 0
        self.events += 1
        self._note_keys(self.event_keys, self._event)
        if self._trace_depth:
            self._waiting.append((self.events, self._event_line, self._event))
        else:
            self._batches.reject(self._event_line, "The event stands outside any trace, so its case is not known.")

    def _end_trace(self) -> None:
        # A trace's attributes may come after its events, so events wait until the trace is whole.
        self._trace_depth = 0
        self._note_keys(self.trace_keys, self._trace)
        trace, of_trace, wanted = self._trace, self._of_trace, self._wanted
        shared = [None if key is None else trace.get(key) for key in of_trace]
        for place, line, event in self._waiting:
            values = [event.get(key, common) for key, common in zip(wanted, shared, strict=True)]
            self._batches.add(place, line, values)
        self._waiting.clear()

    def _note_keys(self, seen: dict[str, None], attributes: dict[str, str]) -> None:
        if attributes.keys() <= seen.keys():
            return
        seen.update(dict.fromkeys(attributes))
        if len(seen) > MOST_COLUMNS:
            raise UnreadableLog(
                f"{self._name} has more than {MOST_COLUMNS:,} different attributes. Export only those that you need."
            )
