"""Webhooks: who is told of what, signed, once, again where it failed, and no more where nobody listens."""

from __future__ import annotations

import json
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from cast import DAY, HOUR, Cast, terms
from hook_server import Hook, answer, answering
from kept.core import acts
from kept.core.errors import Incomplete, NotFound
from kept.core.terms import Answer
from kept.ledger.models import Event, Outbox
from kept.notify import agreements, worker
from kept.notify.calling import endpoints, lane
from kept.notify.channels.webhooks import CHANNEL
from kept.notify.channels.webhooks.names import EVENTS
from kept.notify.kinds import Kind
from kept.notify.models import Call, Endpoint, Habit, Notice, Try
from kept.people.models import ApiToken, Person
from kept.people.tokens import make_token
from kept.promises.access import View, promise_for_seeing
from kept.promises.story import SAID
from post_office import Post, text_of

pytestmark = pytest.mark.django_db
NOW = timezone.now() - 3 * HOUR


def listening(person: Person, hook: Hook, *events: str, at: datetime = NOW - HOUR) -> Endpoint:
    """An endpoint of somebody at that server."""
    return endpoints.add(person, person, kind=Endpoint.Kind.WEBHOOK, name="Ours", url=hook.url, events=events, at=at)


def asked(cast: Cast) -> int:
    """An ask of these hours."""
    return cast.asked(at=NOW, what=terms(due=NOW + 3 * DAY))


def follow() -> None:
    """Let the worker do all that there is to do."""
    while worker.step(timezone.now()):
        pass


def due_now() -> None:
    """What waits for its next attempt need not wait."""
    Call.objects.filter(done_at=None, gave_up_at=None).update(next_at=NOW)
    Endpoint.objects.update(next_at=NOW)


def test_each_event_is_told_signed_as_the_api_says_it(cast: Cast, hook: Hook, client: Client) -> None:
    endpoint = listening(cast.customer, hook)
    promise = asked(cast)
    cast.do(cast.provider, promise, acts.Promise(words="By noon. Ünïcode <b>."), at=NOW + timedelta(microseconds=12))
    follow()
    said = [call.verified(endpoint.secret) for call in hook.calls]
    assert [one["type"] for one in said] == ["promise.asked", "promise.promised"]
    _, key = make_token(cast.customer, scope=ApiToken.Scope.READ, at=timezone.now())
    given = client.get(f"/api/v1/promises/{promise}/events", headers={"authorization": f"Bearer {key}"}).json()["items"]
    assert [one["data"] for one in said] == [{"promise": promise} | one for one in given]
    assert [one["timestamp"] for one in said] == [one["at"] for one in given]
    assert hook.calls[0].headers["content-type"] == "application/json"
    assert len({call.headers["webhook-id"] for call in hook.calls}) == 2


def test_a_body_that_was_touched_does_not_verify(cast: Cast, hook: Hook) -> None:
    endpoint = listening(cast.customer, hook)
    asked(cast)
    follow()
    (call,) = hook.calls
    forged = type(call)(call.path, call.headers, call.body.replace("route", "other"))
    with pytest.raises(WebhookVerificationError):
        forged.verified(endpoint.secret)
    with pytest.raises(WebhookVerificationError):
        call.verified(endpoints.new_secret())


def test_only_the_chosen_events_are_told(cast: Cast, hook: Hook) -> None:
    listening(cast.customer, hook, "promise.delivered", "promise.promised")
    cast.delivered(at=NOW)
    follow()
    assert [json.loads(call.body)["type"] for call in hook.calls] == ["promise.promised", "promise.delivered"]


def test_a_stranger_is_told_nothing_and_those_above_are(cast: Cast, hook: Hook) -> None:
    for person in (cast.outsider, cast.boss):
        listening(person, hook)
    asked(cast)
    follow()
    assert [call.endpoint.owner_id for call in Call.objects.select_related("endpoint")] == [cast.boss.pk]


