"""Posters: safe whatever stands on them, always one page, never an empty one; the figures' floor; who makes them."""

from __future__ import annotations

from datetime import UTC

import pytest
from django.test import Client
from django.urls import reverse

from cast import DAY, START, Cast
from kept.core.errors import NotAllowed
from kept.customers.actions import declare_tie
from kept.people import actions as people
from kept.people.models import Team
from kept.programme.campaign import typesetting
from kept.programme.campaign.posters import Poster, Sheet, sheet_of, team_to_print
from kept.programme.campaign.typesetting import CannotSet, Size

NOW = START + 30 * DAY
ODD = (
    '#panic("x") $a^2$ *bold* _i_ @ref <label> // no /* c */ \\ " \' ` = - + / ~ [b] {c} “q”',
    "W" * 180,
    "日本語のチーム",
    "فريق الدعم",
    "Ünïcödé & Çö – ß " * 8,
    "a\u202eb\u0000c"[:3],
)


def made(poster: Poster, team: Team) -> Sheet:
    return sheet_of(poster, team, now=NOW, zone=UTC)


def customer_data(names: tuple[str, ...]) -> dict[str, object]:
    rows = [{"name": name, "through": name} for name in names]
    return {
        "title": names[0], "team": names[1], "foot": names[0], "missing": "", "direct": rows, "direct_more": names[0],
        "indirect": rows, "indirect_more": "", "end": names[4],
    }  # fmt: skip


def width_of(picture: bytes) -> int:
    return int.from_bytes(picture[16:20], "big")


def test_names_are_text_whatever_stands_in_them() -> None:
    """No name is read as code, breaks the sheet, or pushes anything onto a second page."""
    data = customer_data(ODD)
    for size in (Size.A4, Size.BANNER):
        pages = typesetting.pages(typesetting.SHEETS / "customers.typ", data, size, ppi=20)
        assert len(pages) == 1
        assert pages[0].startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["figures", "story", "steps"])
def test_every_sheet_stays_one_page_with_far_too_much_on_it(name: str) -> None:
    long = " ".join(ODD)
    line = {"big": ODD[1], "said": long, "name": long}
    data = {
        "title": long, "team": long, "foot": long, "missing": "", "big": "100 %", "kept": long, "sure": long,
        "lines": [line] * 3, "goal": long, "no_goal": "", "heading": long, "who": long, "paragraphs": [long] * 5,
        "steps": [line] * 3, "end": long,
    }  # fmt: skip
    for size in (Size.A4, Size.BANNER):
        assert len(typesetting.pages(typesetting.SHEETS / f"{name}.typ", data, size, ppi=10)) == 1


def test_a_sheet_has_the_size_that_was_chosen_and_a_preview_is_small() -> None:
    data = customer_data(ODD)
    assert typesetting.pdf(typesetting.SHEETS / "customers.typ", data, Size.A2).startswith(b"%PDF-")
    page = typesetting.png(typesetting.SHEETS / "customers.typ", data, Size.A2, ppi=25.4)
    assert (width_of(page), int.from_bytes(page[20:24], "big")) == (420, 594)
    picture = typesetting.preview(typesetting.SHEETS / "customers.typ", data, Size.BANNER)
    assert abs(width_of(picture) - typesetting.PREVIEW_PIXELS) <= 1


def test_what_cannot_be_set_says_so() -> None:
    with pytest.raises(CannotSet):
        typesetting.png(typesetting.SHEETS / "customers.typ", {"title": "nothing else"})


@pytest.mark.django_db
def test_an_empty_team_gets_friendly_words(cast: Cast) -> None:
    for poster in (Poster.CUSTOMERS, Poster.FIGURES, Poster.STORY):
        sheet = made(poster, cast.billing)
        assert sheet.missing
        assert typesetting.png(sheet.template, sheet.data, ppi=10)
    assert not made(Poster.STEPS, cast.billing).missing
    assert not made(Poster.WORD, cast.billing).missing


@pytest.mark.django_db
def test_customers_are_teams_by_name_and_outside_ones_a_count(cast: Cast) -> None:
    for speaker, other, provider, customer in (
        (cast.provider, cast.customer, cast.workshop, cast.dispatch),
        (cast.customer, cast.caretaker, cast.dispatch, cast.outside),
        (cast.customer, cast.caretaker, cast.dispatch, cast.sales),
        (cast.provider, cast.outsider, cast.workshop, cast.outsider),
    ):
        for actor in (speaker, other):
            declare_tie(actor, provider=provider, customer=customer, kind="consumes", at=START)
    data = made(Poster.CUSTOMERS, cast.workshop).data
    assert {row["name"] for row in data["direct"]} == {"Dispatch", "Billing"}  # of a person the team
    assert [(row["name"], row["through"]) for row in data["indirect"]] == [("Sales", "by way of Dispatch")]
    assert data["end"] == "And at the end of the line: one customer outside."
    assert "Outside customer" not in str(data)
    assert "Outsider" not in str(data)


@pytest.mark.django_db
def test_no_figure_stands_on_a_poster_of_fewer_than_five_promises(cast: Cast) -> None:
    for number in range(4):
        cast.accepted(at=START + number * DAY)
    few = made(Poster.FIGURES, cast.workshop)
    assert "4 promises" in few.missing
    assert "easier" not in str(few.data)
    assert (few.data["big"], few.data["kept"], few.data["lines"]) == ("", "", [])
    cast.accepted(at=START + 4 * DAY)
    five = made(Poster.FIGURES, cast.workshop).data
    assert (five["missing"], five["kept"]) == ("", "We kept 5 of 5 promises.")
    assert five["sure"] == "In the long run most likely between 57 and 100\u00a0%."
    assert five["lines"][0] == {"big": "5 of 5", "said": "times nobody had to ask us how it stands"}
    assert five["lines"][1] == {"big": "5 of 5", "said": "customers who answered said: easier"}


@pytest.mark.django_db
def test_the_page_shows_it_and_gives_it_in_each_form(cast: Cast, client: Client) -> None:
    client.force_login(cast.provider, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("web:posters", args=[cast.workshop.pk]))
    assert "Who would notice if we stopped tomorrow?" in page.content.decode()
    chosen = {"poster": "steps", "size": "a3", "kind": "pdf", "download": "1"}
    paper = client.get(reverse("web:posters", args=[cast.workshop.pk]), chosen, follow=True)
    assert paper.headers["Content-Type"] == "application/pdf"
    assert "workshop-three-steps" in paper.headers["Content-Disposition"]
    assert paper.content.startswith(b"%PDF-")
    wrong = client.get(reverse("web:posters", args=[cast.workshop.pk]), {"poster": "none"})
    assert wrong.status_code == 422


@pytest.mark.django_db
def test_a_lead_from_elsewhere_makes_none(cast: Cast) -> None:
    elsewhere = people.add_team(name="Elsewhere")
    for nobody in (cast.provider, cast.boss):
        with pytest.raises(NotAllowed):
            team_to_print(nobody, elsewhere.pk)
    assert team_to_print(cast.boss, cast.workshop.pk) == cast.workshop
