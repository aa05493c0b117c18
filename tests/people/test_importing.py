"""A file of people against the organisation that is there: what is added, changed, put aside, and who leaves."""

from __future__ import annotations

import pytest

from cast import START, Cast
from kept.people import actions, reach
from kept.people.importing.errors import BadPeopleFile
from kept.people.importing.plan import FieldChange, What
from kept.people.importing.planning import Missing
from kept.people.importing.rejected import rejected_csv
from kept.people.leaving import leave
from kept.people.models import Leaving, Membership, OutsideCustomer, Party, Person, Team
from people.importer import brought, everything, planned, reasons

pytestmark = pytest.mark.django_db
COMPANY = """\
Kind;Name;Number;E-mail;Title;Teams;Leads;Boss;Part of;Purpose;Looked after by
person;Ann;1;ann@example.com;Director;Works;Works;;;;
person;Bo;2;bo@example.com;Joiner;"Workshop|Dispatch";Workshop;Ann <ann@example.com>;;;
team;Workshop;;;;;;;Works;Makes tables, so that sales can sell them;
team;Works;W;;;;;;;;
team;Dispatch;;;;;;;works;;
outside customer;The club;C9;club@example.org;;;;;;;dispatch
"""


def test_a_whole_company_from_one_file() -> None:
    plan, _left = brought(COMPANY)
    assert plan.counts == {
        "added": 6, "changed": 0, "returned": 0, "left": 0, "unchanged": 0, "rejected": 0, "missing": 0,
    }  # fmt: skip
    assert everything() == {
        "people": {
            ("Ann", "ann@example.com", "Director", "1", None, True),
            ("Bo", "bo@example.com", "Joiner", "2", "Ann", True),
        },
        "teams": {
            ("Works", "", "W", None),
            ("Workshop", "Makes tables, so that sales can sell them", "", "Works"),
            ("Dispatch", "", "", "Works"),
        },
        "members": {("Ann", "Works", True), ("Bo", "Workshop", True), ("Bo", "Dispatch", False)},
        "outside": {("The club", "club@example.org", "C9", "Dispatch")},
    }
    assert reach.rebuild() == 0
    assert not Person.objects.get(name="Ann").has_usable_password()


def test_the_same_file_again_changes_nothing() -> None:
    brought(COMPANY)
    before = everything()
    plan, _left = brought(COMPANY)
    assert plan.changes_nothing
    assert plan.counts["unchanged"] == 6
    assert everything() == before


def test_a_change_is_said_field_by_field(cast: Cast) -> None:
    plan = planned(
        "Name,E-mail,Title,Teams,Leads,Boss\n"
        "Provider Newname,provider@example.com,Joiner,Workshop;Sales,Sales,customer@example.com\n"
        "Lead,lead@example.com,,Workshop,Workshop,boss@example.com\n"
    )
    (entry,) = plan.entries
    assert entry.what is What.CHANGED
    assert entry.changes == (
        FieldChange("Name", "Provider", "Provider Newname"),
        FieldChange("Title", "", "Joiner"),
        FieldChange("Boss", "Lead", "Customer"),
        FieldChange("Teams", "Workshop", "Sales (leads it), Workshop"),
    )
    assert plan.counts["unchanged"] == 1


def test_a_column_that_is_not_there_changes_nothing_and_an_empty_cell_does(cast: Cast) -> None:
    actions.change_person(cast.provider, title="Joiner", number="7")
    brought("Name,E-mail\nProvider,provider@example.com\n")
    cast.provider.refresh_from_db()
    assert (cast.provider.title, cast.provider.boss, cast.provider.memberships.count()) == ("Joiner", cast.lead, 1)
    brought("Name,Number,E-mail,Title,Teams,Boss\nProvider,7,,,,\n")
    cast.provider.refresh_from_db()
    assert (cast.provider.title, cast.provider.boss, cast.provider.memberships.count()) == ("", None, 0)
    assert cast.provider.email == "provider@example.com", "what a row is recognised by is never taken away"