def test_who_sees_the_outline_alone_is_told_nothing_of_it(cast: Cast, hook: Hook) -> None:
    listening(cast.outsider, hook)
    down = cast.asked(by=cast.outsider, customer=cast.billing, provider=cast.sales, at=NOW, what=terms(due=NOW + DAY))
    cast.do(cast.caretaker, down, acts.Promise(), at=NOW)
    up = cast.asked(by=cast.caretaker, customer=cast.sales, at=NOW, what=terms("The list", due=NOW + DAY))
    cast.do(cast.caretaker, down, acts.Link(relies_on=up), at=NOW)
    cast.do(cast.provider, up, acts.Promise(), at=NOW)
    follow()
    assert promise_for_seeing(cast.outsider, up).view is View.OUTLINE
    said = [json.loads(call.body) for call in hook.calls]
    assert [(one["type"], one["data"]["promise"]) for one in said] == [
        ("promise.asked", down), ("promise.promised", down), ("promise.linked", down),
    ]  # fmt: skip
    assert said[2]["data"]["withheld"] == ["relies_on"]
    assert "relies_on" not in said[2]["data"]["act"]


def test_a_private_promise_is_told_to_its_named_participants_alone(cast: Cast, hook: Hook) -> None:
    for person in (cast.customer, cast.colleague, cast.boss):
        listening(person, hook)
    promise = cast.asked(at=NOW, what=terms(due=NOW + 3 * DAY), private=True)
    cast.do(cast.lead, promise, acts.Promise(), at=NOW)
    follow()
    owners = set(Call.objects.values_list("endpoint__owner_id", flat=True))
    assert owners == {cast.customer.pk}


def test_an_answer_that_was_not_signed_is_told_to_its_author_and_nobody_else(cast: Cast, hook: Hook) -> None:
    for person in (cast.customer, cast.provider, cast.boss):
        listening(person, hook, "promise.accepted")
    promise = cast.delivered(at=NOW - DAY)
    cast.do(cast.customer, promise, acts.Accept(answer=Answer.NO, words="No help at all."), at=NOW + HOUR)
    follow()
    calls = Call.objects.select_related("endpoint").filter(name="promise.accepted")
    said = {call.endpoint.owner_id: json.loads(call.body)["data"] for call in calls}
    assert said[cast.customer.pk]["act"]["answer"] == "no"
    for other in (cast.provider, cast.boss):
        assert "No help" not in json.dumps(said[other.pk])
        assert "answer" not in said[other.pk]["act"]
        assert "answer" in said[other.pk]["withheld"]


def test_what_the_provider_thinks_of_a_delivery_is_for_the_providers_side(cast: Cast, hook: Hook) -> None:
    for person in (cast.customer, cast.provider):
        listening(person, hook, "promise.delivered")
    cast.delivered(at=NOW)
    follow()
    said = {call.endpoint.owner_id: json.loads(call.body)["data"] for call in Call.objects.select_related("endpoint")}
    assert "easier" in said[cast.provider.pk]["act"]
    assert said[cast.customer.pk]["withheld"] == ["easier"]


def test_an_agreement_is_told_to_both_sides(cast: Cast, hook: Hook) -> None:
    for person in (cast.customer, cast.lead, cast.outsider):
        listening(person, hook)
    agreement = cast.agreed(at=NOW)
    follow()
    said = [json.loads(call.body) for call in hook.calls]
    assert {one["type"] for one in said} == {"agreement.expected", "agreement.agreed"}
    assert {one["data"]["agreement"] for one in said} == {agreement}
    assert set(Call.objects.values_list("endpoint__owner_id", flat=True)) == {cast.customer.pk, cast.lead.pk}


def test_what_happened_before_it_was_added_or_while_it_was_off_is_not_told(cast: Cast, hook: Hook) -> None:
    endpoint = listening(cast.customer, hook, at=NOW + HOUR)
    promise = asked(cast)
    follow()
    endpoints.switch_off(endpoint, at=NOW + HOUR)
    cast.do(cast.customer, promise, acts.Note(words="Meanwhile."), at=NOW + 2 * HOUR)
    follow()
    endpoints.switch_on(endpoint, at=NOW + 2 * HOUR)
    follow()
    assert hook.calls == []


def test_following_twice_calls_once(cast: Cast, hook: Hook) -> None:
    listening(cast.customer, hook)
    asked(cast)
    follow()
    Outbox.objects.update(done_at=None)
    follow()
    assert len(hook.calls) == 1


