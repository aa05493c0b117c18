"""The loop over the API: two calls, what they give, and what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.v1.program import Program, soon
from cast import DAY, START, Cast
from kept.core import acts
from kept.core.terms import Answer
from kept.ledger.models import Event
from kept.promises import actions
from kept.promises.models import File


def ask(cast: Cast, **more: object) -> dict[str, object]:
    terms = {"what": "The route sheet", "due": soon(), "done_when": "It is on the desk."}
    return {"act": "ask", "customer": cast.dispatch.pk, "provider": cast.workshop.pk, "terms": terms} | more


def test_a_promise_is_two_calls(cast: Cast, customer: Program, provider: Program) -> None:
    opened = customer.post("/promises", ask(cast))
    assert opened.status == 201
    promise = opened.data["id"]
    assert opened.headers["Location"] == f"/api/v1/promises/{promise}"
    assert opened.data["state"] == "asked"
    assert opened.data["terms"] is None
    assert opened.data["proposed"]["terms"]["what"] == "The route sheet"
    assert "withdraw" in opened.data["acts"]
    assert provider.do(promise, "promise", seen=1).data["terms"]["done_when"] == "It is on the desk."
    assert provider.do(promise, "deliver", easier="easier", words="On your desk.").data["state"] == "delivered"
    accepted = customer.do(promise, "accept", answer="partly")
    assert (accepted.status, accepted.data["outcome"]) == (200, "kept")
    names = [each["name"] for each in customer.get(f"/promises/{promise}/events").data["items"]]
    assert names == ["promise.asked", "promise.promised", "promise.delivered", "promise.accepted"]


def test_every_act_that_the_rules_know_is_taken_and_described(cast: Cast, customer: Program) -> None:
    described = customer.get("/openapi.json").data["components"]["schemas"]
    names = {shape["properties"]["act"]["const"] for name, shape in described.items() if name.endswith("Act")}
    assert names == set(acts.BY_NAME)
    promise = cast.asked(at=datetime.now(UTC))
    for act in set(acts.BY_NAME) - {"ask", "offer"}:
        refused = customer.do(promise, act, nonsense=1)
        assert "nonsense" in ",".join(refused.fields), act


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"surprise": 1}, "surprise"),
        ({"agreement": 1}, "agreement"),
        ({"customer": "1"}, "customer"),
        ({"customer": 2**63}, "customer"),
        ({"private": "yes"}, "private"),
        ({"terms": {"what": "X", "due": "2026-05-04 14:00"}}, "terms.due"),
        ({"terms": {"what": "X", "due": "0001-01-01T00:00:00+12:00"}}, "terms.due"),
        ({"terms": {"what": "X"}}, "terms.due"),
        ({"terms": {"what": " ", "due": "2199-05-04T14:00:00Z"}}, "what"),
        ({"terms": {"what": "X", "due": "2020-05-04T14:00:00Z"}}, "due"),
        ({"words": "a\0b"}, "words"),
        ({"words": "\ud800"}, "words"),
        ({"provider": 999_999}, "provider"),
        ({"act": "conjure"}, ""),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, customer: Program, change: dict[str, object], field: str) -> None:
    refused = customer.post("/promises", ask(cast, **change))
    assert (refused.status, refused.problem) == (422, "incomplete")
    assert refused.fields == [field]
    assert not Event.objects.exists()


def test_a_stranger_finds_nothing_and_a_seer_may_not_act(cast: Cast, boss: Program, outsider: Program) -> None:
    promise = cast.promised(at=datetime.now(UTC))
    for path in ("", "/events", "/clocks", "/chain"):
        assert outsider.get(f"/promises/{promise}{path}").problem == "not-found"
        assert boss.get(f"/promises/{promise}{path}").status == 200
    assert outsider.do(promise, "note", words="Hello.").problem == "not-found"
    assert boss.do(promise, "note", words="Hurry up.").problem == "not-allowed"
    assert boss.get(f"/promises/{promise}").data["acts"] == []


def test_what_the_rules_refuse_is_refused_in_their_words(cast: Cast, customer: Program, provider: Program) -> None:
    promise = cast.asked(at=datetime.now(UTC))
    assert provider.do(promise, "deliver", easier="easier").problem == "wrong-state"
    assert customer.do(promise, "promise").problem == "wrong-side"
    assert provider.do(promise, "promise", side="customer").problem == "wrong-side"
    assert provider.do(promise, "note").fields == ["words"]


def test_who_is_overtaken_learns_what_changed(cast: Cast, customer: Program, provider: Program) -> None:
    promise = cast.asked(at=datetime.now(UTC))
    read = customer.get(f"/promises/{promise}")
    provider.do(promise, "promise", seen=1, words="With pleasure.")
    by_number = customer.do(promise, "withdraw", seen=1)
    assert (by_number.status, by_number.problem) == (409, "overtaken")
    assert by_number.data["sequence"] == 2
    assert [each["act"]["words"] for each in by_number.data["changes"]] == ["With pleasure."]
    by_tag = customer.post(f"/promises/{promise}/acts", {"act": "cancel"}, If_Match=read.headers["ETag"])
    assert (by_tag.status, by_tag.problem) == (412, "changed-since")
    newest = customer.get(f"/promises/{promise}").headers["ETag"]
    done = customer.post(f"/promises/{promise}/acts", {"act": "cancel"}, If_Match=newest)
    assert done.data["state"] == "cancelled"
    assert customer.post(f"/promises/{promise}/acts", {"act": "note"}, If_Match='"nonsense"').status == 412


def test_an_unsigned_answer_is_for_its_author_and_their_side(cast: Cast, customer: Program, provider: Program) -> None:
    promise = cast.delivered(at=START)
    words = {"answer": Answer.NO, "words": "It was of no use to me."}
    actions.do(cast.customer, promise, acts.Accept(**words), at=START + 2 * DAY)  # type: ignore[arg-type]
    own, theirs = (each.get(f"/promises/{promise}/events").data["items"] for each in (customer, provider))
    assert own[-1]["act"] == {"act": "accept", "answer": "no", "words": "It was of no use to me."}
    assert theirs[-1]["act"] == {"act": "accept"}
    assert theirs[-1]["withheld"] == ["answer", "words"]
    assert b"of no use" not in provider.get(f"/promises/{promise}/events").raw
    boss = Program.of(cast.boss).get(f"/promises/{promise}/events")
    assert b"of no use" not in boss.raw
    assert own[-2]["withheld"] == ["easier"], "the provider's own answer is for the provider's side"


def test_nor_does_being_overtaken_tell_it(cast: Cast, customer: Program, provider: Program) -> None:
    promise = cast.delivered(at=datetime.now(UTC) - timedelta(days=2))
    customer.do(promise, "accept", answer="no", words="It was of no use to me.")
    overtaken = provider.do(promise, "note", words="Did it help?", seen=2)
    assert overtaken.problem == "overtaken"
    assert b"of no use" not in overtaken.raw
    assert b'"no"' not in overtaken.raw
    assert overtaken.data["changes"][-1]["name"] == "promise.accepted"


def test_signed_it_is_told(cast: Cast, customer: Program, provider: Program) -> None:
    promise = cast.delivered(at=datetime.now(UTC) - timedelta(days=2))
    customer.do(promise, "accept", answer="no", words="It was of no use to me.", signed=True)
    told = provider.get(f"/promises/{promise}/events").data["items"][-1]
    assert (told["act"]["answer"], told["withheld"]) == ("no", [])


def test_a_link_to_what_somebody_does_not_see(cast: Cast, customer: Program, provider: Program) -> None:
    now = datetime.now(UTC)
    promise = cast.promised(at=now - timedelta(hours=2))
    secret = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.caretaker, at=now, private=True)
    plain = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.sales, at=now)
    for other in (secret, plain):
        actions.do(cast.provider, promise, acts.Link(relies_on=other), at=now)
    assert [each["act"].get("relies_on") for each in provider.get(f"/promises/{promise}/events").data["items"][2:]] == [
        secret, plain,
    ]  # fmt: skip
    seen = customer.get(f"/promises/{promise}/events").data["items"][2:]
    assert [(each["sequence"], each["act"], each["withheld"]) for each in seen] == [(4, {"act": "link"}, ["relies_on"])]


def test_asking_for_what_a_promise_needs_links_it(cast: Cast, provider: Program, customer: Program) -> None:
    promise = cast.promised(at=datetime.now(UTC) - timedelta(hours=2))
    need = {"act": "ask", "provider": cast.sales.pk, "terms": {"what": "The picking list", "due": soon(1)}}
    asked = provider.post(f"/promises/{promise}/needs", need)
    assert asked.status == 201
    assert asked.data["customer"]["id"] == cast.workshop.pk
    chain = {each["id"]: each for each in provider.get(f"/promises/{promise}/chain").data["promises"]}
    assert chain[promise]["relies_on"] == [asked.data["id"]]
    down = customer.get(f"/promises/{asked.data['id']}")
    assert (down.data["view"], "what" in down.data) == ("outline", False)
    assert customer.get(f"/promises/{asked.data['id']}/events").problem == "not-found"
    assert customer.post(f"/promises/{promise}/needs", need).problem == "not-allowed"


def test_the_list_is_what_one_sees_by_what_one_asks(cast: Cast, customer: Program, outsider: Program) -> None:
    now = datetime.now(UTC)
    late, young = cast.promised(at=now - timedelta(days=9)), cast.promised(at=now - timedelta(hours=2))
    secret = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.caretaker, at=now, private=True)
    over = cast.accepted(at=now - timedelta(days=5))

    def ids(**query: object) -> list[int]:
        return [each["id"] for each in customer.get("/promises", **query).data["items"]]

    assert ids() == [over, young, late]
    assert ids(late="true") == [late]
    assert ids(open="true", sort="due") == [late, young]
    assert ids(open="false") == [over]
    assert ids(state=["accepted", "asked"]) == [over]
    assert ids(side="provider") == []
    assert ids(party=cast.workshop.pk, mine="true") == [over, young, late]
    assert ids(customer=cast.workshop.pk) == []
    assert ids(due_before=now.isoformat().replace("+00:00", "Z"), open="true") == [late]
    assert ids(opened_from=(now - timedelta(days=1)).isoformat().replace("+00:00", "Z")) == [young]
    assert ids(words="ROUTE") == [over, young, late]
    assert outsider.get("/promises").data == {"items": [], "next": None}
    assert secret not in ids()


def test_pages_stay_in_place_while_others_come_in(cast: Cast, customer: Program) -> None:
    now = datetime.now(UTC)
    first = [cast.asked(at=now + timedelta(seconds=n)) for n in range(5)]
    page = customer.get("/promises", limit=2)
    cast.asked(at=now)
    seen = [each["id"] for each in page.data["items"]]
    while page.data["next"]:
        page = customer.get("/promises", limit=2, cursor=page.data["next"])
        seen += [each["id"] for each in page.data["items"]]
    assert seen == first[::-1]
    by_date = customer.get("/promises", limit=2, sort="due")
    assert customer.get("/promises", limit=2, cursor=by_date.data["next"]).fields == ["cursor"]
    following = customer.get("/promises", limit=2, sort="due", cursor=by_date.data["next"]).data["items"]
    assert not {each["id"] for each in following} & {each["id"] for each in by_date.data["items"]}
    for broken in ("x", "W10", "!!", "WyJuZXdlc3QiLCAxLCAxLCAxXQ"):
        assert customer.get("/promises", cursor=broken).fields == ["cursor"]


def test_waiting_is_what_relies_on_something_open(cast: Cast, provider: Program) -> None:
    now = datetime.now(UTC)
    promise, other = cast.promised(at=now - timedelta(hours=3)), cast.promised(at=now - timedelta(hours=3))
    need = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.sales, at=now)
    actions.do(cast.provider, promise, acts.Link(relies_on=need), at=now)
    assert [each["id"] for each in provider.get("/promises", waiting="true").data["items"]] == [promise]
    assert other in [each["id"] for each in provider.get("/promises", waiting="false").data["items"]]


def test_a_file_goes_with_an_act(cast: Cast, customer: Program, provider: Program, outsider: Program) -> None:
    promise = cast.promised(at=datetime.now(UTC) - timedelta(hours=2))
    raw = {"Content_Type": "application/octet-stream"}
    handed = provider.post(f"/promises/{promise}/files?name=route.txt&media_type=text/plain", b"Turn left.", **raw)
    assert (handed.status, handed.data["size"]) == (201, 10)
    path = f"/promises/{promise}/files/{handed.data['id']}"
    assert customer.get(path).problem == "not-found", "until an act carries it, it is a draft"
    provider.do(promise, "update", words="Half of it.", files=[handed.data["id"]])
    content = customer.get(path)
    assert content.raw == b"Turn left."
    assert "attachment" in content.headers["Content-Disposition"]
    assert outsider.get(path).problem == "not-found"
    assert provider.post(f"/promises/{promise}/files?name=none.txt", b"", **raw).fields == ["files"]


def test_a_file_handed_in_twice_with_one_key_is_one(cast: Cast, customer: Program) -> None:
    raw = {"Content_Type": "application/octet-stream", "Idempotency_Key": "route"}
    first = customer.post("/files?name=route.txt", b"Turn left.", **raw)
    second = customer.post("/files?name=route.txt", b"Turn left.", **raw)
    assert (first.status, second.status) == (201, 201)
    assert second.data == first.data
    assert second.headers["Idempotent-Replayed"] == "true"
    assert File.objects.count() == 1
    for other in ("/files?name=other.txt", "/files?name=route.txt"):
        assert customer.post(other, b"Turn right.", **raw).problem == "key-reused"
    assert File.objects.count() == 1
    assert customer.post("/files?name=none.txt", b"", **raw | {"Idempotency_Key": "none"}).fields == ["files"]
    assert customer.post("/files?name=none.txt", b"Left.", **raw | {"Idempotency_Key": "none"}).status == 201


def test_events_come_in_pages(cast: Cast, customer: Program) -> None:
    promise = cast.accepted(at=datetime.now(UTC) - timedelta(days=3))
    whole = customer.get(f"/promises/{promise}/events").data
    assert [each["name"].partition(".")[2] for each in whole["items"]] == ["asked", "promised", "delivered", "accepted"]
    assert whole["next"] is None
    found, cursor = [], ""
    while cursor is not None:
        page = customer.get(f"/promises/{promise}/events", limit=3, cursor=cursor).data
        found += page["items"]
        cursor = page["next"]
    assert found == whole["items"]
    assert customer.get(f"/promises/{promise}/events", cursor="made-up").fields == ["cursor"]


def test_who_passed_an_ask_on_is_offered_what_they_may_do(cast: Cast, provider: Program) -> None:
    promise = cast.asked(at=datetime.now(UTC) - timedelta(hours=3))
    assert "promise" in provider.get(f"/promises/{promise}").data["acts"]
    passed = provider.do(promise, "pass_on", to=cast.sales.pk, words="Theirs.")
    assert passed.status == 200
    assert set(passed.data["acts"]) <= {"acknowledge", "pass_on", "note"}
    assert provider.do(promise, "note", words="They have the van.").status == 200
    assert provider.do(promise, "promise").problem == "not-allowed"
