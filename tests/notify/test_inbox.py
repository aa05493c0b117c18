"""My inbox, and what comes by mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.errors import NotFound
from kept.notify import inbox, worker
from kept.notify.kinds import ByMail, Kind
from kept.notify.links import reader_of, stop_link
from kept.notify.models import Choice, Habit, Letter, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(cast: Cast) -> int:
    """A promise of which the customer was told twice."""
    promise = cast.delivered()
    while worker.step(START + DAY + HOUR):
        pass
    return promise


def test_all_about_one_promise_is_one_entry_with_the_newest_on_top(cast: Cast, told: int) -> None:
    entries, more = inbox.inbox(cast.customer)
    (entry,) = entries
    assert not more
    assert (entry.newest.promise_id, entry.newest.says) == (told, "Provider (Workshop) delivered it.")
    assert [one.says for one in entry.earlier] == ["Provider (Workshop) promised it."]
    assert entry.unread
    assert inbox.unread(cast.customer) == 2


def test_opening_a_notice_reads_it_and_the_older_ones_and_leads_to_the_promise(
    cast: Cast, told: int, client: Client
) -> None:
    client.force_login(cast.customer)
    newest = Notice.objects.filter(reader=cast.customer).latest("pk")
    page = client.get(reverse("web:notices"))
    assert "Provider (Workshop) delivered it." in page.content.decode()
    assert inbox.unread(cast.customer) == 2, "looking at a page changes nothing"
    answer = client.post(reverse("web:open-notice", args=[newest.pk]))
    assert answer["Location"] == f"/promises/{told}/"
    assert inbox.unread(cast.customer) == 0


def test_nobody_opens_the_notices_of_somebody_else(cast: Cast, told: int) -> None:
    newest = Notice.objects.filter(reader=cast.customer).latest("pk")
    with pytest.raises(NotFound):
        inbox.open_notice(cast.provider, newest.pk, at=START)


def test_reading_all_leaves_what_came_after_the_page_was_shown(cast: Cast, told: int, client: Client) -> None:
    client.force_login(cast.customer)
    shown = Notice.objects.filter(reader=cast.customer).latest("pk").pk
    cast.do(cast.provider, told, acts.Note(words="One more thing."), at=START + DAY + HOUR)
    while worker.step(START + DAY + 2 * HOUR):
        pass
    client.post(reverse("web:read-notices"), {"last": shown})
    assert inbox.unread(cast.customer) == 1


def test_the_inbox_asks_no_query_an_entry(cast: Cast, django_assert_max_num_queries: object) -> None:
    for number in range(12):
        cast.promised(at=START + number * HOUR)
    while worker.step(START + DAY):
        pass
    with django_assert_max_num_queries(2):  # type: ignore[operator]
        entries, _ = inbox.inbox(cast.customer)
    assert len(entries) == 12


def test_what_somebody_chose_decides_what_is_mailed(cast: Cast, client: Client) -> None:
    client.force_login(cast.lead)
    chosen = dict.fromkeys(Kind.values, ByMail.NOW.value) | {
        Kind.MY_TURN.value: ByMail.NEVER.value,
        "digest_at": "07:30",
    }
    answer = client.post(reverse("web:notice-choices"), chosen)
    assert answer.status_code == 302
    cast.asked()
    while worker.step(START + HOUR):
        pass
    assert inbox.unread(cast.lead) == 1
    assert not Letter.objects.filter(reader=cast.lead).exists()
    Choice.objects.filter(person=cast.lead, kind=Kind.MY_TURN).update(by_mail=ByMail.DIGEST)
    for hour in (2, 3):
        cast.asked(at=START + hour * HOUR)
    while worker.step(START + 4 * HOUR):
        pass
    letter = Letter.objects.get(reader=cast.lead)
    assert letter.digest
    assert letter.notices.count() == 2
    assert letter.next_at == (START + DAY).replace(hour=7, minute=30)


def test_following_the_link_changes_nothing_and_its_button_stops_all_mails(cast: Cast) -> None:
    stranger = Client(enforce_csrf_checks=True)  # a mail program has neither a cookie nor a token
    path = stop_link(cast.lead).removeprefix("http://127.0.0.1:8000")
    assert stranger.get(path).status_code == 200
    assert not Habit.objects.exists()
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    cast.asked()
    while worker.step(START + HOUR):
        pass
    assert not Letter.objects.filter(reader=cast.lead).exists()
    assert inbox.unread(cast.lead) == 1


def test_a_stop_link_that_was_altered_stops_nobody(cast: Cast) -> None:
    token = stop_link(cast.lead).rstrip("/").rpartition("/")[2]
    with pytest.raises(NotFound):
        reader_of(token[:-2])
    assert reader_of(token).pk == cast.lead.pk


def test_an_agreement_tells_the_other_side(cast: Cast) -> None:
    cast.agreed()
    while worker.step(START + timedelta(hours=2)):
        pass
    expected = Notice.objects.get(reader=cast.lead)
    assert (expected.kind, expected.needs) == (Kind.AGREEMENT, "Read it; agree, or say what you expect.")
    agreed = Notice.objects.get(reader=cast.customer)
    assert agreed.says == (
        "Provider (Workshop) agreed: what you wrote about “all that Workshop does for Dispatch” is in force."
    )
