"""What follows from an act: who is told, once, in which words; and the mail of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.terms import Answer
from kept.ledger.models import Outbox
from kept.notify import worker
from kept.notify.kinds import Kind
from kept.notify.models import Habit, Letter, Notice
from kept.people.models import OutsideCustomer, Party, Person
from kept.promises.models import CustomerLink
from post_office import Post, text_of

pytestmark = pytest.mark.django_db


def follow(now: datetime = START + HOUR) -> None:
    """Let the worker do all that there is to do."""
    while worker.step(now):
        pass


def told(reader: Party) -> list[str]:
    """What somebody was told, oldest first."""
    return list(Notice.objects.filter(reader=reader).order_by("pk").values_list("says", flat=True))


def awake(*persons: Person) -> None:
    """These have no quiet hours."""
    for person in persons:
        Habit.objects.create(reader_id=person.pk, quiet=False)


def test_an_ask_of_a_team_reaches_who_leads_it_and_nobody_else(cast: Cast) -> None:
    cast.asked()
    follow()
    assert told(cast.lead) == [
        "Customer (Dispatch) asked Workshop for this. Wanted by Wed 6 May 2026, 09:00.",
    ]
    assert Notice.objects.count() == 1
    notice = Notice.objects.get()
    assert (notice.kind, notice.subject) == (Kind.MY_TURN, "The route sheet")
    assert notice.needs == "They wait for your answer."


def test_the_customer_hears_each_step_and_the_actor_does_not(cast: Cast) -> None:
    promise = cast.delivered()
    cast.do(cast.customer, promise, acts.Return(words="The second page.", missing=("page 2",)), at=START + DAY + HOUR)
    follow(START + DAY + 2 * HOUR)
    assert told(cast.customer) == ["Provider (Workshop) promised it.", "Provider (Workshop) delivered it."]
    assert told(cast.provider) == ["Customer (Dispatch) returned it. Missing: page 2."]
    assert Notice.objects.get(reader=cast.provider).words == "The second page."


def test_an_answer_that_was_not_signed_reaches_nobody_on_the_providers_side(cast: Cast) -> None:
    promise = cast.delivered()
    act = acts.Accept(answer=Answer.NO, words="It was no help at all.")
    cast.do(cast.customer, promise, act, at=START + DAY + HOUR)
    follow(START + DAY + 2 * HOUR)
    notice = Notice.objects.filter(reader=cast.provider).latest("pk")
    assert notice.says == "Customer (Dispatch) accepted it."
    assert notice.words == ""


def test_following_twice_tells_once(cast: Cast) -> None:
    cast.asked()
    follow()
    Outbox.objects.update(done_at=None)
    follow()
    assert Notice.objects.count() == 1


def test_a_mail_says_the_same_in_text_and_html_with_the_headers_of_its_thread(cast: Cast, post: Post) -> None:
    now = timezone.now()
    awake(cast.lead, cast.customer, cast.provider)
    promise = cast.asked(at=now - HOUR, what=terms("Müller & Söhne's <route> sheet", due=now + 2 * DAY))
    cast.do(cast.provider, promise, acts.Promise(words="By noon."), at=now)
    follow(timezone.now())
    (ask,), (given,) = post.to("lead@"), post.to("customer@")
    assert ask["Subject"] == given["Subject"] == "Müller & Söhne's <route> sheet"
    assert ask["References"] == given["References"] == given["In-Reply-To"]
    assert ask["Message-ID"] != given["Message-ID"]
    assert given["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert given["Auto-Submitted"] == "auto-generated"
    text = text_of(given)
    page = text_of(given, "html")
    for words in ("Provider (Workshop) promised it.", "By noon.", f"/promises/{promise}/"):
        assert words in text
        assert words in page
    assert "<route>" not in page


def test_several_things_that_wait_for_one_reader_and_promise_go_in_one_mail(cast: Cast, post: Post) -> None:
    now = timezone.now()
    awake(cast.lead, cast.customer, cast.provider)
    promise = cast.asked(at=now - HOUR, what=terms(due=now + 2 * DAY))
    for words in ("First.", "Second."):
        cast.do(cast.customer, promise, acts.Note(words=words), at=now)
    cast.do(cast.customer, promise, acts.Chase(), at=now)
    follow(timezone.now())
    (mail,) = post.to("lead@")
    assert all(words in text_of(mail) for words in ("asked Workshop", "First.", "Second."))


def test_outside_working_hours_a_mail_waits_for_the_morning(cast: Cast, post: Post) -> None:
    saturday = datetime(2026, 5, 9, 12, tzinfo=UTC)
    cast.asked(at=saturday)
    follow(saturday)
    assert post.mails == []
    assert Letter.objects.get(reader=cast.lead).next_at == datetime(2026, 5, 11, 9, tzinfo=UTC)


def test_what_is_read_before_the_morning_is_not_mailed(cast: Cast, post: Post) -> None:
    saturday = datetime(2026, 5, 9, 12, tzinfo=UTC)
    cast.asked(at=saturday)
    follow(saturday)
    Notice.objects.update(read_at=saturday)
    follow(datetime(2026, 5, 11, 9, 30, tzinfo=UTC))
    assert post.mails == []
    assert Letter.objects.get(reader=cast.lead).done_at is not None


def test_an_installation_that_begins_with_a_past_floods_nobody(cast: Cast, post: Post) -> None:
    cast.accepted()
    follow(START + timedelta(days=30))
    assert post.mails == []
    assert not Letter.objects.exists()
    assert not Notice.objects.filter(read_at=None).exists()


def test_a_refused_address_is_given_up_and_a_trouble_of_the_server_is_tried_again(cast: Cast, post: Post) -> None:
    now = timezone.now()
    awake(cast.lead, cast.customer, cast.provider)
    Person.objects.filter(pk=cast.lead.pk).update(email="nobody@example.com")
    post.answers = ["451 later"]
    promise = cast.asked(at=now - HOUR, what=terms(due=now + 2 * DAY))
    cast.do(cast.provider, promise, acts.Promise(), at=now)
    follow(timezone.now())
    refused, waiting = Letter.objects.get(reader=cast.lead), Letter.objects.get(reader=cast.customer)
    assert refused.gave_up_at is not None
    assert "550" in refused.last_error
    assert (waiting.attempts, waiting.done_at, post.mails) == (1, None, [])
    Letter.objects.update(next_at=now)
    follow(timezone.now())
    waiting.refresh_from_db()
    assert waiting.done_at is not None
    assert len(post.to("customer@")) == 1


def test_an_outside_customer_is_written_to_with_a_link_of_their_own(cast: Cast, post: Post, client: Client) -> None:
    now = timezone.now()
    OutsideCustomer.objects.update(email="customer@example.org")
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, at=now - HOUR, what=terms(due=now + 2 * DAY))
    cast.do(cast.provider, promise, acts.Promise(words="Gladly."), at=now)
    follow(timezone.now())
    (mail,) = post.to("customer@example.org")
    text = text_of(mail)
    assert "promised it." in text
    assert "/notices/choices/" not in text
    page = re.search(r"http://127.0.0.1:8000(/for-you/[^/\s]+/)", text)
    assert page is not None
    assert client.get(page[1]).status_code == 200
    cast.do(cast.provider, promise, acts.Update(words="On its way."), at=timezone.now())
    follow(timezone.now())
    assert page[1] in text_of(post.to("customer@example.org")[1]), "the next mail carries the same link"
    CustomerLink.objects.update(revoked_at=now, revoked_by=cast.caretaker)
    cast.do(cast.provider, promise, acts.Update(words="Nearly there."), at=timezone.now())
    follow(timezone.now())
    assert "/for-you/" not in text_of(post.to("customer@example.org")[2])