def test_somebody_who_has_left_is_told_nothing(cast: Cast, hook: Hook) -> None:
    listening(cast.customer, hook)
    asked(cast)
    worker.follow(timezone.now())
    Person.objects.filter(pk=cast.customer.pk).update(is_active=False)
    follow()
    assert hook.calls == []


# --- again --------------------------------------------------------------------------------------------------------


def test_a_call_that_failed_is_made_again_with_the_same_id_and_logged(cast: Cast, hook: Hook) -> None:
    endpoint = listening(cast.customer, hook)
    hook.does = lambda handler, number: answer(handler, 500 if number < 3 else 200, b"Out of order.")
    asked(cast)
    for _ in range(3):
        follow()
        due_now()
    assert len(hook.calls) == 3
    assert len({call.headers["webhook-id"] for call in hook.calls}) == 1
    assert all(call.verified(endpoint.secret) for call in hook.calls)
    tries = Try.objects.order_by("pk")
    assert [one.status for one in tries] == [500, 500, 200]
    assert tries[0].answer == "Out of order."
    assert Call.objects.get().done_at is not None
    endpoint.refresh_from_db()
    assert (endpoint.attempts, endpoint.failing_since) == (0, None)


def test_a_call_that_failed_waits_and_the_endpoint_rests_longer_each_time(cast: Cast, hook: Hook) -> None:
    listening(cast.customer, hook)
    hook.does = answering(503)
    promise = asked(cast)
    cast.do(cast.customer, promise, acts.Note(words="And this."), at=NOW)
    follow()
    assert len(hook.calls) == 1
    endpoint = Endpoint.objects.get()
    assert timedelta(0) < endpoint.next_at - timezone.now() <= lane.rest(1)
    assert Call.objects.filter(attempts=1, next_at__gt=timezone.now() + timedelta(seconds=4)).count() == 1
    assert [lane.rest(failures).total_seconds() for failures in (1, 2, 5, 10, 40)] == [1, 3, 31, 600, 600]


def test_one_that_fails_does_not_keep_those_behind_it_waiting(cast: Cast, hook: Hook) -> None:
    listening(cast.customer, hook)
    hook.does = lambda handler, number: answer(handler, 500 if "Poison" in hook.calls[number - 1].body else 200)
    promise = asked(cast)
    for words in ("Poison.", "One.", "Two."):
        cast.do(cast.customer, promise, acts.Note(words=words), at=NOW)
    follow()
    Endpoint.objects.update(next_at=NOW)  # it has rested
    follow()
    assert [call.done_at is None for call in Call.objects.order_by("pk")] == [False, True, False, False]
    words = [json.loads(call.body)["data"]["act"].get("words", "") for call in hook.calls]
    assert words == ["", "Poison.", "One.", "Two."]


def test_after_three_days_of_failures_alone_it_is_switched_off_with_word(cast: Cast, hook: Hook, post: Post) -> None:
    Habit.objects.create(reader=cast.customer, quiet=False)
    endpoint = listening(cast.customer, hook, "promise.asked")
    hook.does = answering(500)
    asked(cast)
    follow()
    Endpoint.objects.update(failing_since=timezone.now() - 3 * DAY)
    due_now()
    follow()
    endpoint.refresh_from_db()
    assert endpoint.gave_up_at is not None
    assert endpoint.last_error == "For three days every call failed. The last time: It answered 500."
    notice = Notice.objects.get(reader=cast.customer, kind=Kind.PROGRAMS)
    assert notice.says.startswith("The webhook “Ours” was switched off. For three days every call failed.")
    (mail,) = post.to("customer@")
    assert f"/webhooks/{endpoint.pk}/" in text_of(mail)
    calls = len(hook.calls)
    due_now()
    asked(cast)
    follow()
    assert len(hook.calls) == calls
    assert not Call.objects.filter(done_at=None, gave_up_at=None).exists()


def test_gone_switches_it_off_at_once(cast: Cast, hook: Hook) -> None:
    endpoint = listening(cast.customer, hook)
    hook.does = answering(410)
    promise = asked(cast)
    cast.do(cast.customer, promise, acts.Note(words="And this."), at=NOW)
    follow()
    endpoint.refresh_from_db()
    assert endpoint.gave_up_at is not None
    assert len(hook.calls) == 1
    assert Notice.objects.filter(reader=cast.customer, kind=Kind.PROGRAMS).count() == 1
    endpoints.switch_on(endpoint, at=timezone.now())
    hook.does = answering(200)
    first = Call.objects.order_by("pk")[0]
    endpoints.again(endpoint, first.pk, at=timezone.now())
    follow()
    assert len(hook.calls) == 2
    assert hook.calls[0].headers["webhook-id"] == hook.calls[1].headers["webhook-id"]


