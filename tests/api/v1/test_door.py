"""The door: keys, scopes, limits, repetition, conditions, and refusals as problem+json."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from api.v1.program import Answer, Program, soon
from api.v1.test_promises import ask
from cast import Cast
from kept.api.models import GivenAnswer, Used
from kept.api.v1 import limits, repeating
from kept.people.models import ApiToken
from kept.people.tokens import make_token, revoke
from kept.promises.models import Promise

# --- who ----------------------------------------------------------------------------------------------------------


def test_without_a_good_key_nothing_opens(cast: Cast) -> None:
    good, key = make_token(cast.customer, scope=ApiToken.Scope.WRITE, at=datetime.now(UTC))
    assert Program(key).get("/promises").status == 200
    for other in ("", "kept_made_up", key[:-1]):
        refused = Program(other).get("/promises")
        assert (refused.status, refused.problem) == (401, "no-key")
        assert refused.headers["WWW-Authenticate"] == 'Bearer realm="Kept"'
    revoke(good, at=datetime.now(UTC))
    assert Program(key).get("/promises").status == 401


def test_a_session_is_no_key(cast: Cast, client: Client) -> None:
    client.force_login(cast.customer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/v1/promises").status_code == 401


def test_scopes_end_where_they_end(cast: Cast, reader: Program) -> None:
    assert reader.get("/promises").status == 200
    assert reader.post("/promises", ask(cast)).problem == "read-only-key"
    assert not Promise.objects.exists()
    cast.boss.is_staff = True
    cast.boss.save()
    scim = Program.of(cast.boss, ApiToken.Scope.SCIM)
    assert scim.get("/promises").status == 401
    assert reader.http.get("/scim/v2/Users", headers={"Authorization": f"Bearer {reader.key}"}).status_code == 401


# --- the form of a call -------------------------------------------------------------------------------------------


def test_every_refusal_is_a_problem(cast: Cast, customer: Program) -> None:
    assert customer.get("/nowhere").problem == "not-found"
    assert customer.get("/promises/99999999").problem == "not-found"
    assert customer.get("/promises/99999999999999999999").status == 422
    refused = customer.call("PATCH", "/promises")
    assert (refused.problem, refused.headers["Allow"]) == ("no-such-method", "GET, HEAD, POST")
    assert customer.post("/promises", b"{", Idempotency_Key="k").problem == "malformed"
    assert customer.post("/promises", b'{"act": NaN}').problem == "malformed"
    assert customer.post("/promises", b"[" * 100_000).problem == "malformed"
    assert customer.post("/promises", b"\xff").problem == "malformed"
    assert customer.post("/promises", b"").problem == "incomplete"
    assert customer.post("/promises", b"[]").problem == "incomplete"
    assert customer.post("/promises", b"{}", Content_Type="text/plain").problem == "not-json"
    assert customer.post("/promises", b"x" * 300_000).problem == "too-large"
    assert customer.get("/promises", surprise=1).fields == ["surprise"]
    assert customer.get("/promises", limit=0).fields == ["limit"]
    assert customer.get("/promises", due_from="yesterday").fields == ["due_from"]
    assert customer.post("/promises", ask(cast), Idempotency_Key="x" * 256).problem == "malformed"


def test_what_breaks_here_is_told_without_details(
    cast: Cast, customer: Program, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("the secret inside")

    monkeypatch.setattr("kept.api.v1.routes.promises.chosen", broken)
    answer = customer.get("/promises")
    assert (answer.status, answer.problem) == (500, "our-fault")
    assert b"secret" not in answer.raw
    assert "the secret inside" in caplog.text


def test_what_is_known_is_not_sent_again(cast: Cast, customer: Program) -> None:
    promise = cast.promised(at=datetime.now(UTC))
    first = customer.get(f"/promises/{promise}")
    tag = first.headers["ETag"]
    assert tag.startswith('"2-')
    again = customer.get(f"/promises/{promise}", {"If-None-Match": f'"other", W/{tag}'})
    assert (again.status, again.raw, again.headers["ETag"]) == (304, b"", tag)
    customer.do(promise, "note", words="The door code is 4711.")
    assert customer.get(f"/promises/{promise}", {"If-None-Match": tag}).status == 200
    assert customer.call("HEAD", f"/promises/{promise}").status == 200


# --- sent twice ---------------------------------------------------------------------------------------------------


def test_the_same_key_gives_the_same_answer_and_does_nothing(cast: Cast, customer: Program) -> None:
    call = ask(cast)
    first = customer.post("/promises", call, Idempotency_Key="one")
    second = customer.post("/promises", call, Idempotency_Key="one")
    assert (second.status, second.raw) == (201, first.raw)
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Promise.objects.count() == 1
    assert customer.post("/promises", call, Idempotency_Key="two").data["id"] != first.data["id"]


def test_the_same_key_for_another_call_is_refused(cast: Cast, customer: Program, provider: Program) -> None:
    customer.post("/promises", ask(cast), Idempotency_Key="one")
    other = customer.post("/promises", ask(cast, words="More."), Idempotency_Key="one")
    assert (other.status, other.problem) == (422, "key-reused")
    promise = Promise.objects.get().pk
    elsewhere = customer.post(f"/promises/{promise}/acts", {"act": "withdraw"}, Idempotency_Key="one")
    assert elsewhere.problem == "key-reused"
    somebody_else = provider.post(f"/promises/{promise}/acts", {"act": "promise"}, Idempotency_Key="one")
    assert somebody_else.status == 200, "keys are each program's own"


def test_a_refusal_is_the_answer_too(cast: Cast, customer: Program) -> None:
    promise = cast.asked(at=datetime.now(UTC))
    call = {"act": "cancel"}
    first = customer.post(f"/promises/{promise}/acts", call, Idempotency_Key="one")
    assert first.problem == "wrong-state"
    again = customer.post(f"/promises/{promise}/acts", call, Idempotency_Key="one")
    assert (again.raw, again.headers["Idempotent-Replayed"]) == (first.raw, "true")


def test_what_broke_is_not_kept(cast: Cast, customer: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    call = ask(cast)
    with monkeypatch.context() as broken:
        broken.setattr("kept.api.v1.routes.promises.whole", lambda *_: 1 / 0)
        assert customer.post("/promises", call, Idempotency_Key="one").status == 500
    assert not Promise.objects.exists(), "the act and its answer are written together, or not at all"
    assert customer.post("/promises", call, Idempotency_Key="one").status == 201


def test_after_a_day_the_key_is_free_again_and_swept(cast: Cast, customer: Program) -> None:
    call = ask(cast)
    customer.post("/promises", call, Idempotency_Key="one")
    GivenAnswer.objects.update(at=datetime.now(UTC) - timedelta(hours=24, seconds=1))
    assert customer.post("/promises", call, Idempotency_Key="one").headers.get("Idempotent-Replayed") is None
    assert Promise.objects.count() == 2
    assert repeating.sweep(datetime.now(UTC) + timedelta(hours=25)) == 1


@pytest.mark.django_db(transaction=True)
def test_at_the_same_moment_one_of_them_acts(cast: Cast) -> None:
    program, call = Program.of(cast.customer), ask(cast)
    answers: list[Answer] = []
    start = threading.Barrier(6)

    def send() -> None:
        start.wait()
        answers.append(Program(program.key).post("/promises", call, Idempotency_Key="one"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Promise.objects.count() == 1
    done = [each for each in answers if each.status == 201]
    assert done
    assert {each.raw for each in done} == {done[0].raw}
    assert {each.problem for each in answers if each.status != 201} <= {"still-working"}


# --- how often ----------------------------------------------------------------------------------------------------


def test_a_minute_holds_so_many_calls(cast: Cast, customer: Program, settings: object) -> None:
    settings.KEPT_API_CALLS_A_MINUTE = 40  # type: ignore[attr-defined]
    answers = [customer.get("/promises", limit=1) for _ in range(45)]
    statuses = [each.status for each in answers]
    if len({each.headers["RateLimit"].split("t=")[1] for each in answers}) > 20:
        pytest.fail("this took a third of a minute")
    assert statuses.count(429) in {5, 0}, "a new minute may have begun"
    assert answers[0].headers["RateLimit-Policy"] == '"calls";q=40;w=60'
    last = answers[-1]
    if last.status == 429:
        assert last.problem == "too-many-calls"
        assert 0 < int(last.headers["Retry-After"]) <= 60


def test_processes_count_together_and_write_seldom(cast: Cast, settings: object) -> None:
    settings.KEPT_API_CALLS_A_MINUTE = 100  # type: ignore[attr-defined]
    token, _ = make_token(cast.customer, scope=ApiToken.Scope.READ, at=datetime.now(UTC))
    now = datetime(2026, 5, 4, 9, 0, 7, tzinfo=UTC)
    granted = 0
    for call in range(150):
        if call % 30 == 29:
            limits.forget()  # as if another process took the next call
        granted += limits.take(token.pk, now).granted
    assert 80 <= granted <= 100, "what a process holds and does not use is lost, and never too much is given"
    assert Used.objects.get().calls == 100
    assert limits.take(token.pk, now).headers["Retry-After"] == "53"
    assert limits.take(token.pk, now + timedelta(minutes=1)).granted
    assert Used.objects.count() == 1


def test_a_lot_costs_one_write(cast: Cast, settings: object, django_assert_num_queries: object) -> None:
    settings.KEPT_API_CALLS_A_MINUTE = 1200  # type: ignore[attr-defined]
    token, _ = make_token(cast.customer, scope=ApiToken.Scope.READ, at=datetime.now(UTC))
    now = datetime(2026, 5, 4, 9, tzinfo=UTC)
    limits.take(token.pk, now)
    with django_assert_num_queries(0):  # type: ignore[operator]
        for _ in range(59):
            assert limits.take(token.pk, now).granted
    assert limits.take(token.pk, now).remaining == 1200 - 61


def test_a_moment_needs_its_zone(cast: Cast, customer: Program) -> None:
    terms = {"what": "X", "due": soon()[:-1]}
    assert customer.post("/promises", ask(cast, terms=terms)).fields == ["terms.due"]
