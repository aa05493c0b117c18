"""What is private does not exist for others: every page and query is the same for a stranger with it and without it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.v1.program import Program
from cast import DAY, HOUR, START, Cast, terms
from kept.api.v1 import limits
from kept.core import acts
from kept.core.errors import KeptError, NotFound
from kept.core.terms import Answer
from kept.ledger.models import Event
from kept.notify.following import follow_some
from kept.notify.models import Notice
from kept.people.models import Person
from kept.promises import access, actions, leaving
from kept.promises.calendar_feed import in_calendar, written
from kept.promises.carrying import carried
from kept.promises.figures import Scope, figures_of, month
from kept.promises.history import rows_between
from kept.promises.meeting import strangers
from kept.promises.models import Promise

NOW = START + 3 * DAY
PERSONS = ("customer", "provider", "colleague", "lead", "boss", "caretaker", "outsider")
TEAMS = ("dispatch", "workshop", "sales", "billing")
SPEAKS = {
    "dispatch": "customer",
    "workshop": "provider",
    "sales": "caretaker",
    "billing": "outsider",
    "outside": "caretaker",
}
PAIRS = [(one, other) for one in SPEAKS for other in TEAMS if one != other]
ENDS = ("asked", "promised", "delivered", "accepted", "late")
WHAT = "The salary of somebody"


@pytest.fixture(autouse=True)
def _at_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two looks at the same page are at the same moment."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@given(
    population=st.lists(st.tuples(st.sampled_from(PAIRS), st.sampled_from(ENDS)), min_size=1, max_size=5),
    private=st.tuples(st.sampled_from(PAIRS), st.sampled_from(ENDS)),
    linked=st.booleans(),
    name=st.sampled_from(PERSONS),
)
@settings(
    max_examples=5, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@pytest.mark.django_db
def test_a_stranger_sees_the_same_with_it_and_without(
    population: list[tuple[tuple[str, str], str]], private: tuple[tuple[str, str], str], linked: bool, name: str
) -> None:
    with transaction.atomic():
        cast = Cast.gather()
        public = [_told(cast, pair, end, number) for number, (pair, end) in enumerate(population)]
        person: Person = getattr(cast, name)
        program = Program.of(person)
        before = _told_to(person) | _everything(cast, name, public) | _by_program(cast, program, public)
        hidden = _told(cast, *private, 99, private=True)
        if linked:
            _link(public, hidden)
        if not access.visible_to(person).filter(pk=hidden).exists():
            after = _told_to(person) | _everything(cast, name, public) | _by_program(cast, program, public)
            assert {key for key, shown in after.items() if shown != before[key]} == set(), f"{name} learns of it"
            with pytest.raises(NotFound, match="There is no such promise, or it is not for you to see"):
                access.promise_for_seeing(person, hidden)
            with pytest.raises(NotFound, match="There is no such promise, or it is not for you to see"):
                actions.do(person, hidden, acts.Note(words="Hello?"), at=NOW)
        transaction.set_rollback(True)


def test_a_customer_is_not_told_that_their_promise_relies_on_what_is_private(cast: Cast) -> None:
    promise = cast.promised()
    hidden = cast.asked(
        by=cast.provider, customer=cast.workshop, provider=cast.outsider, private=True, what=terms(WHAT)
    )
    program = Program.of(cast.customer)
    looks = []
    for _ in range(2):
        told, seen = _told_to(cast.customer), _everything(cast, "customer", [promise])
        looks.append(told | seen | _by_program(cast, program, [promise]))
        if len(looks) == 1:
            cast.do(cast.provider, promise, acts.Link(relies_on=hidden), at=START + 2 * HOUR)
    assert {key for key, shown in looks[1].items() if shown != looks[0][key]} == set()


def test_a_note_lets_somebody_read_what_is_private_and_asks_so_only_there(cast: Cast, client: Client) -> None:
    hidden = cast.asked(provider=cast.provider, private=True)
    client.force_login(cast.customer, backend="django.contrib.auth.backends.ModelBackend")
    label = "Let somebody see this"
    assert label in client.get(reverse("web:act", args=[hidden, "note"])).content.decode()
    assert label not in client.get(reverse("web:act", args=[cast.asked(), "note"])).content.decode()
    client.post(reverse("web:act", args=[hidden, "note"]), {"words": "You know about this.", "to": "Outsider"})
    assert access.visible_to(cast.outsider).filter(pk=hidden).exists()
    while follow_some(now=NOW):
        pass
    assert Notice.objects.filter(reader=cast.outsider, promise=hidden, says__contains="read this").exists()
    client.force_login(cast.outsider, backend="django.contrib.auth.backends.ModelBackend")
    assert "let Outsider read this" in client.get(reverse("web:promise", args=[hidden])).content.decode()


def test_what_nobody_but_the_named_knows_of_does_not_hold_up_a_colleagues_delivery(cast: Cast) -> None:
    """Who knows what it waits for says why it is delivered all the same; who may not know is not asked."""
    promise = cast.promised()
    hidden = cast.asked(
        by=cast.provider, customer=cast.workshop, provider=cast.outsider, private=True, what=terms(WHAT)
    )
    cast.do(cast.provider, promise, acts.Link(relies_on=hidden), at=START + 2 * HOUR)
    with pytest.raises(KeptError, match="Something that this relies on is still open"):
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=NOW)
    assert cast.do(cast.colleague, promise, acts.Deliver(easier=Answer.EASIER), at=NOW).delivered_at == NOW


def _told(cast: Cast, pair: tuple[str, str], end: str, number: int, *, private: bool = False) -> int:
    """A promise between two, told up to its end."""
    customer, provider = pair
    asker, maker = getattr(cast, SPEAKS[customer]), getattr(cast, SPEAKS[provider])
    start = START + number * timedelta(minutes=1)
    due = START + (DAY if end == "late" else 5 * DAY)
    asked_of = maker if private else getattr(cast, provider)  # what is private is asked of somebody by name
    act = acts.Ask(
        customer=getattr(cast, customer).pk, provider=asked_of.pk, private=private,
        terms=terms(WHAT if private else f"Part {number}", due),
    )  # fmt: skip
    promise: int = actions.open_promise(asker, act, at=start).pk
    steps = (
        (maker, acts.Promise(), HOUR), (maker, acts.Deliver(easier=Answer.EASIER), DAY),
        (asker, acts.Accept(answer=Answer.EASIER), 2 * DAY),
    )  # fmt: skip
    for who, step, after in steps[: {"asked": 0, "promised": 1, "late": 1, "delivered": 2, "accepted": 3}[end]]:
        actions.do(who, promise, step, at=start + after)
    return promise


def _link(public: list[int], hidden: int) -> None:
    """Whoever has a promise that stands says that it relies on what is private, where they see that."""
    for row in Promise.objects.filter(pk__in=public, state="promised").select_related("responsible"):
        if row.responsible is not None and access.visible_to(row.responsible).filter(pk=hidden).exists():
            last = Event.objects.filter(stream=row.pk).order_by("-sequence")[0].at
            actions.do(row.responsible, row.pk, acts.Link(relies_on=hidden), at=last)


def _everything(cast: Cast, name: str, public: list[int]) -> dict[str, object]:
    """All that a person is shown, by its address or its name."""
    person: Person = getattr(cast, name)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    found: dict[str, object] = {address: _page(client, address) for address in _addresses(cast, public)}
    upto = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    period = month(2026, 5, UTC)
    found["history"] = [asdict(row) for row in rows_between(0, upto)]
    for team in (getattr(cast, each) for each in TEAMS):
        found[f"carried {team.pk}"] = carried(team.pk, NOW, {})
        found[f"strangers {team.pk}"] = [each.party.pk for each in strangers(team)]
        found[f"figures {team.pk}"] = figures_of(Scope(frozenset([team.pk])), period, NOW)
    found["leaving"] = [len(leaving.told(leaving.foreseen(getattr(cast, each), None))) for each in PERSONS]
    found["lying"] = leaving.open_without_successor()
    return found


READ = (
    "/me", "/desk", "/promises", "/notices", "/notices/unread", "/complaints", "/thanks", "/agreements", "/people",
    "/teams", "/map", "/pulses", "/ties/to-answer", "/me/figures", "/me/too-much", "/me/brought-in",
    "/whom-to-ask?what=Part",
)  # fmt: skip
"""What a program may read for a person."""


def _by_program(cast: Cast, program: Program, public: list[int]) -> dict[str, object]:
    """What the person's own program is told: without how many events there are, which may be counted."""
    limits.forget()
    paths = [*READ, *(f"/promises/{promise}{more}" for promise in public for more in ("", "/events", "/chain"))]
    for team in (getattr(cast, each).pk for each in TEAMS):
        paths += [f"/teams/{team}", f"/parties/{team}/customers", f"/parties/{team}/providers"]
    return {f"/api/v1{path}": _answered(program, path) for path in paths}