def test_a_test_call_is_tried_once_and_switches_nothing_off_but_gone(cast: Cast, hook: Hook) -> None:
    endpoint = listening(cast.customer, hook)
    hook.does = answering(500)
    endpoints.test(endpoint, '{"type":"kept.test"}', at=timezone.now())
    follow()
    due_now()
    follow()
    assert len(hook.calls) == 1
    call = Call.objects.get()
    assert (call.gave_up_at is not None, call.last_error) == (True, "It answered 500.")
    endpoint.refresh_from_db()
    assert endpoint.gave_up_at is None


# --- several workers, and one that dies ---------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_make_the_same_call_twice(cast: Cast, hook: Hook) -> None:
    for person in (cast.customer, cast.lead, cast.boss):
        listening(person, hook)
    hook.does = lambda handler, number: (time.sleep(0.01), answer(handler, 200))[1]
    promise = asked(cast)
    for number in range(12):
        cast.do(cast.customer, promise, acts.Note(words=f"Note {number}."), at=NOW)
    while worker.follow(timezone.now()):
        pass
    start = threading.Barrier(4)

    def hand() -> None:
        start.wait()
        while CHANNEL.send(now=timezone.now()):
            pass
        connections.close_all()

    hands = [threading.Thread(target=hand) for _ in range(4)]
    for each in hands:
        each.start()
    for each in hands:
        each.join()
    while CHANNEL.send(now=timezone.now()):
        pass
    ids = [call.headers["webhook-id"] for call in hook.calls]
    assert len(ids) == len(set(ids)) == 3 * 13
    for endpoint in Endpoint.objects.all():
        mine = dict(Call.objects.filter(endpoint=endpoint).values_list("number", "pk"))
        came = [mine[one] for one in ids if one in mine]
        assert came == sorted(came)  # each endpoint in order