def test_whom_a_row_is_about(cast: Cast) -> None:
    actions.change_person(cast.provider, number="7")
    by_number = "Name,Number,E-mail\nProvider,7,new.address@example.com\n"
    by_address = "Name,Number,E-mail\nSomebody,,LEAD@example.com\n"
    by_name = "Name\ncolleague\n"
    for text, person in ((by_number, cast.provider), (by_address, cast.lead), (by_name, cast.colleague)):
        (entry,) = planned(text).entries
        assert (entry.what, entry.line) == (What.CHANGED, 2), text
        brought(text)
        person.refresh_from_db()
    assert (cast.provider.email, cast.lead.name, cast.colleague.name) == (
        "new.address@example.com", "Somebody", "colleague",
    )  # fmt: skip


def test_two_people_of_one_name(cast: Cast) -> None:
    plan, _left = brought("Name,E-mail\nProvider,other.provider@example.com\n")
    assert plan.counts["added"] == 1
    assert "More than one person will be called Provider" in " ".join(plan.notes)
    assert reasons(planned("Name,Title\nProvider,Joiner\n")) == {
        2: "2 people here are called Provider: say which by e-mail address or number."
    }
    assert "in “Boss” write the e-mail address" in reasons(planned("Name,Boss\nLead,Provider\n"))[2]


def test_somebody_without_an_address_gets_one_once(db: None) -> None:
    here = actions.add_person(name="Ann")
    plan, _left = brought("Name,E-mail\nAnn,ann@example.com\nAnn,other.ann@example.com\n")
    assert (plan.counts["changed"], plan.counts["added"]) == (1, 1)
    here.refresh_from_db()
    assert here.email == "ann@example.com"


def test_addresses_numbers_and_names_may_change_hands(db: None) -> None:
    brought(COMPANY.replace("team;Dispatch;;", "team;Dispatch;D;"))
    brought(
        "Kind,Number,Name,E-mail,Part of\n"
        "person,1,Bo,bo@example.com,\n"
        "person,2,Ann,ann@example.com,\n"
        "team,W,Dispatch,,\n"
        "team,D,Works,,Dispatch\n"
    )
    people = dict(Person.objects.values_list("number", "email"))
    assert people == {"1": "bo@example.com", "2": "ann@example.com"}
    assert Team.objects.get(number="W").name == "Dispatch"


