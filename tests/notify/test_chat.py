"""The chat of a team: what it is told, in its working hours, once, as the promise's own words and nothing more."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cast import DAY, HOUR, Cast, terms
from hook_server import Hook, answering
from kept.core import acts
from kept.core.terms import Answer
from kept.notify import worker
from kept.notify.calling import endpoints
from kept.notify.channels.chat.writing import Message, body
from kept.notify.kinds import Kind
from kept.notify.models import Call, Endpoint, Notice
from kept.people.models import Team

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
SATURDAY = datetime(2026, 5, 9, 12, tzinfo=UTC)


def chat(cast: Cast, team: Team, hook: Hook, kind: Endpoint.Kind = Endpoint.Kind.SLACK) -> Endpoint:
    """A chat of that team."""
    return endpoints.add(cast.lead, team, kind=kind, name="#ours", url=hook.url, at=MONDAY - HOUR)


def follow(now: datetime) -> None:
    """Let the worker do all that there is to do, at that moment."""
    while worker.step(now):
        Endpoint.objects.update(next_at=MONDAY - HOUR)


def said(hook: Hook) -> list[str]:
    """The words of each Slack message, without the words of the link."""
    return ["".join(one["text"] for one in elements(call.body)[:-1]) for call in hook.calls]


def elements(message: str) -> list[dict[str, Any]]:
    """The elements of a Slack message."""
    found: list[dict[str, Any]] = json.loads(message)["blocks"][0]["elements"][0]["elements"]
    return found


def test_an_ask_that_nobody_has_is_told_once_with_a_link(cast: Cast, hook: Hook) -> None:
    chat(cast, cast.workshop, hook)
    promise = cast.asked(at=MONDAY)
    follow(MONDAY + HOUR)
    assert said(hook) == [
        "The route sheet\nDispatch asks Workshop for this by Wed 6 May 2026, 09:00. Nobody has it yet.\n"
    ]
    assert elements(hook.calls[0].body)[-1]["url"].endswith(f"/promises/{promise}/")
    cast.do(cast.provider, promise, acts.Promise(), at=MONDAY + 2 * HOUR)
    follow(MONDAY + 3 * HOUR)
    assert len(hook.calls) == 1


def test_an_ask_that_was_passed_on_is_told_to_the_new_team(cast: Cast, hook: Hook) -> None:
    chat(cast, cast.sales, hook)
    promise = cast.asked(at=MONDAY)
    cast.do(cast.lead, promise, acts.PassOn(to=cast.sales.pk, words="Yours."), at=MONDAY + HOUR)
    follow(MONDAY + 2 * HOUR)
    (words,) = said(hook)
    assert "Dispatch asks Sales for this" in words


def test_a_delivery_is_told_to_the_customers_team(cast: Cast, hook: Hook) -> None:
    chat(cast, cast.dispatch, hook)
    cast.delivered(at=MONDAY)
    follow(MONDAY + DAY + HOUR)
    assert said(hook) == ["The route sheet\nWorkshop delivered this. Dispatch can accept it, or return it.\n"]


def test_a_slip_is_told_to_both_teams_once(cast: Cast, hook: Hook) -> None:
    chat(cast, cast.dispatch, hook)
    chat(cast, cast.workshop, hook)
    promise = cast.promised(at=MONDAY)
    later = acts.Update(words="The printer is broken.", expected=MONDAY + 4 * DAY)
    cast.do(cast.provider, promise, later, at=MONDAY + 2 * HOUR)
    follow(MONDAY + 3 * HOUR)
    slips = [words for words in said(hook) if "expected" in words]
    words = (
        "The route sheet\nWorkshop promised it to Dispatch by Wed 6 May 2026, 09:00; "
        "it is to be expected Fri 8 May 2026, 09:00.\n"
    )
    assert slips == [words, words]
    assert "printer" not in "".join(said(hook))


def test_a_date_that_passes_is_told_to_both_teams(cast: Cast, hook: Hook) -> None:
    chat(cast, cast.dispatch, hook)
    chat(cast, cast.workshop, hook)
    cast.promised(at=MONDAY)
    follow(MONDAY + 2 * HOUR)
    follow(MONDAY + 2 * DAY + HOUR)
    words = "The route sheet\nWorkshop promised it to Dispatch by Wed 6 May 2026, 09:00, and that has passed.\n"
    assert said(hook)[-2:] == [words, words]


def test_a_promise_given_up_is_told(cast: Cast, hook: Hook) -> None:
    chat(cast, cast.dispatch, hook)
    promise = cast.promised(at=MONDAY)
    cast.do(cast.provider, promise, acts.Renege(words="No paper."), at=MONDAY + 2 * HOUR)
    follow(MONDAY + 3 * HOUR)
    assert said(hook) == ["The route sheet\nWorkshop could not keep this promise to Dispatch, and has said so.\n"]


def test_what_is_private_is_in_no_chat(cast: Cast, hook: Hook) -> None:
    for team in (cast.dispatch, cast.workshop):
        chat(cast, team, hook)
    promise = cast.asked(at=MONDAY, private=True)
    cast.do(cast.lead, promise, acts.Promise(), at=MONDAY + HOUR)
    cast.do(cast.lead, promise, acts.Update(words="Later.", expected=MONDAY + 4 * DAY), at=MONDAY + 2 * HOUR)
    cast.do(cast.lead, promise, acts.Deliver(easier=Answer.EASIER), at=MONDAY + 3 * HOUR)
    follow(MONDAY + 4 * HOUR)
    assert Call.objects.count() == 0


def test_outside_working_hours_it_waits_and_what_is_settled_by_then_is_not_told(cast: Cast, hook: Hook) -> None:
    chat(cast, cast.workshop, hook)
    for what in ("Taken", "Open"):
        cast.asked(at=SATURDAY, what=terms(what, due=SATURDAY + 5 * DAY))
    follow(SATURDAY)
    assert hook.calls == []
    assert set(Call.objects.values_list("next_at", flat=True)) == {datetime(2026, 5, 11, 9, tzinfo=UTC)}
    taken = Call.objects.order_by("pk")[0]
    assert taken.promise_id is not None
    cast.do(cast.provider, taken.promise_id, acts.Promise(), at=SATURDAY + HOUR)
    follow(datetime(2026, 5, 11, 9, 1, tzinfo=UTC))
    assert [words.split("\n")[0] for words in said(hook)] == ["Open"]
    assert not Call.objects.filter(done_at=None).exists()


def test_a_chat_that_is_not_there_is_switched_off_with_word_to_the_leads(cast: Cast, hook: Hook) -> None:
    for status in (404, 410):
        hook.does = answering(status)
        endpoint = chat(cast, cast.workshop, hook)
        cast.asked(at=MONDAY)
        follow(MONDAY + HOUR)
        endpoint.refresh_from_db()
        assert endpoint.gave_up_at is not None
    told = Notice.objects.filter(kind=Kind.PROGRAMS)
    assert set(told.values_list("reader_id", flat=True)) == {cast.lead.pk}
    assert told.count() == 2
    assert told[0].page == f"/teams/{cast.workshop.pk}/chat/{Endpoint.objects.order_by('pk')[0].pk}/"


def test_a_past_that_came_by_an_import_is_in_no_chat(cast: Cast, hook: Hook) -> None:
    chat(cast, cast.workshop, hook)
    cast.asked(at=MONDAY)
    cast.promised(at=MONDAY - 2 * DAY)
    follow(MONDAY + 2 * DAY)
    assert Notice.objects.filter(kind=Kind.SLIP).exists()
    assert Call.objects.count() == 0


# --- words that would be more than words --------------------------------------------------------------------------

NASTY = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        ["<!channel>", "<@U123>", "<https://evil.example|Open>", "*bold*", "[x](https://evil.example)", "@channel",
         "<at>everyone</at>", "&lt;!here&gt;", "a\n> quote", "\u202eright to left"]
    ),
)  # fmt: skip


@given(NASTY, NASTY)
def test_words_of_a_promise_are_only_words_in_slack(what: str, says: str) -> None:
    message = json.loads(body(Endpoint.Kind.SLACK, Message(what, says, "https://kept.example/promises/1/")))
    assert "<" not in message["text"]
    assert ">" not in message["text"]
    assert "@channel" not in message["text"]
    assert message["mrkdwn"] is False
    (block,) = message["blocks"]
    (section,) = block["elements"]
    assert [one["type"] for one in section["elements"]] == ["text", "text", "link"]
    assert section["elements"][2] == {
        "type": "link", "url": "https://kept.example/promises/1/", "text": "Open it in Kept",
    }  # fmt: skip


@given(NASTY, NASTY)
def test_words_of_a_promise_are_only_words_in_teams(what: str, says: str) -> None:
    message = json.loads(body(Endpoint.Kind.TEAMS, Message(what, says, "https://kept.example/promises/1/")))
    (attachment,) = message["attachments"]
    card = attachment["content"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "msteams" not in card  # where mentions would be named
    (block,) = card["body"]
    assert block["type"] == "RichTextBlock"  # which reads no Markdown
    assert {run["type"] for run in block["inlines"]} == {"TextRun"}
    assert [action["url"] for action in card["actions"]] == ["https://kept.example/promises/1/"]
