"""What an assistant can read: all of it as the person whose key it is may see it."""

from __future__ import annotations

from typing import Annotated, Literal

from django.utils.timezone import localtime
from pydantic import Field, StringConstraints

from kept.api.mcp.calls import Caller
from kept.api.mcp.looking import look, why
from kept.api.mcp.parties import Customers, Further, Makes, Proposals, Proposed, Tied, Who
from kept.api.mcp.shapes import (
    Desk,
    Found,
    Inbox,
    Listed,
    Looked,
    Matter,
    Promises,
    Told,
    Why,
)
from kept.api.mcp.words import quoting, said
from kept.api.v1.shapes.base import Id, Taken
from kept.core.errors import NotFound
from kept.core.terms import Side
from kept.customers import network
from kept.customers import queries as customers
from kept.notify import inbox as notices
from kept.outlook import observed
from kept.people.models import Party
from kept.people.queries import acting_for, parties_like
from kept.promises import queries
from kept.promises.desk import desk
from kept.promises.queries import Listing
from kept.promises.whom import propose

MOST = 20
"""Entries of one list: an assistant reads all of them, and pays for each."""
MOST_EARLIER = 3
Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Nothing(Taken):
    """Takes nothing."""


class OnePromise(Taken):
    """Which promise."""

    promise: Annotated[Id, Field(description="The promise's number.")]


class Sought(Taken):
    """What to look for."""

    words: Annotated[Short, Field(description="Part of what it is about, or of a name.")]


class WhoseCustomers(Taken):
    """Whose customers, or whose providers."""

    party: Annotated[
        Id | None, Field(description="A person, team or outside customer by number; left out: your own team, or you.")
    ] = None
    direction: Annotated[
        Literal["customers", "providers"],
        Field(description="customers: who depends on their work. providers: on whose work they depend."),
    ] = "customers"


class Wanted(Taken):
    """What is wanted."""

    words: Annotated[
        str, StringConstraints(min_length=1, max_length=2000), Field(description="What is wanted, in plain words.")
    ]
    customer: Annotated[Id | None, Field(description="For whom: you, or a team that you speak for.")] = None


class WhichPage(Taken):
    """Which page of the inbox."""

    page: Annotated[int, Field(ge=1, le=1000, description="1 is the newest.")] = 1


def my_desk(who: Caller, _asked: Nothing) -> Desk:
    """What needs your answer, what you owe, what you await: what matters next comes first, with the reason.

    Also says who you are and for whom you may speak. Begin here.
    """
    found = desk(who.person, who.at)
    return Desk(
        you=Who.of(who.person),
        you_may_speak_for=[Who.of(party) for party in acting_for(who.person).order_by("name", "pk")[:MOST]],
        now=localtime(who.at),
        needs_your_answer=_listed(found.answers),
        you_owe=_listed(found.owed),
        you_await=_listed(found.awaited),
        lies_with_the_other_side=_listed(found.with_them),
        you_passed_on=_listed(found.passed_on),
        word_is_due_in=[item.promise.pk for item in found.words_due[:MOST]],
        unread_notices=notices.unread(who.person),
    )


def look_at_promise(who: Caller, asked: OnePromise) -> Looked:
    """One promise: where it stands and why, its terms, its story, and what you may do in it now (`you_may`)."""
    return look(who, asked.promise)


def why_is_it_late(who: Caller, asked: OnePromise) -> Why:
    """Why a promise is late, at risk or silent: the sentence, what it waits for up the chain, and who waits for it."""
    return why(who, asked.promise)


def find(who: Caller, asked: Sought) -> Found:
    """Find promises by what they are about, and persons, teams and outside customers by name, with their numbers."""
    promises = queries.with_words(who.person, asked.words, who.at)
    parties = parties_like(asked.words).order_by("-kind", "name", "pk")[:MOST]
    return Found(promises=_listed(promises), parties=[Who.of(party) for party in parties])


def who_are_my_customers(who: Caller, asked: WhoseCustomers) -> Customers:
    """Who depends on a team's or person's work, and why: what people say beside what the work shows.

    With `direction: providers` the other way: on whose work they depend.
    """
    party = _party(who, asked.party)
    observed.up_to_date(who.at)
    down = asked.direction == "customers"
    found = customers.comparison(party, Side.PROVIDER if down else Side.CUSTOMER)
    reached = network.customers_of(party.pk) if down else network.providers_of(party.pk)
    further = [one for one in reached if one.steps > 1]
    results = [] if party.kind == Party.Kind.OUTSIDE else customers.results_of(party.pk)[:MOST]
    return Customers(
        party=Who.of(party),
        both=[Tied.of(row) for row in found.both[:MOST]],
        only_said=[Tied.of(row) for row in found.only_said[:MOST]],
        only_seen=[Tied.of(row) for row in found.only_seen[:MOST]],
        reporting=[Tied.of(row) for row in found.reporting[:MOST]],
        further_on=[Further.of(way) for way in network.ways(further[:MOST])],
        further_on_in_all=len(further),
        results=[Makes(result=one.pk, name=said(one.name), purpose=said(one.purpose)) for one in results],
    )


def whom_to_ask(who: Caller, asked: Wanted) -> Proposals:
    """Which teams may do a piece of work, from the words of it and from who did such work before, with the reasons."""
    found = propose(who.person, asked.words, who.at, own=asked.customer)
    return Proposals(
        teams=[
            Proposed(team=Who.of(one.party), reasons=[quoting(each.says(one.at)) for each in one.reasons])
            for one in found
        ]
    )


def inbox(who: Caller, asked: WhichPage) -> Inbox:
    """What you were told, one entry a promise or agreement, the newest first. Marks nothing as read."""
    entries, more = notices.inbox(who.person, page=asked.page)
    matters = [
        Matter(
            promise=one.newest.promise_id, agreement=one.newest.agreement_id, newest=Told.of(one.newest),
            earlier=[Told.of(each) for each in one.earlier[:MOST_EARLIER]],
            still_earlier=max(0, len(one.earlier) - MOST_EARLIER),
        )
        for one in entries
    ]  # fmt: skip
    return Inbox(matters=matters, more=more)


def _listed(listing: Listing) -> Promises:
    return Promises(items=[Listed.of(item) for item in listing.items[:MOST]], in_all=listing.total)


def _party(who: Caller, party_id: int | None) -> Party:
    """The party asked about; else the team that the caller leads or is in, else the caller."""
    if party_id is None:
        team = who.person.memberships.order_by("-leads", "team__name").values_list("team_id", flat=True).first()
        party_id = team or who.person.pk
    found = Party.objects.filter(pk=party_id).first()
    if found is None:
        raise NotFound("There is no such person, team or outside customer.")
    return found
