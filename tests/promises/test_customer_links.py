"""An outside customer's private link: who makes it, what it opens, and what is recorded as the customer's own."""

from __future__ import annotations

import pytest

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed, NotFound, Overtaken, Refused
from kept.core.terms import Answer
from kept.ledger import seal, verifying
from kept.ledger.models import Event
from kept.promises import customer_links, leaving
from kept.promises.access import visible_to
from kept.promises.actions import do, open_promise
from kept.promises.customer_links import link_of, links_of, make_link, revoke
from kept.promises.customer_view import stands, told
from kept.promises.desk import desk
from kept.promises.history import rows_between
from kept.promises.models import CustomerLink, Impression, Participant, Promise
from kept.promises.story import story

NOW = START + 3 * HOUR


def asked(cast: Cast) -> int:
    """The workshop was asked for something for the outside customer, by its caretaker."""
    return cast.asked(by=cast.caretaker, customer=cast.outside)


def delivered(cast: Cast) -> int:
    """The same, delivered."""
    promise = asked(cast)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER, words="At the gate."), at=START + 2 * HOUR)
    return promise


def link_to(cast: Cast, promise: int) -> CustomerLink:
    """A good link, as it is found by its secret."""
    _, secret = make_link(cast.caretaker, promise, at=NOW)
    return link_of(secret, at=NOW)


def test_only_who_acts_for_the_customer_makes_links(cast: Cast) -> None:
    promise = asked(cast)
    for somebody in (cast.provider, cast.lead, cast.boss):
        with pytest.raises(NotAllowed):
            make_link(somebody, promise, at=NOW)
        with pytest.raises(NotAllowed):
            links_of(somebody, promise, at=NOW)
    with pytest.raises(NotFound):
        make_link(cast.outsider, promise, at=NOW)
    with pytest.raises(Refused, match="signs in"):
        make_link(cast.customer, cast.asked(), at=NOW)


def test_the_secret_is_kept_nowhere(cast: Cast) -> None:
    link, secret = make_link(cast.caretaker, asked(cast), at=NOW)
    assert len(secret) >= 43
    assert all(secret not in str(value) for value in CustomerLink.objects.filter(pk=link.pk).values().get().values())


def test_a_link_ends_and_can_be_revoked(cast: Cast) -> None:
    promise = asked(cast)
    link, secret = make_link(cast.caretaker, promise, at=NOW, lasts=DAY)
    assert link_of(secret, at=NOW + DAY - HOUR) == link
    for wrong, at in ((secret, NOW + DAY), (secret + "a", NOW), ("", NOW), ("\udcff", NOW)):
        with pytest.raises(NotFound):
            link_of(wrong, at=at)
    with pytest.raises(NotFound):
        revoke(cast.caretaker, asked(cast), link.pk, at=NOW)
    revoke(cast.caretaker, promise, link.pk, at=NOW)
    with pytest.raises(NotFound):
        link_of(secret, at=NOW)
    assert not links_of(cast.caretaker, promise, at=NOW)
    assert CustomerLink.objects.get(pk=link.pk).revoked_by == cast.caretaker


def test_there_are_not_too_many(cast: Cast) -> None:
    promise = asked(cast)
    for _ in range(customer_links.MOST):
        make_link(cast.caretaker, promise, at=NOW)
    with pytest.raises(Refused, match="revoke"):
        make_link(cast.caretaker, promise, at=NOW)
    with pytest.raises(Refused, match="a year"):
        make_link(cast.caretaker, asked(cast), at=NOW, lasts=500 * DAY)


def test_a_revoked_link_does_nothing_even_where_its_page_is_still_open(cast: Cast) -> None:
    promise = delivered(cast)
    link = link_to(cast, promise)
    revoke(cast.caretaker, promise, link.pk, at=NOW)
    with pytest.raises(NotFound):
        customer_links.answer(link, acts.Accept(answer=Answer.NO), at=NOW)
    assert Promise.objects.get(pk=promise).state == "delivered"


def test_what_the_customer_does_it_has_done_itself(cast: Cast) -> None:
    promise = delivered(cast)
    customer_links.answer(link_to(cast, promise), acts.Accept(answer=Answer.PARTLY, words="A bit late."), at=NOW)
    event = Event.objects.filter(stream=promise).latest("sequence")
    assert (event.name, event.actor_id, event.side) == ("promise.accepted", cast.outside.pk, "customer")
    given = Impression.objects.get(promise=promise)
    assert (given.author_id, given.own_side, given.answer) == (cast.outside.pk, False, "partly")
    assert not Participant.objects.filter(promise=promise, person=cast.outside.pk).exists()
    assert verifying.verify().clean


