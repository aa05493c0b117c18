"""The answer to one of our mails becomes an act of whoever wrote it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from kept.core import acts
from kept.core.errors import KeptError, NotAllowed, NotFound, Refused
from kept.core.promise import open_acts, replay
from kept.core.state import PromiseState
from kept.core.terms import Side
from kept.ledger import book
from kept.ledger.models import Event
from kept.mail_in import complaining, replies
from kept.mail_in.attachments import with_files
from kept.mail_in.plain import own_words
from kept.mail_in.targets import replied_to
from kept.mail_in.verdict import Came, Doing, Verdict, answered, aside, done
from kept.mail_in.words import SAYS, Wish, wish_of
from kept.notify.channels.email.addresses import letter_in
from kept.notify.models import Letter
from kept.people.models import OutsideCustomer, Party, Person
from kept.promises import access, actions, customer_links
from kept.promises.models import CustomerLink, Promise

NOT_KNOWN_WHICH = (
    "Kept cannot tell which of its mails you answered, and the promise may have changed since. Answer the newest mail "
    "about it, with the button of your mail program."
)
NOTHING_WRITTEN = "No words of yours were found in this mail; write above what you quote."
AS_A_NOTE = (
    "It was kept as a note, and the other side reads it. “{word}” was not taken as your answer, because more "
    "follows it on the line: to answer so, begin with “{word}.” and write what you have to say on the next line."
)


@dataclass(frozen=True, slots=True)
class _Saying:
    """What is wanted, with the words and the files (ids of drafts) that go with it."""

    wish: Wish
    words: str
    files: tuple[int, ...]


def answer(came: Came, promise: Promise) -> Doing:
    """What is to be done with an answer of `came.who` about `promise`."""
    words = own_words(came.read.text)
    wish = wish_of(words)
    try:
        if not words and not came.read.attached:
            raise Refused(NOTHING_WRITTEN)
        said, files, left = with_files(_for_files(came.who), promise.pk, wish.words, came.read.attached, at=came.at)
    except KeptError as error:
        why = str(error)
        return lambda: _refused(came, promise, wish, why)
    return lambda: _do(came, promise, _Saying(wish, said or _only_files(files), files), left)


def _only_files(files: tuple[int, ...]) -> str:
    return "See the files." if files else ""


def _for_files(who: Party) -> Person | OutsideCustomer:
    return who.person if who.kind == Party.Kind.PERSON else who.outsidecustomer


def _do(came: Came, promise: Promise, saying: _Saying, left: list[str]) -> Verdict:
    what = f"p{promise.pk}"
    if came.done_before(what):
        return aside("The same message was here before, and was done then.")
    try:
        with transaction.atomic():
            name = _act(came, promise, saying)
            came.did(what, promise.pk, name)
    except KeptError as error:
        return _refused(came, promise, saying.wish, str(error))
    wish = saying.wish
    notes = [AS_A_NOTE.format(word=wish.unclear.capitalize())] if wish.unclear else []
    if notes + left:
        link = replies.page(came.who, promise, at=came.at)
        replies.receipt(came.row, came.read, came.who, "\n\n".join([*notes, *left, link]), promise=promise, at=came.at)
    return done(f"{name.replace('_', ' ').capitalize()}, by {came.who.name}, in “{promise.what}”.")


def _refused(came: Came, promise: Promise, wish: Wish, why: str) -> Verdict:
    link = replies.page(came.who, promise, at=came.at, act=wish.form)
    body = "\n\n".join(
        one for one in (f"Your answer about “{promise.what}” could not be done.", why, _by_hand(link)) if one
    )
    told = replies.refuse(came.row, came.read, came.who, body, promise=promise, at=came.at)
    return answered(why, told=told)


def _by_hand(link: str) -> str:
    return f"You can do it here: {link}" if link else ""


def _act(came: Came, promise: Promise, saying: _Saying) -> str:
    """Do it; gives the name of the act. Raises what says why not."""
    state = replay(book.read(promise.pk))
    if state is None:
        raise NotFound("There is no such promise.")
    if saying.wish.complains:
        return _complained(came, promise, saying)
    if came.who.kind == Party.Kind.OUTSIDE:
        link = _link(came, promise)
        possible, _ = customer_links.possible(promise, came.at)
        act, _ = _chosen(saying, {Side.CUSTOMER: tuple(possible)}, state)
        customer_links.answer(link, act, at=came.at, seen=_seen(came, promise, act))
        return act.name
    person = came.who.person
    sides = access.promise_for_seeing(person, promise.pk).sides
    if not sides:
        return _as_brought_in(person, promise, saying, came)
    act, side = _chosen(saying, {side: open_acts(state, side, came.at) for side in sides}, state)
    actions.do(person, promise.pk, act, at=came.at, side=side, seen=_seen(came, promise, act))
    return act.name


def _complained(came: Came, promise: Promise, saying: _Saying) -> str:
    """A complaint about the promise; the files that came along go with a note of their own."""
    link = _link(came, promise) if came.who.kind == Party.Kind.OUTSIDE else None
    name = complaining.about(came, promise, saying.wish.words or saying.words, link)
    if saying.files:
        note = acts.Note(words="These belong to the complaint.", files=saying.files)
        if link is not None:
            customer_links.answer(link, note, at=came.at)
        else:
            actions.do(came.who.person, promise.pk, note, at=came.at, side=Side.CUSTOMER)
    return name


def _as_brought_in(person: Person, promise: Promise, saying: _Saying, came: Came) -> str:
    if saying.wish.kinds != (acts.Note,):
        raise NotAllowed("You can read this promise; only its two sides act in it.")
    actions.answer_as_brought_in(person, promise.pk, saying.words, at=came.at)
    return acts.Note.name


def _link(came: Came, promise: Promise) -> CustomerLink:
    """The private link that our mails to this customer carry: where it was revoked, an answer does nothing either."""
    secret = customer_links.link_in_mails(promise, at=came.at)
    if secret is None or promise.customer_id != came.who.pk:
        raise NotAllowed("Your link to this was withdrawn; ask the people who look after you.")
    return customer_links.link_of(secret, at=came.at)


def _chosen(
    saying: _Saying, possible: dict[Side, tuple[type[acts.Act], ...]], state: PromiseState
) -> tuple[acts.Act, Side]:
    """The act that is wanted, for the side that can do it now."""
    word = saying.wish.word.capitalize()
    if saying.wish.form:
        raise Refused(f"“{word}” needs more than words, so it has a short form of its own.")
    for kind in saying.wish.kinds:
        for side in (Side.PROVIDER, Side.CUSTOMER):
            if kind in possible.get(side, ()):
                return _made(kind, saying, state), side
    raise Refused(f"“{word}” is not possible in it now, or not for you. Its page shows what is.")


def _made(kind: type[acts.Act], saying: _Saying, state: PromiseState) -> acts.Act:
    if kind is not acts.Accept:
        return kind(words=saying.words, files=saying.files)
    delivered = state.delivered_at is not None
    answer = saying.wish.answer
    if delivered and answer is None:
        raise Refused(
            "Accepting takes one answer: did this make it easier for you to succeed? Answer “Easier.” or “Partly.”, or "
            "open the page."
        )
    if answer is not None and not delivered:
        raise Refused("The question comes with the delivery, not yet.")
    return acts.Accept(words=saying.words, files=saying.files, answer=answer)


def _seen(came: Came, promise: Promise, act: acts.Act) -> int | None:
    """The sequence that whoever wrote had before them: nothing moves a promise that has moved since."""
    if any(type(act) in kinds for kinds in SAYS.values()):
        return None
    for one in came.read.answers[:50]:
        letter = letter_in(one)
        moment = (
            letter
            and Letter.objects.filter(pk=letter, promise=promise, reader=came.who.pk).aggregate(at=Max("notices__at"))[
                "at"
            ]
        )
        if moment:
            return Event.objects.filter(stream=promise.pk, at__lte=moment).count()
    ours = replied_to(came.read)
    if ours is None or ours.promise_id != promise.pk or ours.reader_id != came.who.pk:
        raise Refused(NOT_KNOWN_WHICH)
    return Event.objects.filter(stream=promise.pk, at__lte=ours.made_at).count()
