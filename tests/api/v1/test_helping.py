"""Whom to ask, what is too much, who was brought in; links, calendars and webhooks, by the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.test import Client

from api.v1.program import Program, soon
from cast import Cast
from kept.api.models import GivenAnswer
from kept.notify.calling import endpoints
from kept.notify.models import Endpoint
from kept.promises.customer_links import make_link


def test_later_dates_and_help_are_proposed_together_or_not_at_all(cast: Cast, provider: Program) -> None:
    first, second = (cast.promised(at=datetime.now(UTC) - timedelta(hours=3)) for _ in range(2))
    found = provider.get("/me/too-much").data
    assert {one["id"] for one in found["open"]} == {first, second}
    dates = [{"promise": one["id"], "due": soon(6), "seen": one["sequence"]} for one in found["open"]]
    late = [dates[0], dates[1] | {"due": "2020-01-01T09:00:00Z"}]
    assert provider.post("/conversations", {"dates": late, "words": "Two are ill."}).fields == ["dates.1.due"]
    assert provider.get(f"/promises/{first}").data["proposed"] is None
    done = provider.post(
        "/conversations",
        {"dates": dates, "words": "Two are ill.", "help_with": {"promise": first, "words": "A second pair of hands."}},
    )
    assert [(one["id"], one["proposed_by"], one["needs_help"]) for one in done.data["items"]] == [
        (first, "provider", True), (second, "provider", False),
    ]  # fmt: skip
    assert provider.post("/conversations", {}).problem == "incomplete"


def test_who_was_brought_in_answers_once_it_waits_no_more(cast: Cast, customer: Program, boss: Program) -> None:
    promise = cast.promised(at=datetime.now(UTC) - timedelta(hours=3))
    whom = customer.get(f"/promises/{promise}/whom-to-bring-in").data["items"]
    assert {"Lead", "Boss"} == {one["person"]["name"] for one in whom}
    customer.do(promise, "escalate", to=cast.boss.pk, words="Who decides?")
    [call] = boss.get("/me/brought-in").data["items"]
    assert (call["promise"], call["by"], call["words"]) == (promise, "Customer", "Who decides?")
    assert boss.post(f"/promises/{promise}/brought-in/answers", {"words": "Take the small van."}).status == 200
    assert boss.get("/me/brought-in").data["items"] == []
    [called] = customer.get(f"/promises/{promise}/brought-in").data["items"]
    assert called["answered"]


def test_a_link_is_shown_once_and_opens_until_it_is_revoked(cast: Cast, client: Client) -> None:
    caretaker = Program.of(cast.caretaker)
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, at=datetime.now(UTC) - timedelta(hours=2))
    made = caretaker.post(f"/promises/{promise}/links", Idempotency_Key="one")
    page = "/" + made.data["address"].split("/", 3)[3]
    assert client.get(page).status_code == 200
    again = caretaker.post(f"/promises/{promise}/links", Idempotency_Key="one")
    assert again.data == made.data | {"address": None}
    secret = made.data["address"].rstrip("/").rsplit("/", 1)[1]
    assert not [one for one in GivenAnswer.objects.all() if secret.encode() in bytes(one.body)]
    assert [one["id"] for one in caretaker.get(f"/promises/{promise}/links").data["items"]] == [made.data["id"]]
    assert caretaker.delete(f"/promises/{promise}/links/{made.data['id']}").status == 204
    assert client.get(page).status_code == 404


def test_a_calendar_has_one_address(cast: Cast, customer: Program, client: Client) -> None:
    first, second = (customer.post("/me/calendar").data["address"].split("/", 3)[3] for _ in range(2))
    assert client.get(f"/{first}").status_code == 404
    assert client.get(f"/{second}").content.startswith(b"BEGIN:VCALENDAR")
    assert customer.get("/me/calendar").data["opened_at"]
    assert customer.delete("/me/calendar").status == 204
    assert client.get(f"/{second}").status_code == 404
    assert customer.get("/me/calendar").data == {"made_at": None, "opened_at": None}


def test_a_webhook_is_added_changed_looked_into_and_removed(cast: Cast, customer: Program, provider: Program) -> None:
    wanted = {"name": "Stock", "url": "https://stock.example.com/kept", "events": ["promise.delivered"]}
    made = customer.post("/webhooks", wanted, Idempotency_Key="one").data
    assert made["secret"].startswith("whsec_")
    assert customer.post("/webhooks", wanted, Idempotency_Key="one").data["secret"] is None
    where = f"/webhooks/{made['id']}"
    shown = customer.get(where).data
    assert shown == {key: value for key, value in made.items() if key != "secret"}
    assert customer.post(f"{where}/secret").data["secret"] != made["secret"]
    assert customer.post("/webhooks", wanted | {"url": "http://127.0.0.1:1/"}).fields == ["url"]
    assert customer.put(where, {"events": [], "on": False}).data == shown | {
        "events": [], "on": False, "last_error": "It was switched off.",
    }  # fmt: skip
    assert customer.put(where, {"events": [], "on": True}).data["on"]
    endpoints.test(Endpoint.objects.get(), "{}", at=datetime.now(UTC))
    [call] = customer.get(f"{where}/calls").data["items"]
    assert (call["name"], call["tries"]) == (endpoints.TEST, [])
    assert customer.post(f"{where}/calls/{call['id']}/again").status == 204
    assert provider.get(where).problem == provider.get(f"{where}/calls").problem == "not-found"
    assert customer.delete(where).status == 204
    assert customer.get("/webhooks").data["items"] == []


def test_nobody_else_makes_a_link(cast: Cast, provider: Program, outsider: Program) -> None:
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, at=datetime.now(UTC) - timedelta(hours=2))
    link, _ = make_link(cast.caretaker, promise, at=datetime.now(UTC))
    assert provider.delete(f"/promises/{promise}/links/{link.pk}").problem == "not-allowed"
    assert outsider.get(f"/promises/{promise}/links").problem == "not-found"
