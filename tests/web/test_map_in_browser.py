"""The map and the frame of every page, in a real browser, in both sizes: by mouse, by keyboard, in the dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page, expect

from browsers import fits, picture

pytestmark = pytest.mark.browser
GUIDE = Path(__file__).parent / "guide" / "templates"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The guide, served; it needs no database."""
    templates = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], GUIDE]}]
    with override_settings(
        ROOT_URLCONF="web.guide.urls",
        TEMPLATES=templates,
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
        ALLOWED_HOSTS=["127.0.0.1"],
    ):
        server = LiveServerThread("127.0.0.1", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        assert server.error is None
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()
        server.join()


def drawn(page: Page, where: str) -> Page:
    page.goto(where)
    page.wait_for_selector("[data-map][data-ready=yes]")
    return page


def places(page: Page) -> dict[str, dict[str, float]]:
    return page.evaluate("document.querySelector('[data-map]').keptMap.places()")


def test_the_map_is_drawn_the_same_way_every_time(page: Page, address: str) -> None:
    first = places(drawn(page, f"{address}/map"))
    assert set(first) == {"Sales", "Design", "Workshop", "Warehouse", "Dispatch", "Drivers", "Purchasing"}
    assert places(drawn(page, f"{address}/map")) == first
    assert fits(page)
    expect(page.locator("[data-map-said]")).to_have_text("Shows all 7 ties.")
    picture(page, "map")


def test_one_team_is_looked_at_by_its_name_and_the_address_keeps_it(page: Page, address: str) -> None:
    drawn(page, f"{address}/map")
    page.fill("#map-team", "works")  # enough to know it
    page.press("#map-team", "Enter")
    expect(page.locator("[data-map-beside] h2")).to_have_text("Workshop")
    assert page.url.endswith("?team=Workshop")
    assert set(places(page)) == {"Design", "Workshop", "Warehouse"}
    page.get_by_label("Two steps").check(force=True)
    assert set(places(page)) == {"Sales", "Design", "Workshop", "Warehouse", "Dispatch", "Purchasing"}
    picture(page, "map-team")
    again = drawn(page, page.url)
    expect(again.locator("[data-map-beside] h2")).to_have_text("Workshop")
    again.get_by_role("button", name="Show everyone again").click()
    assert len(places(again)) == 7


def test_a_name_that_nobody_has_is_said(page: Page, address: str) -> None:
    drawn(page, f"{address}/map")
    page.fill("#map-team", "Nowhere")
    page.press("#map-team", "Enter")
    expect(page.locator("[data-map-unknown]")).to_be_visible()


def test_a_tie_is_told_as_a_sentence(page: Page, address: str) -> None:
    drawn(page, f"{address}/map")
    page.get_by_role("button", name="Warehouse → Dispatch").click()
    expect(page.locator("[data-map-beside]")).to_contain_text(
        "Warehouse handed work to Dispatch 34 times, in 34 cases. Half of it waited less than 17 hours"
    )


def test_the_list_takes_the_pictures_place(page: Page, address: str) -> None:
    drawn(page, f"{address}/map?team=Design")
    page.get_by_role("button", name="List", exact=True).click()
    expect(page.locator("[data-map-picture]")).to_be_hidden()
    assert page.locator("[data-tie]:visible").count() == 3
    assert fits(page)
    picture(page, "map-list")
    page.get_by_role("button", name="Map", exact=True).click()
    page.get_by_role("button", name="Show everyone again").click()
    page.get_by_role("button", name="List", exact=True).click()
    assert page.locator("[data-tie]:visible").count() == 7


def test_the_keyboard_reaches_and_moves_the_picture(page: Page, address: str) -> None:
    drawn(page, f"{address}/map")
    page.focus("[data-map-picture]")
    before = page.screenshot(clip=page.locator("[data-map-picture]").bounding_box())
    page.keyboard.press("ArrowLeft")
    page.wait_for_timeout(200)
    assert page.screenshot(clip=page.locator("[data-map-picture]").bounding_box()) != before


def test_the_dark_is_chosen_and_stays(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.click("details.k-menu summary")
    page.get_by_role("button", name="Dark").click()
    dark = page.evaluate(paper)
    assert dark != light
    page.goto(f"{address}/nobody")
    assert page.evaluate(paper) == dark


def test_a_system_in_the_dark_gets_dark_pages_without_a_choice(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/nobody")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_the_keyboard_skips_to_the_content_and_finds_by_a_slash(page: Page, address: str) -> None:
    page.goto(f"{address}/map")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()


def test_every_part_fits_the_screen(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    assert fits(page)
    picture(page, "guide")


def test_without_scripts_the_list_stands_alone(browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/map?team=Design")
    expect(page.locator("[data-map-picture]")).to_be_hidden()
    assert page.locator("[data-tie]:visible").count() == 3
    context.close()
