"""Files in the forms and on the page: sent once, kept when the form comes back, handed out as files alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cast import START, Cast
from kept.people.models import Person
from kept.promises.files import HandedIn, take_in
from kept.promises.models import File, Promise

pytestmark = pytest.mark.django_db
NAME = "Übersicht “März”.txt"


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.KEPT_HOME = tmp_path


def enter(client: Client, person: Person) -> None:
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")


def upload(name: str = "plan.txt", content: bytes = b"the plan", media_type: str = "text/plain") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, media_type)


def test_files_go_with_a_note_and_are_handed_out_as_files(cast: Cast, client: Client) -> None:
    promise = cast.promised()
    enter(client, cast.provider)
    sent = {"seen": 2, "words": "Two.", "files": [upload(NAME), upload("page.html", b"<script>", "text/html")]}
    assert client.post(reverse("web:act", args=[promise, "note"]), sent).status_code == 302
    one, two = File.objects.order_by("pk")
    page = client.get(reverse("web:promise", args=[promise])).content.decode()
    assert NAME in page
    assert "8 bytes" in page
    answer = client.get(reverse("web:file", args=[promise, one.pk]))
    assert b"".join(answer.streaming_content) == b"the plan"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%C3%9Cbersicht")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Length"] == "8"
    as_bytes = client.get(reverse("web:file", args=[promise, two.pk]))
    assert b"".join(as_bytes.streaming_content) == b"<script>"
    assert as_bytes["Content-Type"] == "application/octet-stream"
    assert client.post(reverse("web:file", args=[promise, one.pk])).status_code == 405


def test_a_form_that_comes_back_keeps_the_files_and_one_can_be_left_out(cast: Cast, client: Client) -> None:
    promise = cast.promised()
    address = reverse("web:act", args=[promise, "deliver"])
    enter(client, cast.provider)
    back = client.post(address, {"seen": 2, "words": "Here.", "files": [upload("one.txt"), upload("two.txt")]})
    assert back.status_code == 422
    page = back.content.decode()
    assert "These are here already and go with it" in page
    ids = [int(found) for found in re.findall(r'name="draft" value="(\d+)"', page)]
    assert len(ids) == 2
    assert Promise.objects.get(pk=promise).sequence == 2
    again = {"seen": 2, "easier": "easier", "draft": ids, "drop": [ids[0]], "files": [upload("three.txt")]}
    assert client.post(address, again).status_code == 302
    assert list(File.objects.values_list("name", "sequence").order_by("pk")) == [("two.txt", 3), ("three.txt", 3)]


def test_what_is_too_large_is_said_beside_the_field_and_the_rest_stays(
    cast: Cast, client: Client, settings: pytest.FixtureRequest
) -> None:
    settings.KEPT_LARGEST_FILE, settings.KEPT_MOST_FILES = 8, 1
    promise = cast.promised()
    enter(client, cast.provider)
    files = [upload("large.txt", b"123456789"), upload("fits.txt"), upload("more.txt")]
    page = client.post(reverse("web:act", args=[promise, "note"]), {"seen": 2, "words": "See.", "files": files})
    said = page.content.decode()
    assert page.status_code == 422
    assert "“large.txt” cannot go with it. It is larger than 8 bytes" in said
    assert "No more than 1 can go with it: “more.txt” was left out." in said
    assert File.objects.get().name == "fits.txt"


def test_nobody_sends_anothers_draft(cast: Cast, client: Client) -> None:
    promise = cast.promised()
    draft = take_in(cast.provider, promise, HandedIn("plan", "", [b"the plan"]), at=START)
    enter(client, cast.customer)
    address = reverse("web:act", args=[promise, "note"])
    page = client.post(address, {"seen": 2, "words": "Mine.", "draft": [draft.pk], "drop": ["x", "9" * 30]})
    assert page.status_code == 422
    assert "not here any more" in page.content.decode()
    client.post(address, {"seen": 2, "words": "Away.", "drop": [draft.pk]})
    assert File.objects.filter(pk=draft.pk, sequence=None).exists()


def test_an_ask_comes_with_files(cast: Cast, client: Client) -> None:
    enter(client, cast.customer)
    sent = {
        "own": cast.dispatch.pk, "other": "Workshop", "what": "Six chairs", "due": "2099-01-01T12:00",
        "files": [upload()],
    }  # fmt: skip
    assert client.post(reverse("web:ask"), {**sent, "what": ""}).status_code == 422
    draft = File.objects.get()
    del sent["files"]
    assert client.post(reverse("web:ask"), sent | {"draft": [draft.pk]}).status_code == 302
    draft.refresh_from_db()
    assert (draft.promise, draft.sequence) == (Promise.objects.get(), 1)
