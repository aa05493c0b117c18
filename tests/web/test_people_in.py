"""The page that brings people in: who may, what it shows before anything is done, and what it does."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cast import START, Cast
from kept.ledger import verifying
from kept.people import actions
from kept.people.models import Leaving, Party, PeopleFile, Person
from kept.promises import leaving
from kept.promises.models import Promise
from kept.web.views import people_in

pytestmark = pytest.mark.django_db
NEW = "Name,E-mail,Teams,Boss\nNew person,new@example.com,Workshop,lead@example.com\n"
EVERYBODY = "Name,E-mail\n" + "".join(
    f"{name},{name.lower()}@example.com\n"
    for name in ("Boss", "Lead", "Customer", "Caretaker", "Outsider", "Colleague", "Provider", "Administrator")
)


@pytest.fixture
def administrator(cast: Cast) -> Person:
    return actions.add_person(name="Administrator", email="administrator@example.com", administrator=True)


@pytest.fixture
def page(administrator: Person) -> Client:
    client = Client()
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(page: Client, text: str, *, leavers: bool = False) -> str:
    """Hand a file in; gives the address of what it would change."""
    file = SimpleUploadedFile("people.csv", text.encode())
    answer = page.post(reverse("web:people-in"), {"file": file} | ({"leavers": "on"} if leavers else {}))
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def seen(page: Client, address: str) -> str:
    """The mark of what the page showed, which the button sends along."""
    found = re.search(r'name="seen" value="(\w+)"', page.get(address).content.decode())
    assert found
    return found[1]


def bring(page: Client, address: str, **more: str) -> str:
    answer = page.post(f"{address}do/", {"seen": seen(page, address), "then": "do", **more}, follow=True)
    assert answer.status_code == 200
    return words(answer.content.decode())


@pytest.mark.parametrize("route", ["people-in", "people-example"])
def test_for_administrators_alone(cast: Cast, client: Client, route: str) -> None:
    for person in (cast.boss, cast.lead, cast.outsider):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(reverse(f"web:{route}"))
        assert answer.status_code == 403
        assert "ask one of them" in answer.content.decode()


def test_nobody_else_may_look_at_or_do_a_file(cast: Cast, page: Client, client: Client) -> None:
    address = upload(page, NEW)
    client.force_login(cast.boss, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403
    assert client.get(f"{address}rejected.csv").status_code == 403
    for what in ("do/", "throw-away/"):
        assert client.post(f"{address}{what}").status_code == 403
    assert client.post(reverse("web:people-successor", args=[cast.provider.pk])).status_code == 403
    assert not Person.objects.filter(name="New person").exists()


def test_looking_changes_nothing_and_doing_does_it(page: Client) -> None:
    address = upload(page, NEW)
    shown = words(page.get(address).content.decode())
    assert "1 to add, 0 to change" in shown
    assert "6 people are here and not in the file: they stay" in shown
    assert "New person" in shown
    assert not Person.objects.filter(name="New person").exists()
    assert "Done: 1 added, 0 changed" in bring(page, address)
    new = Person.objects.get(name="New person")
    assert (str(new.boss), [str(team) for team in new.teams.all()]) == ("Lead", ["Workshop"])
    file = PeopleFile.objects.get()
    assert (bytes(file.content), file.outcome["counts"]["added"]) == (b"", 1)
    assert "Nothing would change" in words(page.get(upload(page, NEW)).content.decode())


def test_what_changes_stands_field_by_field(page: Client) -> None:
    shown = page.get(upload(page, "Name,E-mail,Title\nProvider,provider@example.com,Joiner\n")).content.decode()
    assert "<del>nothing</del> → <ins>Joiner</ins>" in shown


@pytest.mark.parametrize("then", ["look", ""])
def test_only_the_button_does_it(page: Client, then: str) -> None:
    address = upload(page, NEW)
    page.post(f"{address}do/", {"seen": seen(page, address), "then": then})
    assert page.get(f"{address}do/").status_code == 405
    assert not Person.objects.filter(name="New person").exists()


def test_what_changed_in_between_is_not_overrun(page: Client, cast: Cast) -> None:
    address = upload(page, "Name,E-mail,Title\nProvider,provider@example.com,Joiner\n")
    mark = seen(page, address)
    actions.change_person(cast.provider, title="Carpenter")
    answer = page.post(f"{address}do/", {"seen": mark, "then": "do"})
    assert answer.status_code == 409
    assert "look again" in answer.content.decode()
    cast.provider.refresh_from_db()
    assert cast.provider.title == "Carpenter"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"PK\x03\x04workbook", "workbook"),
        (b"Town\nBerlin\n", "No column is called"),
        (b'Name\n"open\n', "quotation mark"),
    ],
)
def test_a_file_that_is_none_is_refused_beside_the_field(page: Client, content: bytes, says: str) -> None:
    answer = page.post(reverse("web:people-in"), {"file": SimpleUploadedFile("people.csv", content)})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not PeopleFile.objects.exists()


def test_rejected_rows_come_back_with_their_reasons(page: Client) -> None:
    address = upload(page, NEW + "Nowhere,nowhere@example.com,No such team,\n")
    assert "Line 3" in words(page.get(address).content.decode())
    before = page.get(f"{address}rejected.csv")
    bring(page, address)
    after = page.get(f"{address}rejected.csv")
    assert before.content == after.content
    assert "attachment" in after.headers["Content-Disposition"]
    assert "No team is called “No such team”" in after.content.decode("utf-8-sig")
    assert Person.objects.filter(name="New person").exists()


def test_the_example_can_be_brought(page: Client) -> None:
    content = page.get(reverse("web:people-example")).content
    address = upload(page, content.decode())
    assert "put aside" not in words(page.get(address).content.decode())
    bring(page, address)
    assert Party.objects.filter(name="Example cycling club").exists()


def test_a_file_can_be_thrown_away(page: Client) -> None:
    address = upload(page, NEW)
    assert page.post(f"{address}throw-away/").status_code == 302
    assert page.get(address).status_code == 404


# --- leavers ------------------------------------------------------------------------------------------------------


def without(name: str) -> str:
    return "".join(line for line in EVERYBODY.splitlines(keepends=True) if not line.startswith(f"{name},"))


def test_leavers_are_shown_with_what_is_open_and_who_takes_over(page: Client, cast: Cast) -> None:
    cast.promised()
    shown = words(page.get(upload(page, without("Provider"), leavers=True)).content.decode())
    assert "Who leaves, and who takes over" in shown
    assert "Who takes over from Provider?" in shown
    assert "1 more that is not for you to see" in shown  # an administrator is on neither side
    assert "The route sheet" not in shown


def test_an_administrator_sees_what_they_may_see_anyway(page: Client, cast: Cast, administrator: Person) -> None:
    cast.promised()
    actions.join_team(administrator, cast.workshop)
    shown = words(page.get(upload(page, without("Provider"), leavers=True)).content.decode())
    assert "The route sheet" in shown


def test_the_successor_named_on_the_page_takes_over(page: Client, cast: Cast) -> None:
    promise = cast.promised()
    address = upload(page, without("Provider"), leavers=True)
    field = f"p{cast.provider.pk}-successor"
    shown = page.post(f"{address}do/", {field: "Colleague", "then": "look"}, follow=True).content.decode()
    assert "Colleague (colleague@example.com)" in shown
    done = bring(page, address, **{field: "Colleague (colleague@example.com)"})
    assert "Provider has left; Colleague takes over" in done
    assert Promise.objects.get(pk=promise).responsible == cast.colleague
    assert Leaving.objects.get().confirmed_by == Person.objects.get(name="Administrator")
    assert verifying.verify().clean


def test_a_successor_who_is_nobody_is_refused(page: Client, cast: Cast) -> None:
    address = upload(page, without("Provider"), leavers=True)
    field = f"p{cast.provider.pk}-successor"
    answer = page.post(f"{address}do/", {field: "Nobody", "then": "do", "seen": seen(page, address)})
    assert answer.status_code == 409
    assert Person.objects.get(pk=cast.provider.pk).is_active


def test_whoever_brings_the_file_does_not_leave_by_it(page: Client, administrator: Person) -> None:
    address = upload(page, without("Administrator"), leavers=True)
    assert "Administrator leaves" not in words(page.get(address).content.decode())
    assert "Nothing would change" in words(page.get(address).content.decode())


def test_somebody_who_left_without_a_successor_gets_one(page: Client, cast: Cast) -> None:
    promise = cast.asked(by=cast.customer, customer=cast.customer, provider=cast.outsider)
    leaving.leave(cast.outsider, successor=None, at=START)
    assert "Nobody took over yet" in page.get(reverse("web:people-in")).content.decode()
    address = reverse("web:people-successor", args=[cast.outsider.pk])
    field = f"p{cast.outsider.pk}-successor"
    assert "Name somebody" in page.post(address, {field: ""}, follow=True).content.decode()
    assert page.post(address, {field: "Lead"}, follow=True).status_code == 200
    assert Promise.objects.get(pk=promise).provider == cast.lead.party_ptr
    assert "Nobody took over yet" not in page.get(reverse("web:people-in")).content.decode()


# --- large files --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_large_file_tells_how_far_it_is(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_in, "LARGE", 100)
    text = "Name,E-mail\n" + "".join(f"Person {n},p{n}@example.com\n" for n in range(300))
    address = upload(page, text)
    shown = page.get(address).getvalue().decode()
    assert shown.index("Reading and comparing: 0 %") < shown.index("300 to add") < shown.index("</html>")
    mark = re.search(r'name="seen" value="(\w+)"', shown)
    assert mark
    done = page.post(f"{address}do/", {"seen": mark[1], "then": "do"})
    pieces = [piece.decode() for piece in done.streaming_content]
    assert sum("k-step" in piece for piece in pieces) > 5
    assert "Done: 300 added" in words("".join(pieces))
    assert Person.objects.filter(name="Person 299").exists()


@pytest.mark.django_db(transaction=True)
def test_a_large_file_that_is_overtaken_says_so_and_does_nothing(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_in, "LARGE", 1)
    answer = page.post(f"{upload(page, NEW)}do/", {"seen": "another", "then": "do"})
    shown = answer.getvalue().decode()
    assert 'role="alert"' in shown
    assert "look again" in shown
    assert not Person.objects.filter(name="New person").exists()


def test_an_ask_in_the_leavers_name_is_not_offered(cast: Cast) -> None:
    leaving.leave(cast.outsider, successor=cast.lead, at=START)
    client = Client()
    client.force_login(cast.lead, backend="django.contrib.auth.backends.ModelBackend")
    assert "Outsider" not in client.get(reverse("web:ask")).content.decode()
