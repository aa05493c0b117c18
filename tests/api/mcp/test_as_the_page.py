"""What an assistant is shown of a promise is what its page shows the same person: no more, and all of its story."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.mcp.assistant import Assistant
from cast import DAY, HOUR, Cast, terms
from kept.core import acts
from kept.core.errors import KeptError
from kept.core.terms import Answer
from kept.people.models import Person
from kept.promises import actions

ROLES = ("customer", "provider", "colleague", "lead", "boss", "caretaker", "outsider")
STEPS: dict[str, acts.Act] = {
    "acknowledge": acts.Acknowledge(hear_by=datetime(2099, 1, 1, tzinfo=UTC), words="said-acknowledge"),
    "counter": acts.Counter(
        terms=terms("Half the route sheet", datetime(2099, 1, 3, tzinfo=UTC)), words="said-counter"
    ),
    "promise": acts.Promise(words="said-promise"),
    "pass_on": acts.PassOn(to=0, words="said-pass-on"),
    "take": acts.Accept(words="said-take"),
    "accept": acts.Accept(answer=Answer.NO, words="said-accept"),
    "accept signed": acts.Accept(answer=Answer.PARTLY, signed=True, words="said-accept-signed"),
    "update": acts.Update(words="said-update", expected=datetime(2099, 1, 2, tzinfo=UTC)),
    "propose": acts.Propose(terms=terms("More", datetime(2099, 1, 4, tzinfo=UTC)), words="said-propose"),
    "agree": acts.Agree(words="said-agree"),
    "deliver": acts.Deliver(easier=Answer.PARTLY, words="said-deliver"),
    "return": acts.Return(words="said-return", missing=("said-missing",)),
    "chase": acts.Chase(words="said-chase"),
    "renege": acts.Renege(words="said-renege"),
    "cancel": acts.Cancel(words="said-cancel"),
    "note": acts.Note(words="said-note"),
}
SAID = re.compile(r"said-[a-z-]+")


def texts(value: Any) -> Iterator[str]:
    """Every text that people wrote, in what an assistant is given."""
    if isinstance(value, dict):
        if set(value) == {"text", "written_by", "cut"}:
            yield value["text"]
        else:
            for each in value.values():
                yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def page(person: Person, promise: int) -> tuple[int, str]:
    """The status of the promise's page, and what one reads there, also by pointing."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(f"/promises/{promise}/")
    with_hints = re.sub(r'<[^>]*? title="([^"]*)"[^>]*>', r" \1 ", response.content.decode())
    plain = re.sub(r"<[^>]+>", "", with_hints)
    return response.status_code, " ".join(html.unescape(plain).split())


def compare(person: Person, promise: int) -> None:
    """Hold what the assistant of a person is shown of a promise against the page that the person is shown."""
    outcome = Assistant.of(person).call("look_at_promise", promise=promise)
    status, shown = page(person, promise)
    assert (status == 404) == (outcome.given is None)
    if outcome.given is None:
        return
    missing = [text for text in texts(outcome.given) if not is_shown(text, shown)]
    assert not missing, missing
    inside = outcome.given["inside"]
    told = set(SAID.findall(str(inside)))
    assert told == set(SAID.findall(shown))
    if inside is not None:
        offered = {link.replace("-", "_") for link in links(person, promise)}
        assert {each["act"] for each in inside["you_may"]} == offered


def is_shown(text: str, shown: str) -> bool:
    """Whether a text stands on the page. A sentence of the story ends there with what it names: a moment, a date."""
    words = " ".join(text.split())
    return words in shown or words.removesuffix(".") in shown


def links(person: Person, promise: int) -> set[str]:
    """The acts that the page offers."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    found = client.get(f"/promises/{promise}/").content.decode()
    return set(re.findall(rf'href="/promises/{promise}/([a-z-]+)/(?:\?to=\d+)?" data-key', found))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    steps=st.lists(st.tuples(st.sampled_from(ROLES), st.sampled_from(sorted(STEPS))), max_size=8), private=st.booleans()
)
@pytest.mark.django_db
def test_it_shows_what_the_page_shows(cast: Cast, steps: list[tuple[str, str]], private: bool) -> None:
    begun = datetime.now(UTC) - 3 * DAY
    promise = cast.asked(at=begun, private=private)
    for place, (role, name) in enumerate([("provider", "promise"), *steps], start=1):
        act = acts.PassOn(to=cast.sales.pk, words="said-pass-on") if name == "pass_on" else STEPS[name]
        try:
            actions.do(getattr(cast, role), promise, act, at=begun + place * HOUR)
        except KeptError:
            continue
    for role in ROLES:
        compare(getattr(cast, role), promise)


@pytest.mark.parametrize("role", ROLES)
def test_each_state_is_shown_as_on_the_page(cast: Cast, role: str) -> None:
    begun = datetime.now(UTC) - 3 * DAY
    person = getattr(cast, role)
    asked = cast.asked(at=begun)
    compare(person, asked)
    cast.do(cast.provider, asked, acts.PassOn(to=cast.sales.pk, words="said-pass-on"), at=begun + HOUR)
    compare(person, asked)
    delivered = cast.delivered(at=begun)
    cast.do(cast.customer, delivered, STEPS["return"], at=begun + DAY + HOUR)
    compare(person, delivered)
    cast.do(cast.provider, delivered, STEPS["deliver"], at=begun + DAY + 2 * HOUR)
    compare(person, delivered)
    cast.do(cast.customer, delivered, STEPS["accept"], at=begun + DAY + 3 * HOUR)
    compare(person, delivered)
    above = cast.promised(at=begun)
    below = cast.asked(by=cast.provider, customer=cast.workshop, provider=cast.sales, at=begun)
    cast.do(cast.provider, above, acts.Link(relies_on=below), at=begun + 2 * HOUR)
    compare(person, above)
    compare(person, below)
