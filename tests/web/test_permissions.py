"""Who may open what: every route of the pages × every role. A route that is not listed here fails the test.

`in` may look and act, `look` may only look; a stranger finds nothing; nobody gets in without signing in.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cast import HOUR, START, Cast
from kept.complaints.actions import complain, thank
from kept.core import acts
from kept.people.models import Person
from kept.promises import files
from kept.promises.models import Promise

ROLES = ("anonymous", "customer", "provider", "lead", "boss", "outsider")
SIDES = ("customer", "provider", "lead")
INSIDE = (*SIDES, "boss")
EVERYBODY = dict.fromkeys(ROLES, 200) | {"anonymous": 302}
SEEN_BY_SIDES = {"anonymous": 302, "customer": 200, "provider": 200, "lead": 200, "boss": 200, "outsider": 404}
ACTED_BY_SIDES = SEEN_BY_SIDES | {"boss": 403}
THOSE_WHO_IMPORT = dict.fromkeys(ROLES, 403) | {"anonymous": 302, "lead": 200, "boss": 200}
NO_SUCH_UPLOAD = THOSE_WHO_IMPORT | {"lead": 404, "boss": 404}
BUTTON_ONLY = dict.fromkeys(ROLES, 405) | {"anonymous": 302}
THOSE_WHO_LEAD = dict.fromkeys(ROLES, 403) | {"anonymous": 302, "lead": 200, "boss": 200}
THOSE_WHO_PRINT = dict.fromkeys(ROLES, 403) | {"anonymous": 302} | dict.fromkeys(("provider", "lead", "boss"), 200)
TOO_EARLY_TO_TELL = dict.fromkeys(("provider", "lead"), 409)  # of what was not accepted: see tests/programme
ADMINISTRATORS = dict.fromkeys(ROLES, 403) | {"anonymous": 302}  # none of these is one: see test_people_in

TABLE: dict[str, tuple[tuple[object, ...], dict[str, int]]] = {
    "web:desk": ((), EVERYBODY),
    "web:ask": ((), EVERYBODY),
    "web:offer": ((), EVERYBODY),
    "web:dates": (("ask",), BUTTON_ONLY),
    "web:dates-in": (("promise",), ACTED_BY_SIDES),
    "web:forecasts": ((), EVERYBODY),
    "web:promise": (("promise",), SEEN_BY_SIDES),
    "web:act": (("promise", "note"), ACTED_BY_SIDES),
    "web:file": (("promise", "file"), SEEN_BY_SIDES),
    "web:needs": (("promise",), ACTED_BY_SIDES | {"customer": 403}),
    "web:ask-help": (("promise",), ACTED_BY_SIDES | {"customer": 403}),
    "web:brought-in": (("promise",), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),
    "web:too-much": ((), EVERYBODY),
    "web:customer-links": (("promise",), ACTED_BY_SIDES | dict.fromkeys(("provider", "lead"), 403) | {"customer": 409}),
    "web:revoke-customer-link": (("promise", 1), BUTTON_ONLY),
    "web:say": (("promise", "thank"), ACTED_BY_SIDES | dict.fromkeys(("provider", "lead"), 403)),
    "web:hear": (("thanks", 1), BUTTON_ONLY),
    "web:thanks": (("said",), SEEN_BY_SIDES),
    "web:trace": (("promise",), SEEN_BY_SIDES),
    "web:improve": (("promise",), BUTTON_ONLY),
    "web:new-complaint": ((), EVERYBODY),
    "web:complaint": (("complaint",), SEEN_BY_SIDES),
    "web:complaint-about": (("complaint",), BUTTON_ONLY),
    "web:complaint-remedy": (("complaint",), BUTTON_ONLY),
    "web:customer-link-about": (("forged", 1), dict.fromkeys(ROLES, 405)),
    "web:customer-link": (("forged",), dict.fromkeys(ROLES, 404)),
    "web:customer-link-act": (("forged", "accept"), dict.fromkeys(ROLES, 404)),
    "web:customer-link-file": (("forged", 1), dict.fromkeys(ROLES, 404)),
    "web:goals": ((), EVERYBODY),
    "web:new-goal": ((), dict.fromkeys(ROLES, 403) | {"anonymous": 302, "boss": 200}),
    "web:goal": ((1,), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),  # there is none: see tests/programme/test_goals
    "web:drop-goal": ((1,), BUTTON_ONLY),
    "web:programme": ((), EVERYBODY),
    "web:begin-programme": ((), BUTTON_ONLY),
    "web:bring-series-in": ((), BUTTON_ONLY),
    "web:leading": ((), THOSE_WHO_LEAD),
    "web:reviews": ((), EVERYBODY),
    "web:open-review": ((), BUTTON_ONLY),
    "web:review": ((1,), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),  # there is none: see tests/programme
    "web:review-want": ((1, 1), BUTTON_ONLY),
    "web:review-promise": ((1, 1), BUTTON_ONLY),
    "web:hold-review": ((1,), BUTTON_ONLY),
    "web:meeting": (("workshop",), EVERYBODY),
    "web:meeting-pdf": (("workshop",), EVERYBODY),
    "web:cases": ((), EVERYBODY),
    "web:take-up-case": (("promise",), BUTTON_ONLY),
    "web:case": ((1,), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),  # see tests/programme/test_cases
    "web:edit-case": ((1,), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),
    "web:approve-case": ((1,), BUTTON_ONLY),
    "web:take-back-case": ((1,), BUTTON_ONLY),
    "web:drop-case": ((1,), BUTTON_ONLY),
    "web:case-lesson": ((1,), ADMINISTRATORS),
    "web:newsletters": ((), EVERYBODY),
    "web:my-newsletter": ((), BUTTON_ONLY),
    "web:stop-newsletter": (("forged",), dict.fromkeys(ROLES, 404)),
    "web:newsletter": ((1,), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),  # see tests/programme/test_newsletter
    "web:edit-newsletter": ((1,), dict.fromkeys(ROLES, 403) | {"anonymous": 302, "boss": 404}),
    "web:write-newsletter-anew": ((1,), BUTTON_ONLY),
    "web:approve-newsletter": ((1,), BUTTON_ONLY),
    "web:drop-newsletter": ((1,), BUTTON_ONLY),
    "web:posters": (("workshop",), THOSE_WHO_PRINT),
    "web:poster": (("workshop", "preview"), THOSE_WHO_PRINT),
    "web:stories": ((), EVERYBODY),
    "web:story": ((1,), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),  # there is none: see tests/programme
    "web:answer-story": ((1,), BUTTON_ONLY),
    "web:drop-story": ((1,), BUTTON_ONLY),
    "web:tell-story": (("promise",), SEEN_BY_SIDES | dict.fromkeys(("customer", "boss"), 403) | TOO_EARLY_TO_TELL),
    "web:lessons": ((), EVERYBODY),
    "web:lesson": (("three-steps",), EVERYBODY),
    "web:new-lesson": ((), ADMINISTRATORS),
    "web:write-lesson": (("three-steps",), ADMINISTRATORS),
    "web:lesson-certificate": (("everyone",), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),  # nobody has passed
    "web:team-lessons": (("workshop",), dict.fromkeys(ROLES, 403) | {"anonymous": 302, "lead": 200}),
    "web:team-lessons-no-more": (("workshop", "everyone"), BUTTON_ONLY),
    "web:calendar": ((), EVERYBODY),
    "web:new-calendar": ((), BUTTON_ONLY),
    "web:end-calendar": ((), BUTTON_ONLY),
    "web:calendar-feed": (("forged",), dict.fromkeys(ROLES, 404)),
    "web:teams": ((), EVERYBODY),
    "web:team": (("workshop",), EVERYBODY),
    "web:team-hours": (("workshop",), EVERYBODY),
    "web:team-days": (("workshop",), BUTTON_ONLY),
    "web:forget-day": (("workshop", "2026-05-01"), BUTTON_ONLY),
    "web:team-capacity": (("workshop",), EVERYBODY),
    "web:team-warnings": (("workshop",), EVERYBODY),
    "web:team-mail": (("workshop",), EVERYBODY),
    "web:mail-in": ((), ADMINISTRATORS),
    "web:raw-mail": ((1,), ADMINISTRATORS),
    "web:let-through": ((1,), BUTTON_ONLY),
    "web:throw-mail-away": ((1,), BUTTON_ONLY),
    "web:works-again": ((1,), BUTTON_ONLY),
    "web:meet": (("workshop",), EVERYBODY),
    "web:visit": (("workshop", "outside"), BUTTON_ONLY),
    "web:directory": ((), EVERYBODY),
    "web:line-of-sight": (("provider",), EVERYBODY),
    "web:ask-needs": ((), BUTTON_ONLY),
    "web:ask-whom": ((), BUTTON_ONLY),
    "web:customers": ((), EVERYBODY),
    "web:customers-of": (("workshop",), EVERYBODY),
    "web:providers-of": (("workshop",), EVERYBODY),
    "web:become-customer": (("workshop",), BUTTON_ONLY),
    "web:results": (("workshop",), EVERYBODY),
    "web:retire-result": (("workshop", 1), BUTTON_ONLY),
    "web:add-tie": (("workshop", "down"), BUTTON_ONLY),
    "web:declare-tie": (("workshop", "down", "outside"), BUTTON_ONLY),
    "web:not-a-customer": (("workshop", "down", "outside"), BUTTON_ONLY),
    "web:after-all": (("workshop", "down", "outside"), BUTTON_ONLY),
    "web:answer-tie": ((1, "confirm"), BUTTON_ONLY),
    "web:agreements": (("dispatch", "workshop"), SEEN_BY_SIDES | dict.fromkeys(INSIDE, 302)),
    "web:begin-agreement": (("dispatch", "workshop"), ACTED_BY_SIDES | dict.fromkeys(SIDES, 302)),
    "web:agreement": (("agreement",), SEEN_BY_SIDES),
    "web:agreement-version": (("agreement", 1), SEEN_BY_SIDES),
    "web:expect": (("agreement",), ACTED_BY_SIDES),
    "web:agree": (("agreement",), BUTTON_ONLY),
    "web:end-agreement": (("agreement",), ACTED_BY_SIDES),
    "web:person": (("provider",), EVERYBODY),
    "web:outside": (("outside",), EVERYBODY),
    "web:party": (("workshop",), dict.fromkeys(ROLES, 302)),
    "web:suggest": ((), EVERYBODY),
    "web:figures": ((), EVERYBODY),
    "web:figure": (("kept",), EVERYBODY),
    "web:team-figures": (("workshop",), EVERYBODY),
    "web:team-figure": (("workshop", "kept"), EVERYBODY),
    "web:pulses": ((), EVERYBODY),
    "web:pulse": (("outside", "workshop"), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),
    "web:notices": ((), EVERYBODY),
    "web:count-notices": ((), EVERYBODY),
    "web:read-notices": ((), BUTTON_ONLY),
    "web:notice-choices": ((), EVERYBODY),
    "web:open-notice": ((1,), BUTTON_ONLY),
    "web:stop-notices": (("not-whole",), dict.fromkeys(ROLES, 404)),
    "web:webhooks": ((), EVERYBODY),
    "web:webhook": ((1,), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),  # one's own alone: see test_webhook_pages
    "web:webhook-do": ((1, "off"), BUTTON_ONLY),
    "web:webhook-again": ((1, 1), BUTTON_ONLY),
    "web:chats": (("workshop",), THOSE_WHO_LEAD),
    "web:chat": (("workshop", 1), THOSE_WHO_LEAD | {"lead": 404, "boss": 404}),
    "web:chat-do": (("workshop", 1, "off"), BUTTON_ONLY),
    "web:chat-again": (("workshop", 1, 1), BUTTON_ONLY),
    "web:search": ((), EVERYBODY),
    "web:keys": ((), EVERYBODY),
    "web:revoke-key": ((1,), BUTTON_ONLY),
    "web:map": ((), EVERYBODY),
    "web:map-data": ((), EVERYBODY),
    "web:map-team": ((), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),
    "web:flow": ((), EVERYBODY),
    "web:flow-team": ((), dict.fromkeys(ROLES, 404) | {"anonymous": 302}),  # none is named: see test_flow_pages
    "web:what-if": ((), THOSE_WHO_LEAD),
    "web:what-if-today": ((), NO_SUCH_UPLOAD),
    "web:what-if-upload": ((), BUTTON_ONLY),
    "web:what-if-answer": ((1,), NO_SUCH_UPLOAD),
    "web:what-if-scenario": ((1,), NO_SUCH_UPLOAD),
    "web:stop-what-if": ((1,), BUTTON_ONLY),
    "web:forget-what-if": ((1,), BUTTON_ONLY),
    "web:import": ((), THOSE_WHO_IMPORT),
    "web:upload": (("nobodys",), NO_SUCH_UPLOAD),
    "web:keep-upload": (("nobodys",), BUTTON_ONLY),
    "web:throw-upload-away": (("nobodys",), BUTTON_ONLY),
    "web:people-in": ((), ADMINISTRATORS),
    "web:people-example": ((), ADMINISTRATORS),
    "web:people-look": ((1,), ADMINISTRATORS),
    "web:people-do": ((1,), BUTTON_ONLY),
    "web:people-throw-away": ((1,), BUTTON_ONLY),
    "web:people-rejected": ((1,), ADMINISTRATORS),
    "web:people-successor": (("provider",), BUTTON_ONLY),
    "web:sign-in-link": (("forged",), dict.fromkeys(ROLES, 404)),
}


def routes() -> Iterator[str]:
    """The names of every route of the pages."""

    def below(patterns: list[URLPattern | URLResolver], namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, pattern.namespace or namespace)
            elif namespace == "web":
                yield f"{namespace}:{pattern.name}"

    return below(get_resolver().url_patterns, "")


def test_every_route_is_in_the_table() -> None:
    assert sorted(set(routes())) == sorted(TABLE)


@pytest.mark.parametrize("route", TABLE)
def test_who_may_open_it(route: str, cast: Cast, client: Client) -> None:
    given, expected = TABLE[route]
    promise = cast.promised()
    places = {
        "promise": promise,
        "file": _file_in(cast, promise),
        "agreement": cast.agreed(),
        "complaint": complain(cast.customer, promise, "The wrong sheet.", at=START + 3 * HOUR).pk,
        "said": thank(cast.customer, promise, "So quick!", at=START + 3 * HOUR).pk,
        **{name: getattr(cast, name).pk for name in ("dispatch", "workshop", "provider", "outside")},
    }
    address = reverse(route, args=[places.get(str(each), each) for each in given])
    found = {}
    for role in ROLES:
        client.logout()
        if role != "anonymous":
            person: Person = getattr(cast, role)
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)  # which closes the file
        found[role] = answer.status_code
    assert found == expected


def _file_in(cast: Cast, promise: int) -> int:
    file = files.take_in(cast.provider, promise, files.HandedIn("plan.txt", "text/plain", [b"the plan"]), at=START)
    cast.do(cast.provider, promise, acts.Note(words="The plan.", files=(file.pk,)), at=START + 2 * HOUR)
    return file.pk


def test_a_seer_who_may_not_act_changes_nothing_by_a_forged_post(cast: Cast, client: Client) -> None:
    promise = cast.promised()
    client.force_login(cast.boss, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post(reverse("web:act", args=[promise, "note"]), {"seen": 2, "words": "Hurry up."})
    assert answer.status_code == 403
    assert Promise.objects.get(pk=promise).sequence == 2
