"""A real browser for tests that look at pages as a person does: the Chromium that is installed here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from requirements import needs

QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def chromium() -> str | None:
    """The browser to use: KEPT_CHROMIUM, or the first that the PATH has; None where there is none."""
    for name in (os.environ.get("KEPT_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    return None


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One running browser for the whole session; skips (or fails, where `browser` is required) when there is none."""
    path = chromium()
    needs("browser", path is not None, "Install Chromium, or set KEPT_CHROMIUM.")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield running
        running.close()


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A fresh page in each size; the test fails if the page's console says an error (a refused script or style too)."""
    context: BrowserContext = browser.new_context(viewport=SIZES[request.param])
    context.set_default_timeout(15_000)
    opened = context.new_page()
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        refused_form = "status of 422" in message.text  # the page says why, and the browser that it was refused
        if message.type == "error" and not refused_form:
            complaints.append(message.text)

    opened.on("console", heard)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert not complaints


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page under the folder that KEPT_PICTURES names; nothing where it names none."""
    if folder := os.environ.get("KEPT_PICTURES"):
        width = (page.viewport_size or SIZES["desk"])["width"]
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)


def fits(page: Page) -> bool:
    """Whether nothing on the page is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
