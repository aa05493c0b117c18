"""Who may call what: every call of the API × every role. A call that is not listed here fails the test.

The numbers are the statuses. `anonymous` sends no key, `reader` is the customer with a key that may read only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from api.v1.program import Program, soon
from api.v1.stage import Stage
from cast import Cast
from kept.api.v1.openapi import description, operations
from kept.notify.kinds import Kind
from kept.people.models import ApiToken

ROLES = ("anonymous", "reader", "customer", "provider", "lead", "boss", "caretaker", "outsider")
Statuses = dict[str, int]


def who(everybody: int, **others: int) -> Statuses:
    """The status of each role; nobody comes in without a key. The caretaker is an outsider where nothing is said."""
    caretaker = others.get("outsider", everybody)
    return dict.fromkeys(ROLES, everybody) | {"anonymous": 401, "caretaker": caretaker} | others


EVERYBODY = who(200)
SEEN_BY_SIDES = who(200, outsider=404)
ACTED_BY_SIDES = who(200, reader=403, boss=403, outsider=404)
ACTED_BY_PROVIDER = who(201, reader=403, customer=403, boss=403, outsider=404)
SAID_BY_WORKSHOP = who(403, provider=200, lead=200)
SAID_BY_DISPATCH = who(403, customer=201)
SAID_BY_SIDE = who(403, customer=201, outsider=404)
HEARD_BY_WORKSHOP = who(403, provider=200, lead=200, outsider=404)
LOOKED_AFTER = who(403, customer=404, caretaker=200, outsider=404)
OWN = who(404, reader=200, customer=200)
LED = who(403, lead=200, boss=200)


def terms() -> dict[str, str]:
    return {"what": "The picking list", "due": soon(1)}


def to_the_workshop(at: dict[str, int], words: str) -> dict[str, Any]:
    return {"customer": at["dispatch"], "provider": at["workshop"], "words": words}


OUTSIDE: dict[str, str | int] = {"promise_id": "outside_promise"}
BY_MAIL = dict.fromkeys(Kind.values, "now")
Body = Callable[[dict[str, int]], Any]
TABLE: dict[str, tuple[dict[str, str | int], Body | None, Statuses]] = {
    "open_promise": (
        {},
        lambda at: {"act": "ask", "customer": at["dispatch"], "provider": at["workshop"], "terms": terms()},
        who(403, customer=201, boss=403),
    ),
    "list_promises": ({}, None, EVERYBODY),
    "get_promise": ({}, None, SEEN_BY_SIDES),
    "act": ({}, lambda _: {"act": "note", "words": "The door code."}, ACTED_BY_SIDES | {"reader": 403}),
    "get_advice": ({}, None, who(403, reader=200, customer=200, provider=200, lead=200)),
    "get_advice_in": ({}, None, who(200, boss=403, outsider=404)),
    "list_events": ({}, None, SEEN_BY_SIDES),
    "list_clocks": ({}, None, SEEN_BY_SIDES),
    "get_chain": ({}, None, SEEN_BY_SIDES),
    "ask_upstream": (
        {}, lambda at: {"act": "ask", "provider": at["sales"], "terms": terms()}, ACTED_BY_PROVIDER,
    ),
    "get_me": ({}, None, EVERYBODY),
    "get_desk": ({}, None, EVERYBODY),
    "search": ({}, None, EVERYBODY),
    "list_people": ({}, None, EVERYBODY),
    "get_person": ({"party_id": "provider"}, None, EVERYBODY),
    "get_line_of_sight": ({"party_id": "provider"}, None, EVERYBODY),
    "list_teams": ({}, None, EVERYBODY),
    "get_team": ({"party_id": "workshop"}, None, EVERYBODY),
    "list_outside_customers": ({}, None, EVERYBODY),
    "get_outside_customer": ({"party_id": "outside"}, None, EVERYBODY),
    "get_customers": ({"party_id": "workshop"}, None, EVERYBODY),
    "get_providers": ({"party_id": "workshop"}, None, EVERYBODY),
    "list_indirect_customers": ({"party_id": "workshop"}, None, EVERYBODY),
    "list_indirect_providers": ({"party_id": "workshop"}, None, EVERYBODY),
    "list_results": ({"party_id": "workshop"}, None, EVERYBODY),
    "add_result": (
        {"party_id": "workshop"},
        lambda _: {"kind": "by-product", "name": "A report", "purpose": "Numbers, so that others can plan."},
        who(403, provider=201, lead=201),
    ),
    "get_result": ({}, None, EVERYBODY),
    "change_result": (
        {}, lambda _: {"kind": "finished", "name": "Repairs", "purpose": "Cars, so that orders arrive."},
        SAID_BY_WORKSHOP,
    ),
    "retire_result": ({}, None, SAID_BY_WORKSHOP),
    "declare_tie": (
        {}, lambda at: {"provider": at["workshop"], "customer": at["dispatch"], "kind": "adds_to"},
        who(403, customer=200, provider=200, lead=200),
    ),
    "list_ties_to_answer": ({}, None, EVERYBODY),
    "get_tie": ({}, None, EVERYBODY),
    "answer_tie": ({}, lambda _: {"answer": "confirm"}, SAID_BY_WORKSHOP),
    "mark_no_customer": (
        {"party_id": "workshop", "other_id": "sales"}, None, who(403, provider=204, lead=204, caretaker=204),
    ),
    "unmark_no_customer": (
        {"party_id": "workshop", "other_id": "sales"}, None, who(403, provider=204, lead=204, caretaker=204),
    ),
    "list_agreements": ({}, None, EVERYBODY),
    "begin_agreement": (
        {},
        lambda at: {"between": {"customer": at["sales"], "provider": at["workshop"]}, "expectations": {"share": 5}},
        who(403, provider=201, lead=201, caretaker=201),
    ),
    "get_agreement": ({}, None, SEEN_BY_SIDES),
    "get_version": ({"version": 1}, None, SEEN_BY_SIDES),
    "act_in_agreement": ({}, lambda _: {"act": "end", "words": "We moved."}, ACTED_BY_SIDES | {"reader": 403}),
    "get_hours": ({"party_id": "workshop"}, None, EVERYBODY),
    "set_hours": (
        {"party_id": "workshop"},
        lambda _: {"zone": "Europe/Berlin", "week": ["08:00-12:00, 13:00-17:00"] * 5 + ["", ""]},
        LED,
    ),
    "set_special_day": (
        {"party_id": "workshop", "day": "2030-05-01"}, lambda _: {"words": "We move."}, LED,
    ),
    "forget_special_day": (
        {"party_id": "workshop", "day": "2030-05-01"}, None, who(403, lead=204, boss=204),
    ),
    "get_capacity": ({"party_id": "workshop"}, None, EVERYBODY),
    "say_capacity": ({"party_id": "workshop"}, lambda _: {"at_once": 5, "a_week": 2.5}, LED),
    "list_strangers": ({"party_id": "workshop"}, None, EVERYBODY),
    "ask_visit": ({"party_id": "workshop"}, lambda at: {"other": at["sales"]}, who(403, provider=201, lead=201)),
    "get_my_figures": ({}, None, EVERYBODY),
    "list_behind_my_figure": ({"figure": "kept"}, None, EVERYBODY),
    "get_team_figures": ({"party_id": "workshop"}, None, EVERYBODY),
    "list_behind_team_figure": ({"party_id": "workshop", "figure": "kept"}, None, EVERYBODY),
    "list_pulses": ({}, None, EVERYBODY),
    "answer_pulse": (
        {},
        lambda at: {"customer": at["dispatch"], "provider": at["workshop"], "trust": "yes", "count_on": "yes",
                    "care": "yes"},
        who(404, reader=403),
    ),
    "get_map": ({}, None, EVERYBODY),
    "hand_in_file": ({}, lambda _: b"Turn left.", who(201, reader=403)),
    "hand_in_file_for_act": ({}, lambda _: b"Turn left.", who(201, reader=403, boss=403, outsider=404)),
    "get_file": ({}, None, SEEN_BY_SIDES),
    "list_notices": ({}, None, EVERYBODY),
    "count_unread": ({}, None, EVERYBODY),
    "read_notices": ({}, lambda at: {"up_to": at["notice_id"]}, who(200, reader=403)),
    "read_notice": ({}, None, who(404, reader=403, customer=200)),
    "get_choices": ({}, None, EVERYBODY),
    "choose": ({}, lambda _: {"by_mail": BY_MAIL, "digest_at": "07:30"}, who(200, reader=403)),
    "list_complaints": ({}, None, EVERYBODY),
    "complain_to": ({}, lambda at: to_the_workshop(at, "Nobody answers."), SAID_BY_DISPATCH),
    "complain_about": ({}, lambda _: {"words": "It came too late."}, SAID_BY_SIDE),
    "get_complaint": ({"said_id": "complaint"}, None, SEEN_BY_SIDES),
    "hear_complaint": ({"said_id": "complaint"}, lambda _: {"words": "The page comes today."}, HEARD_BY_WORKSHOP),
    "place_complaint": (
        {"said_id": "unplaced"}, lambda at: {"promise": at["promise_id"]},
        who(200, reader=403, boss=403, outsider=404),
    ),
    "get_trace": ({}, None, SEEN_BY_SIDES),
    "list_thanks": ({}, None, EVERYBODY),
    "thank_to": ({}, lambda at: to_the_workshop(at, "You always answer."), SAID_BY_DISPATCH),
    "thank_about": ({}, lambda _: {"words": "It came early."}, SAID_BY_SIDE),
    "get_thanks": ({"said_id": "thanks"}, None, SEEN_BY_SIDES),
    "hear_thanks": ({"said_id": "thanks"}, lambda _: {"words": "Gladly."}, HEARD_BY_WORKSHOP),
    "list_whom_to_ask": ({}, None, EVERYBODY),
    "get_too_much": ({}, None, EVERYBODY),
    "get_too_much_for": ({}, None, who(403, provider=200, lead=200, outsider=404)),
    "open_conversations": (
        {}, lambda at: {"dates": [{"promise": at["promise_id"], "due": soon(5), "seen": 5}], "words": "Two are ill."},
        who(403, customer=422, provider=200, lead=200, outsider=404),
    ),
    "list_my_calls": ({}, None, EVERYBODY),
    "list_brought_in": ({}, None, SEEN_BY_SIDES),
    "list_whom_to_bring_in": ({}, None, SEEN_BY_SIDES),
    "answer_as_brought_in": ({}, lambda _: {"words": "Take the small van."}, who(403, boss=200, outsider=404)),
    "list_links": (OUTSIDE, None, LOOKED_AFTER | {"reader": 404}),
    "make_link": (OUTSIDE, None, LOOKED_AFTER),
    "revoke_link": (OUTSIDE, None, LOOKED_AFTER | {"caretaker": 204}),
    "get_calendar": ({}, None, EVERYBODY),
    "make_calendar": ({}, None, who(200, reader=403)),
    "end_calendar": ({}, None, who(204, reader=403)),
    "list_webhooks": ({}, None, EVERYBODY),
    "add_webhook": (
        {}, lambda _: {"name": "Stock", "url": "https://stock.example.com/kept", "events": ["promise.delivered"]},
        who(201, reader=403),
    ),
    "get_webhook": ({}, None, OWN),
    "change_webhook": ({}, lambda _: {"events": ["promise.promised"], "on": True}, OWN | {"reader": 403}),
    "change_secret": ({}, None, OWN | {"reader": 403}),
    "remove_webhook": ({}, None, OWN | {"reader": 403, "customer": 204}),
    "list_calls": ({}, None, OWN),
    "call_again": ({}, None, OWN | {"reader": 403, "customer": 204}),
}  # fmt: skip
QUERIES = {
    **dict.fromkeys(("search", "list_whom_to_ask"), "?words=route"),
    "get_advice": "?customer={dispatch}&provider={workshop}&what=The+route+sheet&by=2099-05-04T14:00:00Z",
    "get_advice_in": "?by=2099-05-04T14:00:00Z",
    **dict.fromkeys(("hand_in_file", "hand_in_file_for_act"), "?name=route.txt"),
}
RAW = {"Content-Type": "application/octet-stream"}
HEADERS = {"hand_in_file": RAW, "hand_in_file_for_act": RAW}
CALLS = {operation["operationId"]: (method, path) for path, method, operation in operations(description())}


def test_every_call_is_in_the_table() -> None:
    assert sorted(TABLE) == sorted(CALLS)


@pytest.fixture(scope="module")
def cast(for_the_module: None) -> Cast:
    """The cast of all these tests; what a test does with it, the next does not find done."""
    return Cast.gather()


@pytest.fixture(scope="module")
def stage(cast: Cast) -> Stage:
    return Stage.of(cast)


@pytest.fixture(scope="module")
def programs(cast: Cast) -> dict[str, Program]:
    """One for each role."""
    programs = {role: Program.of(getattr(cast, role)) for role in ROLES[2:]}
    return programs | {"anonymous": Program(""), "reader": Program.of(cast.customer, ApiToken.Scope.READ)}


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE)
def test_who_may_call_it(name: str, stage: Stage, programs: dict[str, Program]) -> None:
    given, body, expected = TABLE[name]
    method, path = CALLS[name]
    places: dict[str, Any] = stage.places | {key: stage.places.get(str(value), value) for key, value in given.items()}
    address = (path + QUERIES.get(name, "")).format(**places)
    found = {}
    for role in ROLES:
        with transaction.atomic():  # what one did, the next does not find done
            answer = programs[role].call(
                method.upper(), address, body(stage.places) if body else None, **HEADERS.get(name, {})
            )
            transaction.set_rollback(True)
        assert answer.status < 300 or answer.problem, answer.raw
        found[role] = answer.status
    assert found == expected