REJECTED = {
    "no name": ("Name,E-mail\n,x@example.com\n", 2, "The name is missing."),
    "no address": ("Name,E-mail\nAnn,ann at example\n", 2, "“ann at example” is not an e-mail address."),
    "a name too long": (f"Name\n{'x' * 121}\n", 2, "“Name” is longer than 120 characters."),
    "a number too long": (f"Name,Number\nAnn,{'1' * 65}\n", 2, "“Number” is longer than 64 characters."),
    "no text": ("Name\nAnn\x07\n", 2, "“Name” holds a character that is no text."),
    "an unknown kind": ("Kind,Name\nrobot,Ann\n", 2, "“robot” is no kind that Kept knows"),
    "too many cells": ("Name,Title\nAnn,Driver,Dispatch\n", 2, "It has more cells than the first line has columns"),
    "an unknown boss": ("Name,Boss\nAnn,nobody@example.com\n", 2, "Nobody called “nobody@example.com” (in “Boss”)"),
    "an unknown team": ("Name,Teams\nAnn,Nowhere\n", 2, "No team is called “Nowhere” (in “Teams”)"),
    "teams with a comma": ('Name,Teams\nAnn,"Dispatch, Sales"\n', 2, "separated by a semicolon"),
    "an unknown team to lead": ("Name,Leads\nAnn,Nowhere\n", 2, "No team is called “Nowhere” (in “Leads”)"),
    "leads, but which": ("Name,Teams,Leads\nAnn,Dispatch;Sales,yes\n", 2, "“yes” in “Leads” says which team only"),
    "an unknown parent": ("Kind,Name,Part of\nteam,New,Nowhere\n", 2, "No team is called “Nowhere” (in “Part of”)"),
    "a customer nobody serves": ("Kind,Name\ncustomer,Club\n", 2, "Say in “Looked after by” which team"),
    "a customer without its team": ("Kind,Name,Owner\ncustomer,Club,\n", 2, "Say in “Looked after by” which team"),
    "the same person twice": ("Name,E-mail\nAnn,ann@example.com\nAnn,ANN@example.com\n", 3, "Line 2 is about the same"),
    "the same number twice": ("Name,Number\nAnn,1\nBo,1\n", 3, "Line 2 is about the same person already."),
    "the same name alone twice": ("Name\nAnn\nann\n", 3, "Line 2 is about the same person already."),
    "the same team twice": ("Kind,Name\nteam,New\nteam,NEW\n", 3, "Line 2 is about the same team already."),
    "a team called like a customer": (
        "Kind,Name,Owner\nteam,Club,\ncustomer,Club,Dispatch\n", 3, "Line 2 has the same name: club.",
    ),
    "a name of an outside customer": ("Kind,Name\nteam,Outside customer\n", 2, "belongs to Outside customer already."),
    "an address of somebody else": (
        "Name,Number,E-mail\nAnn,1,\nAnn,1,\n", 3, "Line 2 is about the same person already.",
    ),
    "their own boss": ("Name,E-mail,Boss\nAnn,ann@example.com,ann@example.com\n", 2, "Nobody can be above themself"),
    "a team part of itself": ("Kind,Name,Part of\nteam,New,New\n", 2, "A team cannot be part of itself."),
    "neither yes nor a day": ("Name,Left\nAnn,soon\n", 2, "“soon” in “Left” is neither yes nor a day"),
    "an unknown successor": ("Name,Left,Successor\nLead,yes,nobody\n", 2, "Nobody called “nobody” (in “Successor”)"),
    "a successor who leaves too": (
        "Name,Left,Successor\nLead,yes,Provider\nProvider,yes,\n", 2, "Provider, in “Successor”, has left or leaves",
    ),
    "one's own successor": ("Name,Left,Successor\nLead,yes,Lead\n", 2, "Lead, in “Successor”, has left or leaves"),
    "a boss who leaves": ("Name,Left,Boss\nLead,yes,\nProvider,,Lead\n", 3, "Lead, in “Boss”, has left or leaves"),
}  # fmt: skip


@pytest.mark.parametrize("what", REJECTED)
def test_a_row_is_put_aside_with_line_and_reason_and_the_others_are_taken(cast: Cast, what: str) -> None:
    text, line, reason = REJECTED[what]
    heading, _, rows = text.partition("\n")
    place = heading.split(",").index("Name")
    good = ",".join("A good row" if column == place else "" for column in range(heading.count(",") + 1))
    plan, _left = brought(f"{heading}\n{rows}{good}\n")
    assert reason in reasons(plan)[line]
    assert Person.objects.filter(name="A good row").exists()
    assert reach.rebuild() == 0


def test_an_address_that_somebody_keeps_is_not_taken(cast: Cast) -> None:
    actions.change_person(cast.provider, number="7")
    plan = planned("Name,Number,E-mail\nProvider,7,lead@example.com\n")
    assert reasons(plan) == {2: "The e-mail address lead@example.com belongs to Lead already."}


def test_circles_of_bosses_are_found_however_long(cast: Cast) -> None:
    names = [f"P{number}" for number in range(30)]
    rows = "".join(f"{name},{names[(place + 1) % 30]}\n" for place, name in enumerate(names))
    plan = planned("Name,Boss\n" + rows + "Tail,P3\nFine,Boss\n")
    assert plan.counts["added"] == 1
    assert "Here the bosses go round in a circle (lines 2, 3, 4" in reasons(plan)[2]
    assert "It names P3 (line 5), which was put aside." in reasons(plan)[32]