def _answered(program: Program, path: str) -> tuple[int, str]:
    answer = program.get(path)
    text = answer.raw.decode()
    assert WHAT not in text
    return answer.status, re.sub(r'"(sequence|seen)": ?\d+', "", text)


def _told_to(person: Person) -> dict[str, object]:
    """What came to the person by itself: the inbox and the calendar."""
    while follow_some(now=NOW):
        pass
    inbox = Notice.objects.filter(reader=person).order_by("pk").values_list("kind", "subject", "says", "words", "needs")
    return {
        "inbox": list(inbox),
        "calendar": re.sub(rb"SEQUENCE:\d+", b"", written(person, in_calendar(person, NOW), "https://kept.example/")),
    }


def _addresses(cast: Cast, public: list[int]) -> Iterator[str]:
    yield from (
        reverse(f"web:{page}") for page in ("desk", "teams", "directory", "customers", "figures", "pulses", "map")
    )
    yield f"{reverse('web:search')}?q=a"
    yield f"{reverse('web:suggest')}?q=al"
    yield from (reverse("web:promise", args=[promise]) for promise in public)
    for party in (getattr(cast, each).pk for each in TEAMS):
        yield from (
            reverse(f"web:{page}", args=[party])
            for page in ("team", "team-capacity", "meet", "team-figures", "customers-of", "providers-of", "results")
        )
        yield reverse("web:team-figure", args=[party, "kept"])
        yield reverse("web:team-figure", args=[party, "all-due"])
    for party in (getattr(cast, each).pk for each in PERSONS):
        yield from (reverse(f"web:{page}", args=[party]) for page in ("person", "line-of-sight"))
    yield reverse("web:outside", args=[cast.outside.pk])


def _page(client: Client, address: str) -> tuple[int, str]:
    """What the page says: without the mark by which an open page asks for news, and the secrets of its forms."""
    answer = client.get(address)
    text = answer.content.decode()
    assert WHAT not in text
    return answer.status_code, re.sub(r'data-stamp="[^"]*"|[A-Za-z0-9]{64}', "", text)
