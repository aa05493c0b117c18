"""A customer's story: begun by what they said, and told to nobody else before their side agreed to it as it stands."""

from __future__ import annotations

from datetime import UTC

import pytest
from django.test import Client
from django.urls import reverse

from cast import DAY, HOUR, START, Cast, terms
from kept.complaints import actions as complaints
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed, NotFound, WrongState
from kept.core.terms import Answer
from kept.notify.models import Notice
from kept.people.models import Person
from kept.programme.campaign.drafting import draft
from kept.programme.campaign.models import Story
from kept.programme.campaign.posters import stories_of
from kept.programme.campaign.stories import drop, say, story_read, told, write
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
THEN = START + 3 * DAY


@pytest.fixture
def thanked(cast: Cast) -> int:
    promise = cast.accepted()
    complaints.thank(cast.customer, promise, "The drivers left on time!", at=THEN)
    return promise


@pytest.fixture
def story(cast: Cast, thanked: int) -> Story:
    return write(cast.provider, thanked, "On the road by seven", "They could leave.", at=THEN)


def agree(actor: Person, story: Story, *, how: str = "") -> None:
    say(actor, story.pk, agreed=True, version=Story.objects.get(pk=story.pk).version, how=how, at=THEN + HOUR)


def test_it_begins_with_what_the_record_says(cast: Cast, thanked: int) -> None:
    assert draft(Promise.objects.get(pk=thanked), UTC).split("\n\n") == [
        "Dispatch works here, and is a customer.",
        "They needed this: The route sheet. Workshop promised it by 6 May 2026 and delivered it a day early.",
        "“The drivers left on time!” says Dispatch.",
    ]


def test_it_names_those_who_helped_by_team_and_nothing_private(cast: Cast) -> None:
    sheet = cast.promised()
    lists = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.caretaker, what=terms("The list"))
    secret = cast.asked(
        by=cast.provider, customer=cast.provider, provider=cast.outsider, private=True, what=terms("Secret")
    )
    for doer, one in ((cast.caretaker, lists), (cast.outsider, secret)):
        cast.do(cast.provider, sheet, acts.Link(relies_on=one), at=START + HOUR)
        cast.do(doer, one, acts.Promise(), at=START + HOUR)
        cast.do(doer, one, acts.Deliver(easier=Answer.EASIER), at=START + 2 * HOUR)
    cast.do(cast.provider, sheet, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    cast.do(cast.customer, sheet, acts.Accept(answer=Answer.EASIER, words="Unsigned"), at=START + DAY)
    text = draft(Promise.objects.get(pk=sheet), UTC)
    assert text.endswith("Workshop did not do it alone: Sales had a part in it, most of whom never met Dispatch.")
    for hidden in ("Secret", "Billing", "Outsider", "Caretaker", "Unsigned"):
        assert hidden not in text


def test_without_thanks_or_a_signed_easier_there_is_none(cast: Cast) -> None:
    unsigned = cast.accepted()
    with pytest.raises(WrongState, match="thanks"):
        write(cast.provider, unsigned, "Title", "Text.", at=THEN)
    signed = cast.delivered()
    cast.do(cast.customer, signed, acts.Accept(answer=Answer.EASIER, words="So good", signed=True), at=START + 2 * DAY)
    assert write(cast.provider, signed, "Title", "Text.", at=THEN).version == 1
    assert "“So good” says Dispatch." in draft(Promise.objects.get(pk=signed), UTC)


def test_nobody_else_sees_it_before_their_side_agreed(cast: Cast, story: Story) -> None:
    asked = Notice.objects.get(page=f"/stories/{story.pk}/")
    assert (asked.reader_id, asked.needs[:7]) == (cast.customer.pk, "Read it")
    assert not told().exists()
    assert stories_of(cast.workshop) == []
    with pytest.raises(NotFound):
        story_read(cast.outsider, story.pk)
    with pytest.raises(NotAllowed):
        agree(cast.provider, story)
    agree(cast.customer, story)
    assert story_read(cast.outsider, story.pk) == story
    assert stories_of(cast.workshop) == [story]
    assert stories_of(cast.dispatch) == []


def test_written_anew_it_is_asked_for_anew(cast: Cast, thanked: int, story: Story) -> None:
    agree(cast.customer, story)
    write(cast.provider, thanked, "On the road by seven", "They could leave. We were great.", at=THEN)
    assert not told().exists()
    with pytest.raises(WrongState, match="anew"):
        say(cast.customer, story.pk, agreed=True, version=1, at=THEN)
    agree(cast.customer, story)
    assert told().get() == story
    assert Notice.objects.filter(reader=cast.customer, page=f"/stories/{story.pk}/").count() == 2


def test_a_word_can_be_taken_back_and_the_story_too(cast: Cast, story: Story) -> None:
    agree(cast.customer, story)
    say(cast.customer, story.pk, agreed=False, version=1, at=THEN + DAY)
    assert not told().exists()
    agree(cast.customer, story)
    with pytest.raises(NotAllowed):
        drop(cast.outsider, story.pk, at=THEN)
    drop(cast.customer, story.pk, at=THEN + DAY)
    with pytest.raises(NotFound):
        story_read(cast.provider, story.pk)


def test_for_an_outside_customer_somebody_says_how_they_agreed(cast: Cast) -> None:
    promise = cast.asked(by=cast.caretaker, customer=cast.outside)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    cast.do(cast.caretaker, promise, acts.Accept(answer=Answer.EASIER), at=START + DAY)
    complaints.thank(cast.caretaker, promise, "Lovely.", at=THEN)
    story = write(cast.provider, promise, "A table", "They could eat.", at=THEN)
    with pytest.raises(Incomplete, match="how they agreed"):
        agree(cast.caretaker, story)
    agree(cast.caretaker, story, how="In their mail of 6 May")
    assert told().get() == story


def test_the_pages_lead_from_thanks_to_a_story_that_is_told(cast: Cast, thanked: int, client: Client) -> None:
    client.force_login(cast.provider, backend="django.contrib.auth.backends.ModelBackend")
    thanks = complaints.thank(cast.customer, thanked, "Again!", at=THEN)
    tell = reverse("web:tell-story", args=[thanked])
    assert tell in client.get(reverse("web:thanks", args=[thanks.pk])).content.decode()
    assert "The route sheet" in client.get(tell).content.decode()
    assert client.post(tell, {"title": "", "text": ""}).status_code == 422
    shown = client.post(tell, {"title": "On the road", "text": "They <b>left</b>."}, follow=True).content.decode()
    assert "They &lt;b&gt;left&lt;/b&gt;." in shown
    story = Story.objects.get()
    client.force_login(cast.customer, backend="django.contrib.auth.backends.ModelBackend")
    answer = reverse("web:answer-story", args=[story.pk])
    done = client.post(answer, {"agreed": "yes", "version": "1"}, follow=True).content.decode()
    assert "agreed" in done
    client.force_login(cast.outsider, backend="django.contrib.auth.backends.ModelBackend")
    assert "On the road" in client.get(reverse("web:stories")).content.decode()