def test_a_circle_with_those_who_are_here(cast: Cast) -> None:
    plan = planned("Name,E-mail,Boss\nBoss,boss@example.com,provider@example.com\n")
    assert "Here the bosses go round in a circle (line 2)" in reasons(plan)[2]


def test_a_circle_of_teams(cast: Cast) -> None:
    plan = planned("Kind,Name,Part of\nteam,The company,New\nteam,New,Workshop\n")
    assert "Here the teams are part of each other in a circle (lines 2, 3)" in reasons(plan)[3]
    assert plan.changes_nothing


def test_what_leans_on_a_rejected_row_goes_with_it(cast: Cast) -> None:
    """Also through an address that the rejected row would have given up."""
    actions.change_person(cast.provider, number="7")
    plan = planned(
        "Kind,Name,Number,E-mail,Teams,Boss\n"
        "person,Ann,,ann@example.com,Nowhere,\n"
        "person,Bo,,bo@example.com,,ann@example.com\n"
        "person,Provider,7,new@example.com,Nowhere,\n"
        "person,Cleo,,provider@example.com,,\n"
        "person,Fine,,fine@example.com,,provider@example.com\n"
    )
    assert reasons(plan)[3] == "It names Ann (line 2), which was put aside."
    assert set(reasons(plan)) == {2, 3, 4, 5}


def test_rejected_rows_come_back_in_the_form_of_the_file(cast: Cast) -> None:
    text = 'Name;Teams;Note\n"=1+1";Nowhere;@here\nAnn;;fine\n'
    plan = planned(text)
    back = rejected_csv(plan)
    assert back.splitlines() == [
        "Name;Teams;Note;Line;Why it was put aside",
        "'=1+1;Nowhere;'@here;2;No team is called “Nowhere” (in “Teams”): correct it, or add a row of kind team.",
    ]
    again = planned(back.replace("Nowhere", "Workshop"))
    assert [entry.name for entry in again.entries] == ["=1+1"]
    assert again.unread == ("Note", "Line", "Why it was put aside")
    assert rejected_csv(planned("Name\nAnn\n")) == ""


# --- leavers ------------------------------------------------------------------------------------------------------


def test_who_is_missing_stays_unless_it_is_said(cast: Cast) -> None:
    text = "Name,E-mail,Boss\nProvider,provider@example.com,lead@example.com\n"
    plan, left = brought(text)
    assert (plan.missing, left) == (5, [])  # all but the provider, and the lead whom a row names as the boss
    plan, left = brought(text, Missing(leave=True, never=cast.boss.pk))
    assert sorted(each.person.name for each in left) == ["Caretaker", "Colleague", "Customer", "Outsider"]
    assert "4 of 7 people are missing in the file: is it whole?" in plan.notes
    successors = {each.person.name: each.successor and each.successor.name for each in left}
    assert successors == {"Caretaker": "Boss", "Colleague": "Lead", "Customer": "Boss", "Outsider": None}
    assert reach.rebuild() == 0


def test_a_row_that_is_put_aside_makes_nobody_a_leaver(cast: Cast) -> None:
    everybody = "".join(
        f"{each.name},{each.email},\n" for each in Person.objects.exclude(name__in=["Lead", "Provider"])
    )
    broken = "Lead,lead@example.com,Nowhere\nProvider,no address,\n"
    plan = planned("Name,E-mail,Teams\n" + everybody + broken, Missing(leave=True))
    assert (len(plan.rejected), plan.leavers) == (2, ())


def test_a_file_without_people_says_nothing_of_leavers(cast: Cast) -> None:
    with pytest.raises(BadPeopleFile, match="names no people"):
        planned("Kind,Name\nteam,New\n", Missing(leave=True))
    assert planned("Kind,Name\nteam,New\n").missing == 0


