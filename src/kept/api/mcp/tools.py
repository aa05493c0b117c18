"""What an assistant can do: all of it in one table."""

from __future__ import annotations

from typing import Any, Final

from kept.api.mcp import advising, parties, reading, shapes, writing
from kept.api.mcp.calls import Tool

TOOLS: Final[tuple[Tool[Any], ...]] = (
    Tool("my_desk", "My desk", reading.Nothing, shapes.Desk, reading.my_desk),
    Tool("look_at_promise", "Look at a promise", reading.OnePromise, shapes.Looked, reading.look_at_promise),
    Tool("why_is_it_late", "Why is it late?", reading.OnePromise, shapes.Why, reading.why_is_it_late),
    Tool("find", "Find", reading.Sought, shapes.Found, reading.find),
    Tool(
        "who_are_my_customers", "Who are my customers?", reading.WhoseCustomers, parties.Customers,
        reading.who_are_my_customers,
    ),
    Tool("whom_to_ask", "Whom to ask", reading.Wanted, parties.Proposals, reading.whom_to_ask),
    Tool("which_date_is_safe", "Which date is safe?", advising.Dated, advising.Dates, advising.which_date_is_safe),
    Tool("inbox", "My inbox", reading.WhichPage, shapes.Inbox, reading.inbox),
    Tool("ask", "Ask for something", writing.Asking, shapes.Done, writing.ask, writes=True),
    Tool("act", "Act in a promise", writing.Acting, shapes.Done, writing.act, writes=True, grave=True),
    Tool("update", "Give word", writing.Updating, shapes.Done, writing.update, writes=True),
    Tool("note", "Write a note", writing.Noting, shapes.Done, writing.note, writes=True),
)  # fmt: skip
BY_NAME: Final = {tool.name: tool for tool in TOOLS}
