"""The frame and the components render, alone, with nothing but templates; every component is in the guide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

import kept.web

TEMPLATES = Path(kept.web.__file__).parent / "templates"
GUIDE = Path(__file__).parent / "guide" / "templates"


@pytest.fixture
def client() -> Iterator[Client]:
    templates = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], GUIDE]}]
    with override_settings(
        ROOT_URLCONF="web.guide.urls",
        TEMPLATES=templates,
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    ):
        yield Client()


def shown(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_component_is_in_the_guide_or_the_frame() -> None:
    sources = [*TEMPLATES.parent.rglob("*.html"), *TEMPLATES.parent.rglob("*.py"), *GUIDE.rglob("*.html")]
    used = "".join(path.read_text(encoding="utf-8") for path in sources)
    unused = [
        path.name for path in (TEMPLATES / "components").glob("*.html") if f'"components/{path.name}"' not in used
    ]
    assert not unused, f"components that no page uses: {unused}"


def test_the_page_says_where_one_is_and_offers_the_way_out_by_post(client: Client) -> None:
    html = shown(client, "/map")
    assert html.count('aria-current="page"') == 2  # the top and the bar under the thumb
    assert re.search(r'<form method="post" action="/sign-out">\s*<input type="hidden" name="csrfmiddlewaretoken"', html)
    assert 'href="#content"' in html
    assert 'id="content"' in html


def test_nothing_inline_that_the_pages_policy_would_refuse(client: Client) -> None:
    for where in ("/", "/map", "/empty", "/nobody"):
        html = shown(client, where)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", html), where


def test_who_is_not_signed_in_gets_no_navigation(client: Client) -> None:
    html = shown(client, "/nobody")
    assert "k-nav__link" not in html
    assert "Sign out" not in html


def test_a_form_says_what_is_wrong_first_and_beside_each_field(client: Client) -> None:
    html = shown(client, "/")
    assert html.index("There is a problem") < html.index("What do you need?")
    assert '<a href="#id_by">Enter a valid date/time.</a>' in html
    assert html.count('aria-invalid="true"') == 2
    described = re.search(r'id="id_what"[^>]*|aria-describedby="([^"]*)"[^>]*id="id_what"', html)
    assert described
    for name in re.findall(r'aria-describedby="([^"]*)"', html):
        for target in name.split():
            assert f'id="{target}"' in html, f"describes by {target}, which is not on the page"


def test_a_state_is_words_and_coloured_only_where_someone_should_look(client: Client) -> None:
    html = shown(client, "/")
    assert 'class="k-state k-state--alarm" title="The date passed.">Late</span>' in html
    assert 'class="k-state k-state--watch">At risk</span>' in html
    assert 'class="k-state">Promised</span>' in html


def test_the_map_and_its_list_say_the_same(client: Client) -> None:
    html, data = shown(client, "/map"), client.get("/map.json").json()
    rows = re.findall(r'data-provider="([^"]*)" data-customer="([^"]*)"', html)
    assert rows == [(tie["provider"], tie["customer"]) for tie in data["ties"]]
    going = {(tie["provider"], tie["customer"]): (tie["going"], tie["tone"]) for tie in data["ties"]}
    assert going["Warehouse", "Dispatch"] == ("waits long", "watch")
    assert going["Design", "Workshop"] == ("often goes straight back", "alarm")
    assert going["Workshop", "Design"] == ("waits long, often goes straight back", "alarm")
    assert going["Purchasing", "Warehouse"] == ("too few to say", "few")
    assert going["Sales", "Design"] == ("flows", "")


def test_the_list_narrows_to_one_team_without_scripts(client: Client) -> None:
    rows = re.findall(r"<tr data-tie[^>]*>", shown(client, "/map?team=Design"))
    assert len(rows) == 7
    assert [row for row in rows if " hidden" not in row] == [row for row in rows if '"Design"' in row]


def test_an_empty_map_says_what_to_do(client: Client) -> None:
    html = shown(client, "/empty")
    assert "Import a work log" in html
    assert "data-map" not in html
