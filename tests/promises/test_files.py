"""Files with acts: kept before the act, by their content; for the eyes that may read the act; never lost or taken."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cast import DAY, HOUR, START, Cast, terms
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed, NotFound
from kept.core.terms import Answer
from kept.ledger.models import Event
from kept.ledger.verifying import verify
from kept.people.models import Person
from kept.promises import access, actions, contents, files
from kept.promises.file_names import ANYTHING, clean_name, sent_as
from kept.promises.files import HandedIn
from kept.promises.models import File, Promise
from kept.promises.story import story

pytestmark = pytest.mark.django_db
NOW = START + 2 * HOUR
PROGRAM = Path(__file__).with_name("filing_process.py")


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.KEPT_HOME = tmp_path


def hand_in(person: Person, promise: int | None, content: bytes = b"the plan", name: str = "plan.txt") -> File:
    return files.take_in(person, promise, HandedIn(name, "text/plain", [content]), at=NOW)


def kept_contents() -> list[Path]:
    return [path for path in contents.folder().glob("*/*") if path.is_file()]


def test_a_file_goes_with_its_act_and_is_in_the_ledger(cast: Cast) -> None:
    promise = cast.promised()
    plan = hand_in(cast.provider, promise)
    cast.do(cast.provider, promise, acts.Update(words="See the plan.", files=(plan.pk,)), at=NOW)
    event = Event.objects.get(stream=promise, sequence=3)
    assert event.body["files"] == [plan.pk]
    line = story(Promise.objects.get(pk=promise), cast.customer, frozenset())[-1]
    assert [file.name for file in line.files] == ["plan.txt"]
    found, path = files.file_for_reading(cast.customer, promise, plan.pk)
    assert (found.size, path.read_bytes()) == (8, b"the plan")
    assert verify().clean


def test_an_ask_carries_files_that_were_handed_in_before_there_was_a_promise(cast: Cast) -> None:
    drawing = hand_in(cast.customer, None)
    ask = acts.Ask(customer=cast.dispatch.pk, provider=cast.workshop.pk, terms=terms(), files=(drawing.pk,))
    promise = actions.open_promise(cast.customer, ask, at=START)
    drawing.refresh_from_db()
    assert (drawing.promise_id, drawing.sequence) == (promise.pk, 1)
    assert verify().clean


def test_twice_the_same_is_kept_once(cast: Cast) -> None:
    one, two = hand_in(cast.customer, None), hand_in(cast.provider, None, name="other.txt")
    assert one.sha256 == two.sha256
    assert [path.name for path in kept_contents()] == [one.sha256]


def test_an_act_takes_only_its_own_actors_unused_files_of_this_promise(cast: Cast) -> None:
    promise, other = cast.promised(), cast.promised()
    mine = hand_in(cast.provider, promise)
    cast.do(cast.provider, promise, acts.Update(words="Once.", files=(mine.pk,)), at=NOW)
    used, colleagues = mine.pk, hand_in(cast.colleague, promise).pk
    elsewhere, unbound = hand_in(cast.provider, other).pk, hand_in(cast.provider, None).pk
    fresh = hand_in(cast.provider, promise).pk
    for wrong in ((used,), (colleagues,), (elsewhere,), (unbound,), (987_654,), (fresh, fresh), (fresh, used)):
        with pytest.raises(Incomplete, match="not here any more") as refused:
            cast.do(cast.provider, promise, acts.Note(words="Look.", files=wrong), at=NOW)
        assert refused.value.field == "files"
    assert Promise.objects.get(pk=promise).sequence == 3
    assert File.objects.get(pk=fresh).sequence is None
    cast.do(cast.provider, promise, acts.Note(words="Look.", files=(fresh,)), at=NOW)
    assert verify().clean


def test_too_large_too_many_and_nothing_in_it(cast: Cast, settings: pytest.FixtureRequest) -> None:
    promise = cast.promised()
    settings.KEPT_LARGEST_FILE, settings.KEPT_MOST_FILES = 4, 2
    with pytest.raises(Incomplete, match=r"“plan\.txt” cannot go with it\. It is larger than 4 bytes"):
        hand_in(cast.provider, promise, b"12345")
    with pytest.raises(Incomplete, match="empty"):
        hand_in(cast.provider, promise, b"")
    assert not kept_contents()
    assert not list(contents.folder().glob(".writing-*"))
    three = tuple(hand_in(cast.provider, promise, b"%d" % number).pk for number in range(3))
    with pytest.raises(Incomplete, match="At most 2 files"):
        cast.do(cast.provider, promise, acts.Note(words="All of it.", files=three), at=NOW)


def test_only_those_who_act_hand_in_and_only_those_who_see_in_full_read(cast: Cast) -> None:
    promise = cast.promised()
    for person, error in ((cast.boss, NotAllowed), (cast.outsider, NotFound)):
        with pytest.raises(error):
            hand_in(person, promise)
    plan = hand_in(cast.provider, promise)
    with pytest.raises(NotFound):  # a draft is nobody's to read
        files.file_for_reading(cast.provider, promise, plan.pk)
    cast.do(cast.provider, promise, acts.Update(words="See the plan.", files=(plan.pk,)), at=NOW)
    up = cast.asked(by=cast.outsider, customer=cast.billing, provider=cast.dispatch)
    cast.do(cast.customer, up, acts.Promise(), at=START + HOUR)
    cast.do(cast.customer, up, acts.Link(relies_on=promise), at=NOW)
    assert access.promise_for_seeing(cast.outsider, promise).view is access.View.OUTLINE
    with pytest.raises(NotFound):
        files.file_for_reading(cast.outsider, promise, plan.pk)
    with pytest.raises(NotFound):  # by the address of another promise that they do see
        files.file_for_reading(cast.outsider, up, plan.pk)
    for person in (cast.customer, cast.colleague, cast.lead, cast.boss):
        assert files.file_for_reading(person, promise, plan.pk)[0] == plan


def test_a_private_promise_keeps_its_files_to_those_named(cast: Cast) -> None:
    promise = cast.asked(private=True)
    slip = hand_in(cast.customer, promise)
    cast.do(cast.customer, promise, acts.Note(words="The slip.", files=(slip.pk,)), at=NOW)
    assert files.file_for_reading(cast.customer, promise, slip.pk)
    for person in (cast.colleague, cast.boss):
        with pytest.raises(NotFound):
            files.file_for_reading(person, promise, slip.pk)


def test_a_file_with_an_unsigned_answer_is_as_private_as_its_words(cast: Cast) -> None:
    promise = cast.delivered()
    photo = hand_in(cast.customer, promise)
    later = START + DAY + HOUR
    cast.do(cast.customer, promise, acts.Accept(answer=Answer.NO, words="See.", files=(photo.pk,)), at=later)
    assert files.file_for_reading(cast.customer, promise, photo.pk)
    for person in (cast.provider, cast.lead, cast.boss):
        seen = access.promise_for_seeing(person, promise)
        assert not story(seen.promise, person, seen.sides)[-1].files
        with pytest.raises(NotFound):
            files.file_for_reading(person, promise, photo.pk)


def test_what_no_act_refers_to_is_swept_after_a_day(cast: Cast) -> None:
    promise = cast.promised()
    sent, shared, left = (hand_in(cast.provider, promise, content) for content in (b"sent", b"both", b"left"))
    cast.do(cast.provider, promise, acts.Note(words="Two.", files=(sent.pk, shared.pk)), at=NOW)
    hand_in(cast.provider, promise, b"both")
    stray = contents.path_of("ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"a crash left it")
    for path in (*kept_contents(), contents.folder() / ".swept"):
        os.utime(path, (NOW.timestamp() - 3 * 86_400,) * 2)
    files.take_in(cast.provider, promise, HandedIn("new", "", [b"new"]), at=NOW + timedelta(hours=23))
    assert File.objects.filter(pk=left.pk).exists()
    files.take_in(cast.provider, promise, HandedIn("new", "", [b"new"]), at=NOW + timedelta(hours=25))
    assert not File.objects.filter(pk=left.pk).exists()
    assert {path.read_bytes() for path in kept_contents()} == {b"sent", b"both", b"new"}
    assert verify().clean


@pytest.mark.parametrize("harm", ["gone", "changed", "unclaimed"])
def test_verify_says_which_file_is_spoiled(cast: Cast, harm: str) -> None:
    promise = cast.promised()
    plan = hand_in(cast.provider, promise)
    cast.do(cast.provider, promise, acts.Update(words="See the plan.", files=(plan.pk,)), at=NOW)
    path = contents.path_of(plan.sha256)
    if harm == "gone":
        path.unlink()
    elif harm == "changed":
        path.write_bytes(b"the plot")
    else:
        File.objects.filter(pk=plan.pk).update(sequence=None)
    (difference,) = verify().differences
    assert difference.story == promise
    assert str(plan.pk) in difference.says or "file" in difference.says
    if harm == "gone":
        with pytest.raises(NotFound, match="backup"):
            files.file_for_reading(cast.customer, promise, plan.pk)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\ann\Übersicht – März.xlsx", "Übersicht – März.xlsx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("line\r\nbreak\x00\x1b.txt", "line break.txt"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("", "file"),
        ("/", "file"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("half \ud800 sign.txt", "half sign.txt"),
        ("図面" * 100 + ".dwg", "図面" * 41 + "図" + ".dwg"),
    ],
)
def test_names_are_made_harmless(given: str, clean: str) -> None:
    assert clean_name(given) == clean


@given(st.text(st.characters(), max_size=400))
def test_no_name_is_ever_a_path_or_unreadable(name: str) -> None:
    clean = clean_name(name)
    assert 0 < len(clean.encode()) <= 255
    assert not set("/\\\0\r\n\u202e\u2066") & set(clean)
    assert clean == clean.strip()
    assert not clean.startswith(".")
    assert clean_name(clean) == clean


@pytest.mark.parametrize(
    ("stated", "sent"),
    [
        ("application/pdf", "application/pdf"),
        ("text/plain; charset=utf-8", "text/plain"),
        ("text/html", ANYTHING),
        ("image/svg+xml", ANYTHING),
        ("application/xhtml+xml", ANYTHING),
        ("text/javascript", ANYTHING),
        ("nonsense\r\nSet-Cookie: a=b", ANYTHING),
        ("", ANYTHING),
    ],
)
def test_nothing_is_sent_as_what_a_browser_runs(stated: str, sent: str) -> None:
    assert sent_as(stated) == sent


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_loses_no_file_of_an_acknowledged_act(cast: Cast, tmp_path: Path) -> None:
    promise, chance = cast.promised(), random.Random(11)
    command = [
        sys.executable, str(PROGRAM), str(connection.settings_dict["NAME"]), str(tmp_path), str(cast.provider.pk),
        str(promise),
    ]  # fmt: skip
    connection.close()
    said: set[int] = set()
    for _ in range(3):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said.add(int(process.stdout.readline()))
            time.sleep(chance.uniform(0.0, 0.3))
            process.send_signal(signal.SIGKILL)
            said |= {int(line) for line in process.stdout if line.endswith("\n")}
    recorded = File.objects.filter(promise=promise, sequence__isnull=False)
    assert said <= set(recorded.values_list("pk", flat=True))
    assert all(contents.is_whole(digest) for digest in recorded.values_list("sha256", flat=True))
    assert verify().clean