def test_the_last_administrator_stays(cast: Cast) -> None:
    actions.set_administrator(cast.boss, administrator=True)
    with pytest.raises(BadPeopleFile, match="last administrator"):
        planned("Name\nLead\n", Missing(leave=True))
    with pytest.raises(BadPeopleFile, match="last administrator"):
        planned("Name,Left\nBoss,yes\n")


def test_a_row_says_who_left_and_who_takes_over(cast: Cast) -> None:
    plan, left = brought("Name,Left,Successor\nLead,2026-05-04,Provider\nColleague,2026-05-05,\nNobody here,yes,\n")
    assert [(each.person, each.successor) for each in left] == [(cast.lead, cast.provider)]
    assert plan.counts["left"] == 1
    cast.provider.refresh_from_db()
    assert cast.provider.boss == cast.boss
    assert (Leaving.objects.get().successor, Leaving.objects.get().confirmed_by) == (cast.provider, None)
    assert planned("Name,Left\nLead,yes\n").changes_nothing


def test_a_successor_may_come_with_the_file(cast: Cast) -> None:
    _plan, left = brought(
        "Name,E-mail,Teams,Left,Successor\nLead,lead@example.com,,yes,new@example.com\nNew,new@example.com,Workshop,,\n"
    )
    assert [(each.person.name, each.successor and each.successor.name) for each in left] == [("Lead", "New")]


def test_a_successor_may_be_named_beside_the_file(cast: Cast) -> None:
    text = "Name,E-mail\n" + "".join(f"{one.name},{one.email}\n" for one in Person.objects.exclude(name="Provider"))
    named = {"provider@example.com": "Colleague"}
    (leaver,) = planned(text, Missing(leave=True, successors=named)).leavers
    assert (leaver.name, leaver.successor_name) == ("Provider", "Colleague")
    for wrong in ({"Provider": "Nobody"}, {"Nobody": "Colleague"}, {"Provider": "Provider"}):
        with pytest.raises(BadPeopleFile):
            planned(text, Missing(leave=True, successors=wrong))


def test_who_is_in_the_file_again_comes_back(cast: Cast) -> None:
    leave(cast.provider, successor=cast.lead, at=START)
    text = "Name,E-mail,Teams,Boss\nProvider,provider@example.com,Sales,customer@example.com\n"
    (entry,) = planned(text).entries
    assert entry.what is What.RETURNED
    brought(text)
    cast.provider.refresh_from_db()
    assert (cast.provider.is_active, cast.provider.boss) == (True, cast.customer)
    assert [each.team.name for each in cast.provider.memberships.all()] == ["Sales"]
    assert Leaving.objects.get().returned_at is not None
    assert reach.rebuild() == 0
    assert planned(text).changes_nothing


def test_who_comes_back_without_a_word_of_teams_is_where_they_were(cast: Cast) -> None:
    leave(cast.provider, successor=cast.lead, at=START)
    brought("Name,E-mail\nProvider,provider@example.com\n")
    assert Membership.objects.filter(person=cast.provider, team=cast.workshop).exists()


def test_a_boss_who_has_left_is_refused(cast: Cast) -> None:
    leave(cast.lead, successor=cast.boss, at=START)
    plan = planned("Name,E-mail,Boss\nProvider,provider@example.com,lead@example.com\n")
    assert "Lead, in “Boss”, has left or leaves: name somebody who works here." in reasons(plan)[2]


def test_a_bringing_in_that_fails_changes_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything() | {"parties": Party.objects.count(), "outside": OutsideCustomer.objects.count()}

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr(reach, "rebuild", fail)
    with pytest.raises(RuntimeError):
        brought(COMPANY)
    assert everything() | {"parties": Party.objects.count(), "outside": OutsideCustomer.objects.count()} == before
