"""What an assistant gets: promises, the desk, the inbox."""

from __future__ import annotations

from typing import Any

from kept.api.mcp.parties import Who
from kept.api.mcp.words import Local, Said, quoting, said, said_or_none, visible
from kept.api.v1.shapes.base import Given, Id
from kept.api.v1.shapes.promises import ActName, SideName, StateName
from kept.core.terms import Terms
from kept.notify.models import Notice
from kept.promises.models import Promise
from kept.promises.queries import Item
from kept.promises.standing import Standing
from kept.promises.story import Line


class Sign(Given):
    """One thing that holds of a promise (late, at risk, silent, waiting on), why, and since when."""

    word: str
    why: Said
    since: Local | None


class Stands(Given):
    """How a promise stands, in a word and a sentence; `expected` where that is not its date."""

    word: str
    why: Said
    signs: list[Sign]
    expected: Local | None
    next_word_owed_by: Local | None

    @classmethod
    def of(cls, stands: Standing) -> Stands:
        """The standing."""
        return cls(
            word=stands.word, why=quoting(stands.why),
            signs=[Sign(word=one.word, why=quoting(one.why), since=one.since) for one in stands.signs],
            expected=stands.expected, next_word_owed_by=stands.word_by,
        )  # fmt: skip


class Listed(Given):
    """A promise in a list. `needs` is what it asks of you, `hurts` who waits for it down the line ("" for neither)."""

    promise: Id
    state: StateName
    what: Said
    customer: Who
    provider: Who
    due: Local
    stands: Stands
    needs: str
    hurts: str

    @classmethod
    def of(cls, item: Item) -> Listed:
        """The item."""
        one = item.promise
        return cls(
            promise=one.pk, state=one.state, what=said(one.what), customer=Who.of(one.customer),
            provider=Who.of(one.provider), due=one.due, stands=Stands.of(item.standing), needs=visible(item.need),
            hurts=visible(item.hurt.words),
        )  # fmt: skip


class Promises(Given):
    """The first promises of a list, and how many there are in all."""

    items: list[Listed]
    in_all: int


class Desk(Given):
    """What needs your answer, what you owe, what you await, what lies with the other side, what you passed on."""

    you: Who
    you_may_speak_for: list[Who]
    now: Local
    needs_your_answer: Promises
    you_owe: Promises
    you_await: Promises
    lies_with_the_other_side: Promises
    you_passed_on: Promises
    word_is_due_in: list[Id]
    unread_notices: int


class OnTheTable(Given):
    """What, by when, done when; as one side proposed it, where `side` says which."""

    what: Said
    due: Local
    done_when: Said | None
    side: SideName | None

    @classmethod
    def of(cls, terms: Terms, side: str | None = None) -> OnTheTable:
        """The terms."""
        return cls(
            what=said(terms.what), due=terms.due, done_when=said_or_none(terms.done_when),
            side=side,  # type: ignore[arg-type]
        )  # fmt: skip


class Changed(Given):
    """One of the terms that changed: what it was, what it is."""

    which: str
    before: Said | Local
    after: Said | Local


class Answered(Given):
    """One thing that a good ask contains, as the agreement has it, and what was given."""

    name: Said
    text: Said


class Checked(Given):
    """A line of the checklist, and whether it was done."""

    item: Said
    done: bool


class StoryLine(Given):
    """One event: `says` is the sentence, `words` what was written with it, `names_the_moment` one that it names."""

    at: Local
    says: Said
    names_the_moment: Local | None
    terms: OnTheTable | None
    changes: list[Changed]
    words: Said | None
    given: list[Answered]
    missing: list[Said]
    checklist: list[Checked]
    answer: str
    files: list[Said]

    @classmethod
    def of(cls, line: Line) -> StoryLine:
        """The line."""
        for_party = f", for {line.party}," if line.party else ""
        return cls(
            at=line.at, says=quoting(f"{line.who}{for_party} {line.does}."), names_the_moment=line.moment,
            terms=OnTheTable.of(line.terms) if line.terms else None,
            changes=[Changed(which=which, before=_either(old), after=_either(new)) for which, old, new in line.changes],
            words=said_or_none(line.words),
            given=[Answered(name=said(one.name), text=said(one.text)) for one in line.given],
            missing=[said(one) for one in line.missing],
            checklist=[Checked(item=said(one.item), done=one.done) for one in line.checklist],
            answer=line.answer, files=[said(file.name) for file in line.files],
        )  # fmt: skip


