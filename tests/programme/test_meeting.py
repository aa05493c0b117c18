"""A team's page for ten minutes: what it shows, what stays out, one A4; and the command that writes all of it."""

from __future__ import annotations

import re
from datetime import UTC
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from typer.testing import CliRunner

from cast import DAY, HOUR, START, Cast, terms
from kept.cli.main import build
from kept.core import acts
from kept.core.terms import Answer
from kept.people.models import Team
from kept.programme.meeting import sheet
from kept.programme.meeting.pack import STANDING_QUESTION, Pack, pack_of
from kept.programme.newsletter.models import Issue
from kept.promises.models import Promise

pytestmark = pytest.mark.django_db
NOW = START + 30 * DAY


def pack(team: Team) -> Pack:
    return pack_of(team, Promise.objects.all(), now=NOW, zone=UTC)


def test_it_shows_three_figures_the_standing_question_and_what_comes_next(cast: Cast) -> None:
    for hours in range(9):
        cast.accepted(at=START + hours * HOUR)
    late = cast.promised(at=START)
    private = cast.asked(private=True, what=terms("The pay of Provider"))
    cast.do(cast.lead, private, acts.Promise(), at=START + HOUR)
    found = pack(cast.workshop)
    assert [one.name for one in found.figures] == ["Promises kept", "Nobody had to ask", "Customers say “easier”"]
    assert found.figures[0].share == "100 %"
    assert found.figures[0].rests_on == "9 of 9 promises; in the long run most likely 70 % to 100 %"
    assert found.question == STANDING_QUESTION
    assert [(one.what, one.customer, one.late) for one in found.owed] == [("The route sheet", "Dispatch", True)]
    assert found.owed[0].when == "Wed 6 May 2026, 09:00"
    assert late
    assert pack(cast.company).figures == found.figures, "with the teams below"


def test_of_few_it_says_no_share_and_of_nothing_nothing(cast: Cast) -> None:
    assert [one.share for one in pack(cast.billing).figures] == ["none yet"] * 3
    cast.accepted()
    assert pack(cast.workshop).figures[0].share == "1 of 1"


def test_the_question_is_drawn_from_what_surely_goes_wrong(cast: Cast) -> None:
    for hours in range(8):
        promise = cast.promised(at=START + hours * HOUR)
        cast.do(cast.customer, promise, acts.Chase(), at=START + DAY)
        cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + DAY + HOUR)
        cast.do(cast.customer, promise, acts.Accept(answer=Answer.EASIER), at=START + DAY + 2 * HOUR)
    found = pack(cast.workshop)
    assert found.question.startswith("Which word did a customer have to ask us for")
    assert found.why == "Asked because they had to ask in 8 of 8."


def test_whatever_is_owed_it_is_one_sheet(cast: Cast) -> None:
    for number in range(7):
        promise = cast.asked(what=terms(f"{number} " + "Donau#dampf*schiff_$fahrt" * 7, due=START + 40 * DAY))
        cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    found = pack(cast.workshop)
    assert (len(found.owed), found.more) == (5, 2)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet.pdf(found))) == 1


def test_a_reader_sees_of_what_is_owed_only_what_they_may(cast: Cast, client: Client) -> None:
    cast.promised()
    for person, sees in ((cast.customer, True), (cast.boss, True), (cast.outsider, False)):
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        shown = client.get(reverse("web:meeting", args=[cast.workshop.pk])).content.decode()
        assert ("The route sheet" in shown) is sees
        assert "Nothing that we promised is open" not in shown
    answer = client.get(reverse("web:meeting-pdf", args=[cast.workshop.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")


def test_one_command_writes_everything_and_sends_nothing(cast: Cast, tmp_path: Path) -> None:
    cast.promised()
    arguments = ["programme", "make", "--to", str(tmp_path / "new"), "--team", "workshop"]
    outcome = CliRunner().invoke(build(arguments), arguments, catch_exceptions=False)
    assert outcome.exit_code == 0
    made = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}
    assert {"newsletter.html", "newsletter.txt", "meeting.pdf", "meeting.png"} <= set(made)
    assert made["meeting.png"].startswith(b"\x89PNG")
    assert b"What we kept" in made["newsletter.txt"]
    assert Issue.objects.get().approved_at is None


def test_the_command_says_when_there_is_no_such_team(cast: Cast, tmp_path: Path) -> None:
    arguments = ["programme", "make", "--to", str(tmp_path), "--team", "Nobody"]
    outcome = CliRunner().invoke(build(arguments), arguments)
    assert outcome.exit_code == 1
    assert "no team called Nobody" in str(outcome.exception)
