"""The inbox, what comes by mail, complaints and thanks, by the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.v1.program import Program
from cast import Cast
from kept.notify.kinds import Kind
from kept.notify.models import Notice
from kept.people.models import Person


def tell(reader: Person, key: str, *, promise: int | None = None) -> int:
    says, at = "The workshop promised it.", datetime.now(UTC)
    return Notice.objects.create(
        reader=reader, kind=Kind.WORD, key=key, subject="The sheet", says=says, promise_id=promise, at=at
    ).pk


def test_an_inbox_is_read_one_by_one_or_up_to_what_was_seen(cast: Cast, customer: Program, provider: Program) -> None:
    promise = cast.asked(at=datetime.now(UTC) - timedelta(hours=2))
    older, newer = tell(cast.customer, "a", promise=promise), tell(cast.customer, "b", promise=promise)
    other, last = tell(cast.customer, "c"), tell(cast.customer, "d")
    page = customer.get("/notices", limit=3).data
    assert [one["id"] for one in page["items"]] == [last, other, newer]
    assert [one["id"] for one in customer.get("/notices", limit=3, cursor=page["next"]).data["items"]] == [older]
    assert customer.get("/notices/unread").data["unread"] == 4
    assert customer.post(f"/notices/{newer}/read").data["read_at"]
    assert [one["id"] for one in customer.get("/notices", unread="true").data["items"]] == [last, other]
    assert customer.post("/notices/read", {"up_to": other}).data["unread"] == 1
    assert provider.post(f"/notices/{last}/read").problem == "not-found"
    assert provider.get("/notices").data["items"] == []


def test_what_comes_by_mail_is_chosen(cast: Cast, customer: Program) -> None:
    usual = customer.get("/me/choices").data
    assert usual["by_mail"]["my_turn"] == "now"
    wanted = {"by_mail": usual["by_mail"] | {"word": "never"}, "quiet": False, "digest_at": "07:30"}
    chosen = customer.put("/me/choices", wanted).data
    assert chosen == usual | wanted == customer.get("/me/choices").data
    del wanted["by_mail"]["word"]  # type: ignore[attr-defined]
    assert customer.put("/me/choices", wanted).fields == ["by_mail.word"]


def test_a_complaint_is_said_waits_and_is_heard(cast: Cast, customer: Program, provider: Program) -> None:
    promise = cast.delivered(at=datetime.now(UTC) - timedelta(days=3))
    said = customer.post(f"/promises/{promise}/complaints", {"words": "The last page is missing."})
    assert (said.status, said.headers["Location"]) == (201, f"/api/v1/complaints/{said.data['id']}")
    assert [one["id"] for one in provider.get("/complaints", to_hear="true").data["items"]] == [said.data["id"]]
    assert customer.get("/complaints", to_hear="true").data["items"] == []
    where = f"/complaints/{said.data['id']}"
    assert customer.post(f"{where}/hear", {"words": "Never mind."}).problem == "not-allowed"
    assert provider.post(f"{where}/hear", {}).fields == ["words"]
    heard = provider.post(f"{where}/hear", {"words": "It comes today."}).data
    assert (heard["heard_by"]["name"], heard["answer"]) == ("Provider", "It comes today.")
    assert provider.post(f"{where}/hear", {"words": "Again."}).problem == "wrong-state"
    assert provider.get("/complaints", to_hear="true").data["items"] == []
    assert customer.get("/complaints", promise=promise).data["items"] == [heard]


def test_thanks_need_no_promise_and_no_answer(cast: Cast, customer: Program, provider: Program) -> None:
    to = {"customer": cast.dispatch.pk, "provider": cast.workshop.pk, "words": "You always answer."}
    said = customer.post("/thanks", to).data
    assert said["promise"] is None
    assert provider.post(f"/thanks/{said['id']}/hear", {}).data["heard_at"]
    assert customer.post("/thanks", to | {"provider": 10**9}).fields == ["provider"]
    assert provider.post("/thanks", to).problem == "not-allowed"