class MayDo(Given):
    """An act that is possible now: what it means, and the JSON schema of what it takes besides its name."""

    act: ActName
    means: str
    takes: dict[str, Any]


class Inside(Given):
    """What only those see who see a promise in full.

    `story` holds its last events, oldest first; `earlier_events` counts those left out. `sequence` goes with the next
    act as `seen`.
    """

    what: Said
    done_when: Said | None
    terms_in_force: OnTheTable | None
    terms_proposed: OnTheTable | None
    asked_by: Who | None
    who_has_it: Who | None
    private: bool
    last_heard: Local | None
    you_hear_by: Local | None
    chases: int
    came_back: int
    working_time: list[str]
    your_sides: list[SideName]
    you_may: list[MayDo]
    sequence: int
    story: list[StoryLine]
    earlier_events: int


class Looked(Given):
    """A promise: its two parties, its state and dates; and all else (`inside`) for those who see it in full."""

    promise: Id
    page: str
    state: StateName
    customer: Who
    provider: Who
    due: Local
    first_due: Local | None
    expected: Local | None
    delivered_at: Local | None
    stands: Stands
    inside: Inside | None

    @classmethod
    def of(cls, promise: Promise, page: str, stands: Standing, inside: Inside | None) -> Looked:
        """The promise; its parties are read already."""
        expected = stands.expected or (promise.expected if promise.state == "promised" else None)
        return cls(
            promise=promise.pk, page=page, state=promise.state, customer=Who.of(promise.customer),
            provider=Who.of(promise.provider), due=promise.due, first_due=promise.first_due, expected=expected,
            delivered_at=promise.delivered_at, stands=Stands.of(stands), inside=inside,
        )  # fmt: skip


class Done(Given):
    """Where a promise stands after what you did: `you_may` names what is possible now, look_at_promise says more."""

    promise: Id
    page: str
    state: StateName
    customer: Who
    provider: Who
    due: Local
    stands: Stands
    you_may: list[ActName]
    sequence: int


class Link(Given):
    """Something that it waits for. `promise` is its id where you see it in full, `distance` the steps up the chain."""

    promise: Id | None
    distance: int
    called: Said
    state: StateName
    due: Local
    stands: Stands


class Why(Given):
    """Why a promise stands as it does: in a sentence, then each thing that it waits for, nearest first.

    `hurts` says who waits for it down the line.
    """

    promise: Id
    is_late: bool
    due: Local
    stands: Stands
    waits_for: list[Link]
    hurts: str


class Found(Given):
    """Promises that you see and whose subject holds the words; persons, teams and outside customers by name."""

    promises: Promises
    parties: list[Who]


class Told(Given):
    """Something that you were told. `needs` is what it asks of you ("" where nothing)."""

    at: Local
    subject: Said
    says: Said
    words: Said | None
    needs: str
    unread: bool

    @classmethod
    def of(cls, notice: Notice) -> Told:
        """The notice."""
        return cls(
            at=notice.at, subject=quoting(notice.subject), says=quoting(notice.says), words=said_or_none(notice.words),
            needs=visible(notice.needs), unread=notice.read_at is None,
        )  # fmt: skip


class Matter(Given):
    """All that you were told about one promise or agreement: the newest, some before it, how many more."""

    promise: Id | None
    agreement: Id | None
    newest: Told
    earlier: list[Told]
    still_earlier: int


class Inbox(Given):
    """A page of the inbox, what came last first. Reading it here marks nothing as read."""

    matters: list[Matter]
    more: bool


def _either(value: Any) -> Any:
    return said(value) if isinstance(value, str) else value