def test_the_answer_is_not_the_caretakers_own_side_even_where_their_team_did_the_work(cast: Cast) -> None:
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, provider=cast.sales)
    cast.do(cast.caretaker, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.caretaker, promise, acts.Deliver(easier=Answer.EASIER), at=START + 2 * HOUR)
    customer_links.answer(link_to(cast, promise), acts.Accept(answer=Answer.NO, words="No use."), at=NOW)
    assert not Impression.objects.get(promise=promise).own_side
    row = Promise.objects.get(pk=promise)
    lines = story(row, cast.caretaker, frozenset({*{"customer", "provider"}}))  # type: ignore[arg-type]
    assert (lines[-1].who, lines[-1].words, lines[-1].answer) == ("Outside customer", "", "")


def test_a_promise_that_the_customer_spoke_for_itself_stays_on_the_caretakers_desk(cast: Cast) -> None:
    offer = acts.Offer(customer=cast.outside.pk, provider=cast.workshop.pk, terms=terms())
    promise = open_promise(cast.provider, offer, at=START).pk
    customer_links.answer(link_to(cast, promise), acts.Accept(), at=NOW)
    assert Promise.objects.get(pk=promise).asker_id == cast.outside.pk
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=NOW + HOUR)
    assert [item.promise.pk for item in desk(cast.caretaker, NOW + HOUR).answers.items] == [promise]
    assert verifying.verify().clean


def test_nobody_is_named_in_history_where_a_customer_acted(cast: Cast) -> None:
    promise = delivered(cast)
    customer_links.answer(link_to(cast, promise), acts.Accept(answer=Answer.EASIER), at=NOW)
    last = list(rows_between(0, Event.objects.latest("pk").pk))[-1]
    assert (last.activity, last.person, last.customer) == ("accepted", None, "Outside customer")


def test_whoever_looks_after_them_may_leave(cast: Cast) -> None:
    promise = asked(cast)
    link = link_to(cast, promise)
    customer_links.answer(link, acts.Chase(), at=NOW)
    leaving.leave(cast.caretaker, successor=None, at=NOW + HOUR)
    customer_links.answer(link, acts.Chase(), at=NOW + 2 * HOUR)
    assert Promise.objects.get(pk=promise).chases == 2


def test_the_rules_hold_for_them_too(cast: Cast) -> None:
    link = link_to(cast, delivered(cast))
    with pytest.raises(Incomplete):
        customer_links.answer(link, acts.Accept(), at=NOW)
    with pytest.raises(Refused):
        customer_links.answer(link, acts.Deliver(easier=Answer.EASIER), at=NOW)
    with pytest.raises(Overtaken):
        customer_links.answer(link, acts.Return(words="Not this."), at=NOW, seen=1)


def test_they_bring_in_nobody_and_link_nothing(cast: Cast) -> None:
    promise = asked(cast)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    link = link_to(cast, promise)
    possible, _ = customer_links.possible(link.promise, NOW)
    assert acts.Cancel in possible
    assert not {acts.Escalate, acts.Link} & set(possible)
    for act in (acts.Escalate(to=cast.boss.pk, words="Help."), acts.Link(relies_on=cast.promised())):
        with pytest.raises(NotAllowed):
            customer_links.answer(link, act, at=NOW)


def test_a_flood_ends(cast: Cast) -> None:
    link = link_to(cast, asked(cast))
    for _ in range(customer_links.MOST_AN_HOUR):
        customer_links.answer(link, acts.Chase(), at=NOW)
    with pytest.raises(Refused, match="one hour"):
        customer_links.answer(link, acts.Chase(), at=NOW)
    customer_links.answer(link, acts.Chase(), at=NOW + HOUR + HOUR)


def test_an_outside_customer_in_another_promise_is_found_by_the_check(cast: Cast) -> None:
    promise = cast.promised()
    seal.lift()
    Event.objects.filter(stream=promise, sequence=1).update(actor_id=cast.outside.pk)
    seal.lay()
    said = [each.says for each in verifying.verify().differences if each.story == promise]
    assert any("an outside customer whose promise this is not" in each for each in said)


# --- what they see ------------------------------------------------------------------------------------------------


def everything(cast: Cast, promise: int) -> str:
    """All that the page could show of the story and of how it stands."""
    link = link_to(cast, promise)
    return repr([told(link), stands(link, NOW)])


