"""A customer's success told as the customer's story: drafted from what happened, edited by the provider's side, and
told to nobody else before the customer's side has agreed to it as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from kept.complaints.models import Thanks
from kept.core.errors import Incomplete, NotAllowed, NotFound, WrongState
from kept.core.state import State
from kept.core.terms import Answer, Side
from kept.notify.kinds import Kind
from kept.notify.readers import answering
from kept.notify.spreading import spread
from kept.notify.telling import Matter
from kept.people.models import Party, Person
from kept.people.queries import acting_ids, may_act_for
from kept.programme.campaign.models import Consent, Story
from kept.promises.access import View, promise_for_seeing
from kept.promises.models import Impression, Promise

LONGEST_TEXT: Final = 4_000
LONGEST_TITLE: Final = 120
LONGEST_HOW: Final = 300
NO_SUCH: Final = "There is no such story, or it is not for you to read."


def may_be_told(promise: Promise) -> bool:
    """Whether a promise is one to tell of: accepted, not private, with thanks or with an “easier” that was signed."""
    if promise.state != State.ACCEPTED or promise.private:
        return False
    signed = Impression.objects.filter(promise=promise.pk, answer=str(Answer.EASIER), signed=True)
    return Thanks.objects.filter(promise=promise.pk).exists() or signed.exists()


def promise_to_tell(actor: Person, promise_id: int) -> Promise:
    """A promise of which `actor` may write the story. Raises `NotFound`, `NotAllowed`, `WrongState`."""
    seen = promise_for_seeing(actor, promise_id)
    if seen.view is not View.FULL or Side.PROVIDER not in seen.sides:
        raise NotAllowed("The provider's side writes the story; the customer's side says whether it may be told.")
    if not may_be_told(seen.promise):
        raise WrongState(
            "A story begins with a success that the customer spoke of: thanks, or a signed “easier”, for something "
            "that they accepted and that is not private."
        )
    return seen.promise


def may_write(actor: Person, promise: Promise) -> bool:
    """Whether `actor`, who sees the promise, may write its story."""
    return may_be_told(promise) and may_act_for(actor, promise.provider_id)


def write(actor: Person, promise_id: int, title: str, text: str, *, at: datetime) -> Story:
    """Write the story of a promise, or write it anew; the customer's side is asked whether it may be told as it is now.

    Raises as `promise_to_tell`, and `Incomplete`.
    """
    promise = promise_to_tell(actor, promise_id)
    title, text = " ".join(title.split()), text.replace("\r\n", "\n").strip()
    _refuse_unfit(title, text)
    with transaction.atomic():
        story = Story.objects.select_for_update().filter(promise=promise).first()
        if story is None:
            story = Story.objects.create(
                promise=promise, customer=promise.customer, provider=promise.provider, title=title, text=text,
                written_by=actor, written_at=at,
            )  # fmt: skip
        elif (story.title, story.text, story.dropped_at) != (title, text, None):
            story.title, story.text, story.version, story.dropped_at = title, text, story.version + 1, None
            story.written_by, story.written_at = actor, at
            story.save()
        spread(_asked(story), now=at)
    return story


def say(actor: Person, story_id: int, *, agreed: bool, version: int, how: str = "", at: datetime) -> Consent:
    """Say for the customer's side whether the story may be told as it stands; the newest word holds.

    `version` is the one that was read; `how` says, for an outside customer, how they said so themselves. Raises
    `NotFound`, `NotAllowed`, `WrongState` where it was written anew meanwhile, `Incomplete`.
    """
    with transaction.atomic():
        story = story_read(actor, story_id, lock=True)
        if not may_act_for(actor, story.customer_id):
            raise NotAllowed("Whether it may be told, the customer's side says.")
        if agreed and story.written_by_id == actor.pk:
            raise NotAllowed("You wrote it yourself; let somebody else of the customer's side agree to it.")
        if story.version != version:
            raise WrongState("It was written anew while you read. Read it once more.")
        how = " ".join(how.split())
        if agreed and story.customer.kind == Party.Kind.OUTSIDE and not how:
            raise Incomplete("Say how they agreed: in a mail of which day, by phone with whom.", field="how")
        if len(how) > LONGEST_HOW:
            raise Incomplete(f"That is longer than {LONGEST_HOW} characters; shorten it.", field="how")
        said = Consent.objects.create(story=story, version=version, agreed=agreed, by=actor, how=how, at=at)
        spread(_answered(story, said), now=at)
    return said


def drop(actor: Person, story_id: int, *, at: datetime) -> None:
    """Nobody tells it any more; either side may say so. Raises `NotFound`, `NotAllowed`."""
    story = story_read(actor, story_id)
    if not (may_act_for(actor, story.provider_id) or may_act_for(actor, story.customer_id)):
        raise NotAllowed("Only the two sides of a story take it back.")
    Story.objects.filter(pk=story.pk, dropped_at=None).update(dropped_at=at)


def told() -> QuerySet[Story]:
    """The stories that may be told: the newest word of the customer's side on them as they stand is yes."""
    newest = Consent.objects.filter(story=OuterRef("pk"), version=OuterRef("version")).order_by("-pk")
    live = Story.objects.filter(dropped_at=None, promise__private=False, promise__state=str(State.ACCEPTED))
    rows = live.annotate(agreed=Subquery(newest.values("agreed")[:1])).filter(agreed=True)
    return rows.select_related("customer", "provider").order_by("-written_at", "-pk")