def test_a_worker_that_died_in_the_middle_calls_once_more_with_the_same_id(
    cast: Cast, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = listening(cast.customer, hook)
    asked(cast)
    worker.follow(timezone.now())
    taken = Call.objects.get()

    def dies(**_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as moment:
        moment.setattr(Try.objects, "create", dies)  # the call was made; what came of it is not written down
        with pytest.raises(KeyboardInterrupt):
            CHANNEL.send(now=timezone.now())
    assert CHANNEL.send(now=timezone.now()) == 0  # its claim still holds
    for model in (Call, Endpoint):
        model.objects.update(claimed_until=timezone.now())
    assert CHANNEL.send(now=timezone.now()) == 1
    assert CHANNEL.send(now=timezone.now()) == 0
    assert [call.headers["webhook-id"] for call in hook.calls] == [taken.number] * 2
    assert endpoint.calls.get().done_at is not None


def test_what_another_worker_has_is_left_to_it(cast: Cast, hook: Hook) -> None:
    listening(cast.customer, hook)
    cast.promised(at=NOW)
    while worker.follow(timezone.now()):
        pass
    Endpoint.objects.update(claim="another", claimed_until=timezone.now() + HOUR)
    assert CHANNEL.send(now=timezone.now()) == 0
    assert hook.calls == []


@pytest.mark.django_db(transaction=True)
def test_one_that_hangs_holds_up_no_other(cast: Cast, hook: Hook) -> None:
    let_go = threading.Event()
    listening(cast.customer, hook)
    quick = listening(cast.boss, hook)
    Endpoint.objects.filter(owner=cast.customer).update(url=hook.url + "/hangs")
    hook.does = lambda handler, number: (
        let_go.wait(5) if handler.path.endswith("hangs") else None, answer(handler, 200),
    )[1]  # fmt: skip
    promise = asked(cast)
    for number in range(5):
        cast.do(cast.customer, promise, acts.Note(words=f"Note {number}."), at=NOW)
    while worker.follow(timezone.now()):
        pass
    stop = threading.Event()
    running = threading.Thread(target=worker.run, args=(stop,))
    running.start()
    try:
        until = time.monotonic() + 4
        while Call.objects.filter(endpoint=quick, done_at=None).exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert not Call.objects.filter(endpoint=quick, done_at=None).exists()
        assert Call.objects.filter(endpoint__owner=cast.customer, done_at=None).count() == 6
        assert len([call for call in hook.calls if call.path.endswith("hangs")]) == 1
    finally:
        let_go.set()
        stop.set()
        running.join()


# --- the secret, the log, and what may be added -------------------------------------------------------------------


def test_for_a_day_after_a_new_secret_the_old_one_verifies_too(cast: Cast, hook: Hook) -> None:
    endpoint = listening(cast.customer, hook)
    fresh = endpoints.change_secret(endpoint, at=timezone.now())
    promise = asked(cast)
    follow()
    assert hook.calls[0].verified(endpoint.secret)
    assert hook.calls[0].verified(fresh)
    Endpoint.objects.update(old_until=timezone.now() - HOUR)
    cast.do(cast.customer, promise, acts.Note(words="Later."), at=NOW)
    follow()
    assert hook.calls[1].verified(fresh)
    with pytest.raises(WebhookVerificationError):
        hook.calls[1].verified(endpoint.secret)


def test_the_log_is_swept_after_thirty_days_but_never_what_is_still_to_do(cast: Cast, hook: Hook) -> None:
    listening(cast.customer, hook)
    promise = asked(cast)
    follow()
    cast.do(cast.customer, promise, acts.Note(words="Open."), at=NOW)
    worker.follow(timezone.now())
    assert endpoints.sweep(timezone.now()) == 0
    assert endpoints.sweep(timezone.now() + timedelta(days=31)) == 1
    assert Try.objects.count() == 0
    assert Call.objects.get().name == "promise.noted"


def test_what_cannot_be_added(cast: Cast, hook: Hook) -> None:
    add = {"kind": Endpoint.Kind.WEBHOOK, "at": NOW}
    with pytest.raises(Incomplete, match="what it is for"):
        endpoints.add(cast.customer, cast.customer, name=" ", url=hook.url, **add)
    for number in range(endpoints.MOST):
        endpoints.add(cast.customer, cast.customer, name=f"{number}", url=hook.url, **add)
    with pytest.raises(Incomplete, match="the most"):
        endpoints.add(cast.customer, cast.customer, name="One more", url=hook.url, **add)
    with pytest.raises(NotFound):
        endpoints.endpoint_of(cast.boss, Endpoint.objects.order_by("pk")[0].pk)


def test_every_event_that_there_is_can_be_chosen(cast: Cast) -> None:
    assert set(EVENTS) == {*SAID, *agreements.SAYS}
    cast.accepted(at=NOW)
    cast.agreed(at=NOW)
    assert set(Event.objects.values_list("name", flat=True)) <= set(EVENTS)


def test_every_event_is_in_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    for name, words in EVENTS.items():
        assert f"| `{name}` | {words} |" in page
    assert f"`{endpoints.TEST}`" in page


def test_the_example_in_the_documentation_verifies(cast: Cast, hook: Hook) -> None:
    """The code that the page shows for verifying a call, run on a real one."""
    page = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    example = page.split("```python\n")[1].split("```")[0]
    endpoint = listening(cast.customer, hook)
    asked(cast)
    follow()
    found: dict[str, Any] = {}
    exec(compile(example, "docs/webhooks.md", "exec"), found)
    (call,) = hook.calls
    said = found["verified"](endpoint.secret, call.headers, call.body.encode())
    assert said["type"] == "promise.asked"
    with pytest.raises(ValueError, match="signature"):
        found["verified"](endpoints.new_secret(), call.headers, call.body.encode())
    long_ago = timezone.now() - HOUR
    signed = Webhook(endpoint.secret).sign(call.headers["webhook-id"], long_ago, call.body)
    played = {"webhook-timestamp": str(int(long_ago.timestamp())), "webhook-signature": signed}
    with pytest.raises(ValueError, match="old"):
        found["verified"](endpoint.secret, call.headers | played, call.body.encode())
