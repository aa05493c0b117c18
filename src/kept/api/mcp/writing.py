"""What an assistant can do for the person whose key it has: each is an act, by the same rules as on a page."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints

from kept.api.mcp.calls import Caller, Writing, read
from kept.api.mcp.looking import after
from kept.api.mcp.shapes import Done
from kept.api.v1.shapes.acts import FURTHER, Further, Opening, act_from, plain
from kept.api.v1.shapes.base import Id, Moment, Taken, Words
from kept.core import acts, codec
from kept.core.errors import Incomplete
from kept.core.terms import Side
from kept.customers.agreements import agreed_customers
from kept.people.queries import acting_ids
from kept.promises import access, actions

POSSIBLE = [kind.name for kind in FURTHER]
PromiseNumber = Annotated[Id, Field(description="The promise's number.")]
Seen = Annotated[
    int | None,
    Field(ge=0, le=2**31, description="`sequence` of the promise as you read it: refused where it changed since."),
]


class GivenHere(Taken):
    """One thing that the agreement asks of a good ask, by its name there."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    text: Words


class Asking(Writing):
    """Whom, for what, by when."""

    provider: Annotated[Id, Field(description="Whom: a team or a person, by number (see find, whom_to_ask).")]
    what: Annotated[str, StringConstraints(min_length=1, max_length=500), Field(description="What, in one line.")]
    due: Annotated[Moment, Field(description="By when, with its zone: 2026-05-04T14:00:00+02:00.")]
    done_when: Annotated[Words, Field(description="How both will know that it is done.")] = ""
    words: Annotated[Words, Field(description="What else to say.")] = ""
    customer: Annotated[
        Id | None,
        Field(description="For whom: you, or a team that you speak for. Left out: whoever has agreed, or you."),
    ] = None
    needed_for: Annotated[
        Id | None, Field(description="A promise of yours that needs this: it will rely on it, and its provider asks.")
    ] = None
    given: Annotated[list[GivenHere], Field(max_length=60, strict=True)] = []  # noqa: RUF012 pydantic copies
    result: Annotated[Id | None, Field(description="The provider's result that it is about.")] = None
    private: Annotated[bool, Field(description="Only those named in it see it.")] = False


class Named(Taken):
    """An act by its name, and what it carries."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    act: Annotated[
        str, Field(json_schema_extra={"enum": POSSIBLE}, description="What `you_may` of look_at_promise lists.")
    ]


class Acting(Writing):
    """Which act, in which promise."""

    promise: PromiseNumber
    act: Annotated[
        Named,
        Field(
            description="The act's name as `act`, beside it what it takes as `you_may` of look_at_promise says; "
            "`seen` (the `sequence` you read) and `side` (where you act for both) may go with it."
        ),
    ]


class Updating(Writing):
    """An honest word of progress or delay."""

    promise: PromiseNumber
    words: Annotated[Words, Field(description="How it stands, for the customer to read.")]
    expected: Annotated[Moment | None, Field(description="When it is now expected, with its zone.")] = None
    seen: Seen = None


class Noting(Writing):
    """A note for both sides."""

    promise: PromiseNumber
    words: Annotated[Words, Field(description="What to note; both sides read it.")]


def ask(who: Caller, asked: Asking) -> Done:
    """Ask a team or a person for something: opens a promise, and tells them. Gives it as it stands."""
    terms = {"what": asked.what, "due": asked.due.isoformat().replace("+00:00", "Z"), "done_when": asked.done_when}
    said: dict[str, Any] = {
        "act": "ask", "customer": _customer(who, asked), "provider": asked.provider, "terms": terms,
        "words": asked.words, "given": [plain(one) for one in asked.given], "result": asked.result,
        "private": asked.private,
    }  # fmt: skip
    act = act_from(read(Opening, said).root)
    if not isinstance(act, acts.Ask):
        raise Incomplete("What is asked for is an ask.")
    if asked.needed_for is not None:
        opened = actions.ask_upstream(who.person, asked.needed_for, act, at=who.at)
    else:
        opened = actions.open_promise(who.person, act, at=who.at)
    return after(who, opened.pk)


def act(who: Caller, asked: Acting) -> Done:
    """Do one act in a promise: promise it, answer with other terms, deliver, accept, return, cancel …

    Some acts cannot be taken back: ask the person first. What is possible now stands in `you_may` of look_at_promise.
    """
    said = plain(read(Further, asked.act.model_dump(mode="json")).root)
    seen, side = said.pop("seen", None), said.pop("side", None)
    return _do(who, asked.promise, codec.act_from_dict(said), seen=seen, side=Side(side) if side else None)


def update(who: Caller, asked: Updating) -> Done:
    """Give the customer an honest word of progress or delay, in a promise that you owe."""
    said = acts.Update(words=asked.words, expected=asked.expected)
    return _do(who, asked.promise, said, seen=asked.seen)


def note(who: Caller, asked: Noting) -> Done:
    """Write a note in a promise, for both sides to read. It moves nothing."""
    return _do(who, asked.promise, acts.Note(words=asked.words))


def _do(who: Caller, promise_id: int, act: acts.Act, *, seen: int | None = None, side: Side | None = None) -> Done:
    actions.do(who.person, promise_id, act, at=who.at, seen=seen, side=side)
    return after(who, promise_id)


def _customer(who: Caller, asked: Asking) -> int:
    """For whom it is asked: who was named; the provider of the promise that needs it; who has agreed; the person."""
    if asked.customer is not None:
        return asked.customer
    if asked.needed_for is not None:
        return access.promise_for_seeing(who.person, asked.needed_for).promise.provider_id
    agreed = agreed_customers(asked.provider, acting_ids(who.person))
    return agreed[0] if len(agreed) == 1 else who.person.pk