def test_the_story_names_the_responsible_one_and_nobody_else(cast: Cast) -> None:
    promise = asked(cast)
    cast.do(cast.colleague, promise, acts.Note(words="They are difficult."), at=START + HOUR)
    cast.do(cast.colleague, promise, acts.Promise(words="Gladly."), at=START + HOUR)
    cast.do(cast.caretaker, promise, acts.Note(words="They pay late."), at=START + HOUR)
    cast.do(cast.colleague, promise, acts.AskHelp(words="Too much for me."), at=START + HOUR)
    cast.do(cast.colleague, promise, acts.Escalate(to=cast.boss.pk, words="Look."), at=START + HOUR)
    cast.do(cast.colleague, promise, acts.HandOver(to=cast.provider.pk, words="I am ill."), at=START + HOUR)
    cast.do(cast.provider, promise, acts.Update(words="Half of it is done."), at=START + 2 * HOUR)
    text = everything(cast, promise)
    for inside in ("Colleague", "Boss", "Caretaker", "difficult", "pay late", "Too much", "Look.", "ill."):
        assert inside not in text
    for theirs in ("Provider", "Workshop", "Sales", "Gladly.", "Half of it is done."):
        assert theirs in text


def test_nothing_of_other_promises_is_told(cast: Cast) -> None:
    promise = asked(cast)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    needs = acts.Ask(customer=cast.workshop.pk, provider=cast.billing.pk, terms=terms("The secret alloy", START + DAY))
    upstream = open_promise(cast.provider, needs, at=START + HOUR).pk
    do(cast.provider, promise, acts.Link(relies_on=upstream), at=START + HOUR)
    do(cast.outsider, upstream, acts.Promise(), at=START + HOUR)
    do(cast.outsider, upstream, acts.Update(words="Later.", expected=START + 4 * DAY), at=START + 2 * HOUR)
    stand = stands(link_to(cast, promise), NOW)
    assert stand.expected == START + 5 * DAY
    assert stand.why == "It needs something else first, and that comes later than planned."
    text = everything(cast, promise)
    for inside in ("alloy", "Billing", "Outsider", "Later."):
        assert inside not in text


def test_who_passed_it_on_is_not_named(cast: Cast) -> None:
    promise = cast.asked(by=cast.caretaker, customer=cast.outside, provider=cast.provider)
    cast.do(cast.provider, promise, acts.PassOn(to=cast.billing.pk, words="Not mine."), at=START + HOUR)
    text = everything(cast, promise)
    assert "Billing" in text
    assert "Provider" not in text
    assert "Not mine." not in text


def test_their_own_words_and_answers_are_theirs_to_read(cast: Cast) -> None:
    promise = delivered(cast)
    customer_links.answer(link_to(cast, promise), acts.Accept(answer=Answer.NO, words="It squeaks."), at=NOW)
    last = told(link_to(cast, promise))[-1]
    assert (last.who, last.does, last.words) == ("You", "accepted it", "It squeaks.")
    assert last.answer == "No, it did not make it easier."


@pytest.mark.parametrize("state", ["asked", "delivered", "accepted", "cancelled", "declined", "broken", "withdrawn"])
def test_every_state_has_its_sentence(cast: Cast, state: str) -> None:
    promise = delivered(cast) if state in ("delivered", "accepted") else asked(cast)
    if state in ("cancelled", "broken"):
        cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    act = {
        "accepted": (cast.caretaker, acts.Accept(answer=Answer.EASIER)), "cancelled": (cast.caretaker, acts.Cancel()),
        "declined": (cast.provider, acts.Decline()), "broken": (cast.provider, acts.Renege(words="No wood.")),
        "withdrawn": (cast.caretaker, acts.Withdraw()),
    }.get(state)  # fmt: skip
    if act:
        cast.do(act[0], promise, act[1], at=NOW)
    link = link_to(cast, promise)
    assert link.promise.state == state
    assert stands(link, NOW).headline.endswith((".", "?"))


def test_late_without_a_word_says_so(cast: Cast) -> None:
    promise = asked(cast)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    link = link_to(cast, promise)
    stand = stands(link, START + 3 * DAY)
    assert (stand.late, stand.headline) == (True, "This is late. Workshop is still at work on it.")
    assert stand.why == "Its date passed a day ago, and nobody has named a new one. Ask how it stands."


def test_a_link_shows_nothing_to_those_who_sign_in(cast: Cast) -> None:
    promise = asked(cast)
    link_to(cast, promise)
    assert not visible_to(cast.outsider).filter(pk=promise).exists()
