"""The pages of agreements, and the ask and the delivery that know them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from cast import HOUR, START, Cast
from kept.core.agreement import Between
from kept.core.expectations import Expectations, Need, NeedKind
from kept.customers import agreeing
from kept.customers.agreements import agreement_in_force
from kept.customers.models import Agreement
from kept.ledger.models import Event
from kept.people.models import Person
from kept.promises.models import Promise
from kept.web.opening_forms import _key

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
ADDRESS = Need("Address <b>", hint="street, door, floor")
WITH_NEEDS = Expectations(
    needs=(ADDRESS, Need("Drawing", NeedKind.DOCUMENT, required=False)), checklist=("Counted", "Labelled")
)
TYPED = {
    "turnaround": "12.5", "update_every": "8", "channel": "mail", "checklist": "Counted\n\n Labelled ",
    "tell": "Provider\nlead@example.com", "share": "40", "reopen_window": "7", "deliver_while_open": "refuse",
    "review_on": "2999-01-01", "need_0_name": " Address ", "need_0_kind": "text", "need_0_hint": "street",
    "need_0_required": "on", "need_1_name": "", "need_1_kind": "text", "need_2_name": "Tour", "need_2_kind": "date",
    "message": "As we said.",
}  # fmt: skip


def as_(client: Client, person: Person) -> Client:
    client.force_login(person, backend=BACKEND)
    return client


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_one_side_writes_the_other_reads_both_beside_each_other_and_agrees(cast: Cast, client: Client) -> None:
    begin = reverse("web:begin-agreement", args=[cast.dispatch.pk, cast.workshop.pk])
    answer = as_(client, cast.customer).post(begin, TYPED)
    agreement = Agreement.objects.get()
    assert answer.headers["Location"] == reverse("web:agreement", args=[agreement.pk])
    counter = reverse("web:expect", args=[agreement.pk])
    assert "street" in text(as_(client, cast.provider).get(counter)), "an answer starts from what the other side wrote"
    assert client.post(counter, TYPED | {"turnaround": "20", "message": ""}).status_code == 302
    said = text(as_(client, cast.customer).get(reverse("web:agreement", args=[agreement.pk])))
    assert "Nothing is in force yet" in said
    assert "<mark>within 12.5 working hours</mark>" in said
    assert "<mark>within 20 working hours</mark>" in said
    assert said.count('<span class="k-state k-state--watch">differs</span>') == 1
    assert "As we said." in said
    agree = reverse("web:agree", args=[agreement.pk])
    assert client.post(agree, {"to": "2"}).status_code == 302
    found = agreement_in_force(cast.dispatch.pk, cast.workshop.pk)
    assert found is not None
    assert found.expectations.turnaround == 20 * HOUR
    assert found.expectations.tell == (cast.provider.pk, cast.lead.pk)
    assert [need.name for need in found.expectations.needs] == ["Address", "Tour"]
    assert found.expectations.checklist == ("Counted", "Labelled")
    assert "Version 1" in text(client.get(reverse("web:agreement-version", args=[agreement.pk, 1])))
    assert client.get(reverse("web:agreement-version", args=[agreement.pk, 2])).status_code == 404


def test_agreeing_to_what_changed_meanwhile_shows_what_changed(cast: Cast, client: Client) -> None:
    pair = Between(cast.dispatch.pk, cast.workshop.pk)
    agreement = agreeing.expect(cast.customer, pair, Expectations(share=10), at=START)
    agreeing.expect(cast.customer, pair, Expectations(share=20), at=START)
    agree = reverse("web:agree", args=[agreement.pk])
    answer = as_(client, cast.provider).post(agree, {"to": "1"})
    assert answer.status_code == 409
    assert "20 %" in text(answer)
    assert client.post(agree, {"to": "x"}).status_code == 409
    assert Agreement.objects.get().version is None
    assert as_(client, cast.boss).post(agree, {"to": "2"}).status_code == 403
    assert as_(client, cast.outsider).post(agree, {"to": "2"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"turnaround": "-1"}, "greater than or equal"),
        ({"share": "200"}, "less than or equal"),
        ({"tell": "Nobody"}, "Nobody here is called “Nobody”"),
        ({"need_0_name": "Tour"}, "stands there twice"),
        ({"review_on": "2001-01-01"}, "still to come"),
        (dict.fromkeys(TYPED, "") | {"deliver_while_open": "with a reason"}, "at least one thing"),
    ],
)
def test_what_cannot_be_expected_is_said_on_the_form(cast: Cast, client: Client, changes: dict, says: str) -> None:
    begin = reverse("web:begin-agreement", args=[cast.dispatch.pk, cast.workshop.pk])
    typed = {name: value for name, value in (TYPED | changes).items() if value or not name.startswith("need_")}
    answer = as_(client, cast.customer).post(begin, typed)
    assert answer.status_code == 422
    assert says in text(answer)
    assert not Agreement.objects.exists()


def test_ending_needs_its_reason(cast: Cast, client: Client) -> None:
    agreement = cast.agreed()
    end = reverse("web:end-agreement", args=[agreement])
    assert as_(client, cast.provider).post(end, {"words": " "}).status_code == 422
    assert client.post(end, {"words": "The work moved."}).status_code == 302
    assert "It has ended" in text(client.get(reverse("web:agreement", args=[agreement])))


def test_all_that_two_have_agreed_on_is_in_one_place(cast: Cast, client: Client) -> None:
    address = reverse("web:agreements", args=[cast.dispatch.pk, cast.workshop.pk])
    assert "Nothing yet." in text(as_(client, cast.customer).get(address))
    agreement = cast.agreed()
    assert client.get(address).headers["Location"] == reverse("web:agreement", args=[agreement])
    assert "Their work at large" in text(client.get(address + "?all"))
    assert client.get(reverse("web:begin-agreement", args=[cast.dispatch.pk, cast.workshop.pk])).status_code == 302


# --- the ask and the delivery -------------------------------------------------------------------------------------


def ask_as(cast: Cast, **changes: str) -> dict[str, str]:
    return {"own": str(cast.dispatch.pk), "other": "Workshop", "what": "A table", "due": "2099-01-01T12:00"} | changes


def test_an_ask_without_scripts_asks_for_what_is_needed_in_a_second_step(cast: Cast, client: Client) -> None:
    cast.agreed(WITH_NEEDS)
    ask = reverse("web:ask")
    answer = as_(client, cast.customer).post(ask, ask_as(cast))
    assert answer.status_code == 422
    assert "Say “Address &lt;b&gt;”: street, door, floor" in text(answer)
    assert "Drawing" in text(answer)
    assert not Promise.objects.exists()
    answer = client.post(ask, ask_as(cast, **{_key(ADDRESS): "Oak Lane 3"}))
    assert answer.status_code == 302
    promise = Promise.objects.get()
    assert promise.agreement_version == 1
    said = text(client.get(reverse("web:promise", args=[promise.pk])))
    assert "Oak Lane 3" in said
    assert reverse("web:agreement-version", args=[promise.agreement_id, 1]) in said


def test_the_fields_come_as_soon_as_it_is_plain_who_asks_whom(cast: Cast, client: Client) -> None:
    cast.agreed(WITH_NEEDS)
    needs = reverse("web:ask-needs")
    said = text(as_(client, cast.customer).post(needs, ask_as(cast) | {_key(ADDRESS): "Oak Lane"}))
    assert "what a good ask contains" in said
    assert 'value="Oak Lane"' in said, "what was typed stays"
    assert "k-errors" not in said
    assert "good ask" not in text(client.post(needs, ask_as(cast, own=str(cast.customer.pk))))
    assert "good ask" not in text(client.post(needs, ask_as(cast, other="Worksh")))
    assert not Promise.objects.exists()


def test_a_link_to_the_ask_begins_with_the_team_that_has_agreed(cast: Cast, client: Client) -> None:
    cast.agreed(WITH_NEEDS)
    said = text(as_(client, cast.customer).get(reverse("web:ask") + f"?to={cast.workshop.pk}"))
    assert f'<option value="{cast.dispatch.pk}" selected>' in said
    assert "street, door, floor" in said
    assert as_(client, cast.customer).get(reverse("web:ask") + "?to=999999").status_code == 200


def test_a_delivery_ticks_off_what_was_agreed(cast: Cast, client: Client) -> None:
    cast.agreed(WITH_NEEDS)
    as_(client, cast.customer).post(reverse("web:ask"), ask_as(cast, **{_key(ADDRESS): "Oak Lane 3"}))
    promise = Promise.objects.get()
    act = {"promise": {"words": ""}, "deliver": {"easier": "easier", "checklist": ["Labelled"]}}
    for name, data in act.items():
        address = reverse("web:act", args=[promise.pk, name])
        as_(client, cast.provider)
        if name == "deliver":
            assert "What is done of what you agreed on?" in text(client.get(address))
        assert client.post(address, data).status_code == 302
    body = Event.objects.filter(stream=promise.pk).order_by("-sequence")[0].body
    assert body["checklist"] == [{"item": "Counted", "done": False}, {"item": "Labelled", "done": True}]