def of_our_own(person: Person) -> QuerySet[Story]:
    """The stories of promises in which `person` may act for a side, told or not."""
    mine = acting_ids(person)
    rows = Story.objects.filter(Q(customer__in=mine) | Q(provider__in=mine), dropped_at=None, promise__private=False)
    return rows.select_related("customer", "provider").order_by("-written_at", "-pk")


def story_read(person: Person, story_id: int, *, lock: bool = False) -> Story:
    """A story that `person` may read: one that is told, or one of their own sides. Raises `NotFound`."""
    if not (told().filter(pk=story_id).exists() or of_our_own(person).filter(pk=story_id).exists()):
        raise NotFound(NO_SUCH)
    rows = Story.objects.select_for_update(of=("self",)) if lock else Story.objects.all()
    return rows.select_related("customer", "provider", "promise").get(pk=story_id)


def standing(story: Story) -> Consent | None:
    """The newest word of the customer's side on the story as it stands; None where they have not said."""
    return story.consents.filter(version=story.version).select_related("by").order_by("-pk").first()


def _refuse_unfit(title: str, text: str) -> None:
    if not title:
        raise Incomplete("Give it a title.", field="title")
    if len(title) > LONGEST_TITLE:
        raise Incomplete(f"A title has at most {LONGEST_TITLE} characters.", field="title")
    if not text:
        raise Incomplete("Tell the story in a few sentences.", field="text")
    if len(text) > LONGEST_TEXT:
        raise Incomplete(f"That is longer than {LONGEST_TEXT:,} characters; a story fits on a page.", field="text")


def _asked(story: Story) -> Iterator[Matter]:
    asker = Promise.objects.filter(pk=story.promise_id).values_list("asker", flat=True).first()
    own = answering(story.customer_id)
    readers = [asker] if asker and Person.objects.filter(pk=asker, is_active=True).exists() else own
    for reader in readers:
        if reader != story.written_by_id:
            yield Matter(
                reader=reader,
                kind=Kind.MY_TURN,
                key=f"story:{story.pk}:{story.version}",
                subject=f"Your story: {story.title}",
                says=f"{story.provider} would like to tell how “{story.promise.what}” helped {story.customer}.",
                needs="Read it, and say whether it may be told. Until then nobody else sees it.",
                page=page_of(story),
            )


def _answered(story: Story, said: Consent) -> Iterator[Matter]:
    if story.written_by_id != said.by_id:
        yield Matter(
            reader=story.written_by_id,
            kind=Kind.WORD,
            key=f"story:{story.pk}:said:{said.pk}",
            subject=f"The story of {story.customer}",
            says=f"{story.customer} agreed to it: it may be told." if said.agreed
            else f"{story.customer} would rather not have it told.",
            page=page_of(story),
        )  # fmt: skip


def page_of(story: Story) -> str:
    """Where it stands."""
    return f"/stories/{story.pk}/"
