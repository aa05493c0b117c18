"""The newsletter: what writes itself, that nothing goes before somebody lets it go, its mails, and ending it."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from cast import DAY, HOUR, START, Cast, terms
from kept.complaints import actions as said
from kept.core import acts
from kept.core.errors import NotAllowed, NotFound, Overtaken, Refused, WrongState
from kept.core.terms import Answer
from kept.notify import choices
from kept.notify.models import Notice
from kept.people import actions as people
from kept.people.models import Person
from kept.programme.goals import actions as goals
from kept.programme.goals.models import Figure
from kept.programme.newsletter import actions, mails
from kept.programme.newsletter.access import issue_for
from kept.programme.newsletter.drafting import last_week, plain
from kept.programme.newsletter.links import stop_link
from kept.programme.newsletter.models import Copy, Issue
from kept.programme.newsletter.rendering import as_mail, as_page, as_text
from mail_lint import faults, links
from post_office import Post, text_of

pytestmark = pytest.mark.django_db
WEEK = date(2026, 5, 4)
MONDAY = START + timedelta(days=7)
MAILS = "django.core.mail.backends.locmem.EmailBackend"


def sign_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def week(cast: Cast) -> Cast:
    """A week in which a promise was kept, for which the workshop was thanked, and which one of billing's held up."""
    promise = cast.accepted()
    said.thank(cast.customer, promise, "Thank you, Provider! Customer's day is saved.", at=START + 2 * DAY)
    goals.set_goal(cast.boss, Figure.KEPT, 0.9, until=START + 90 * DAY, owner=cast.boss, at=START)
    return cast


def drafted(cast: Cast) -> Issue:
    actions.draft_due(MONDAY)
    return Issue.objects.get()


def test_it_writes_itself_once_about_the_week_before_and_tells_the_editors(week: Cast) -> None:
    issue = drafted(week)
    actions.draft_due(MONDAY + HOUR)
    assert (Issue.objects.get().week, last_week(MONDAY)) == (WEEK, WEEK)
    assert issue.subject == "Week 19: 1 of 1 promises kept"
    for words in (
        "we kept **1**; too few to say more",
        "**Dispatch** thanked **Workshop**",
        "at least 90 % by",
        "/lessons/",
    ):
        assert words in issue.text
    assert "saved" not in issue.text, "the words of thanks are between the two sides"
    assert "Who is new" not in issue.text
    assert [one.reader_id for one in Notice.objects.filter(key__startswith="newsletter")] == [week.boss.pk]


def test_its_editors_are_told_of_one_that_somebody_drafted_by_hand(week: Cast) -> None:
    actions.draft_issue(last_week(MONDAY), MONDAY)
    assert not Notice.objects.filter(key__startswith="newsletter").exists()
    actions.draft_due(MONDAY + HOUR)
    assert Notice.objects.filter(key__startswith="newsletter").count() == 1


def test_what_is_private_is_not_in_it(cast: Cast) -> None:
    promise = cast.asked(private=True)
    said.thank(cast.customer, promise, "Thank you.", at=START + DAY)
    assert "Thanks" not in drafted(cast).text


@pytest.mark.parametrize("private", [True, False])
def test_who_made_it_happen_is_found_through_what_is_not_private_alone(cast: Cast, private: bool) -> None:
    promise = cast.promised()
    between = cast.asked(
        by=cast.provider,
        customer=cast.workshop,
        provider=cast.caretaker,
        private=private,
        what=terms(due=START + 3 * DAY),
    )
    cast.do(cast.caretaker, between, acts.Promise(), at=START + HOUR)
    behind = cast.asked(
        by=cast.caretaker, customer=cast.sales, provider=cast.billing, what=terms(due=START + 3 * DAY)
    )  # fmt: skip
    cast.do(cast.outsider, behind, acts.Promise(), at=START + HOUR)
    cast.do(cast.provider, promise, acts.Link(relies_on=between), at=START + 2 * HOUR)
    cast.do(cast.caretaker, between, acts.Link(relies_on=behind), at=START + 2 * HOUR)
    for doer, key, asker in (
        (cast.outsider, behind, cast.caretaker), (cast.caretaker, between, cast.provider),
        (cast.provider, promise, cast.customer),
    ):  # fmt: skip
        cast.do(doer, key, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
        cast.do(asker, key, acts.Accept(answer=Answer.EASIER), at=START + DAY + HOUR)
    said.thank(cast.customer, promise, "Thank you.", at=START + 2 * DAY)
    text = drafted(cast).text
    assert ("Sales and Billing made it happen too." in text) is not private
    assert ("Billing" in text) is not private


def test_the_next_issue_names_who_has_come_since(week: Cast) -> None:
    drafted(week)
    people.join_team(people.add_person(name="Ada _New_ [x](y)", email="ada@example.com"), week.workshop)
    actions.draft_due(MONDAY + timedelta(days=7))
    issue = Issue.objects.order_by("week").last()
    assert issue is not None
    assert "Ada _New_ [x](y), in Workshop" in as_text(issue.text)
    assert "<em>" not in as_page(issue.text)


def test_nobody_but_the_editors_sees_a_draft_and_nothing_goes(week: Cast) -> None:
    issue = drafted(week)
    for person in (week.customer, week.lead, week.outsider):
        with pytest.raises(NotFound):
            issue_for(person, issue.pk)
        with pytest.raises(NotAllowed):
            actions.approve(person, issue.pk, seen=1, at=MONDAY)
        assert issue.subject not in sign_in(person).get(reverse("web:newsletters")).content.decode()
    mails.send_some(MONDAY + 30 * DAY)
    assert not Copy.objects.exists()


def test_only_what_was_read_goes_and_it_stays_as_it_went(week: Cast) -> None:
    issue = drafted(week)
    actions.change(week.boss, issue.pk, "New words", "## Hello\n\nAll is well.", seen=1)
    with pytest.raises(Overtaken):
        actions.approve(week.boss, issue.pk, seen=1, at=MONDAY)
    assert actions.approve(week.boss, issue.pk, seen=2, at=MONDAY) == Person.objects.filter(is_active=True).count()
    refused = (
        lambda: actions.change(week.boss, issue.pk, "Other", "Words", seen=2),
        lambda: actions.write_anew(week.boss, issue.pk, seen=2, at=MONDAY),
        lambda: actions.drop(week.boss, issue.pk, at=MONDAY),
        lambda: actions.approve(week.boss, issue.pk, seen=2, at=MONDAY),
    )
    for act in refused:
        with pytest.raises(WrongState):
            act()
    assert Issue.objects.get().text == "## Hello\n\nAll is well.\n"
    page = sign_in(week.outsider).get(reverse("web:newsletter", args=[issue.pk]))
    assert "All is well." in page.content.decode()


def test_a_dropped_issue_is_gone_and_not_drafted_again(week: Cast) -> None:
    actions.drop(week.boss, drafted(week).pk, at=MONDAY)
    actions.draft_due(MONDAY + HOUR)
    with pytest.raises(NotFound):
        issue_for(week.boss, Issue.objects.get().pk)


def gone(cast: Cast) -> Issue:
    issue = drafted(cast)
    actions.approve(cast.boss, issue.pk, seen=1, at=MONDAY)
    return issue


def test_its_mail_is_good_html_and_says_the_same_in_plain_text(week: Cast, post: Post) -> None:
    gone(week)
    mails.send_some(MONDAY + DAY)
    mails.send_some(MONDAY + DAY)
    assert len(post.mails) == 7
    mail = post.to(str(week.customer.email))[0]
    assert faults(mail) == []
    assert "What we kept\r\n------------" in text_of(mail)
    assert str(mail["List-Id"]).startswith("Kept's newsletter <newsletter.")


def test_following_every_link_changes_nothing(week: Cast, post: Post) -> None:
    gone(week)
    mails.send_some(MONDAY + DAY)
    for mail in post.mails[:2]:
        clients = (Client(), sign_in(Person.objects.get(email=mail["To"])))
        before = every_row()
        for link in links(mail):
            path = link.removeprefix("http://127.0.0.1:8000")
            for client in clients:
                for method in (client.get, client.head):
                    assert method(path, follow=True).status_code == 200
        assert every_row() == before
    assert any("/newsletter/stop/" in link for link in links(post.mails[0]))


def every_row() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables but the sessions, which signing in makes."""
    tables = [model for model in apps.get_models() if model._meta.app_label not in ("sessions", "contenttypes")]
    return {model._meta.label: list(model._default_manager.order_by("pk").values_list()) for model in tables}


def test_who_stopped_mails_or_the_newsletter_gets_none_even_after_it_went(week: Cast, post: Post) -> None:
    choices.stop(week.customer, at=START)
    actions.stop(week.provider, at=START)
    gone(week)
    late = Client().post(stop_link(week.lead).removeprefix("http://127.0.0.1:8000"))
    choices.stop(week.colleague, at=MONDAY)
    assert late.status_code == 200
    mails.send_some(MONDAY + DAY)
    assert sorted(str(mail["To"]).split("@")[0] for mail in post.mails) == ["boss", "caretaker", "outsider"]
    assert not Copy.objects.filter(done_at=None).exists()


def test_the_newsletter_can_be_had_again_and_a_broken_link_says_so(week: Cast) -> None:
    client = sign_in(week.customer)
    client.post(reverse("web:my-newsletter"), {"want": "no"})
    client.post(reverse("web:my-newsletter"), {"want": "yes"})
    gone(week)
    assert Copy.objects.filter(reader=week.customer).exists()
    assert Client().get("/newsletter/stop/forged/").status_code == 404
    assert Client().post("/newsletter/stop/forged/").status_code == 404


def test_a_mail_server_that_is_away_loses_nobody_and_doubles_nothing(week: Cast, post: Post) -> None:
    people.add_person(name="Nobody", email="nobody@example.com")
    gone(week)
    post.answers.append("451 later")
    mails.send_some(MONDAY + DAY)
    mails.send_some(MONDAY + DAY + timedelta(minutes=10))
    mails.send_some(MONDAY + 2 * DAY)
    readers = [str(mail["To"]) for mail in post.mails]
    assert len(readers) == len(set(readers)) == 7
    assert Copy.objects.get(reader__email="nobody@example.com").gave_up_at is not None


def test_editing_by_page(week: Cast) -> None:
    issue, client = drafted(week), sign_in(week.boss)
    page = client.get(reverse("web:newsletter", args=[issue.pk]))
    assert "goes to nobody before" in page.content.decode()
    edit = reverse("web:edit-newsletter", args=[issue.pk])
    assert client.post(edit, {"subject": "", "text": "x", "seen": 1}).status_code == 422
    assert (
        client.post(edit, {"subject": "Better", "text": "<script>alert(1)</script> **us**", "seen": 1}).status_code
        == 302
    )
    shown = client.get(reverse("web:newsletter", args=[issue.pk])).content.decode()
    assert "<strong>us</strong>" in shown
    assert "<script>alert" not in shown
    assert client.post(reverse("web:write-newsletter-anew", args=[issue.pk]), {"seen": 2}).status_code == 302
    assert client.post(reverse("web:approve-newsletter", args=[issue.pk]), {"seen": 2}).status_code == 409
    assert client.post(reverse("web:approve-newsletter", args=[issue.pk]), {"seen": 3}).status_code == 302
    assert Issue.objects.get().approved_by == week.boss


@pytest.mark.parametrize(
    "text",
    [
        "# One\n\nTwo *three* **four** [five](/six/) `seven`\n\n- eight\n- nine\n  ten\n\n1. eleven\n2. twelve",
        "> quoted\n> more\n\n---\n\n```\ncode here\n```\n\n![words](https://example.com/x.png)\n\n<b>raw</b> &amp; “x”",
        "word " * 60 + "\n\n" + "- " + "long " * 60 + "\n\n  and more of the same",
        "[evil](javascript:alert) and [good](https://example.com/a_b) <https://example.com>",
    ],
)
def test_whatever_an_editor_writes_makes_a_good_mail(text: str) -> None:
    mail = EmailMessage(policy.default)
    mail["Subject"], mail["Message-ID"], mail["Date"] = "Hello", "<1@example.com>", "Mon, 11 May 2026 09:00:00 +0000"
    mail["List-Unsubscribe"] = "<http://127.0.0.1:8000/newsletter/stop/x/>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(as_text(text))
    mail.add_alternative(f"<html><body>{as_mail(text)}</body></html>", subtype="html")
    assert faults(message_from_bytes(mail.as_bytes(), policy=policy.default)) == []


@pytest.mark.parametrize("html", [
    "<p class='x'>Hello</p>", "<p>Hello<script>x</script></p>",
    "<p>Hello</p><img src='https://x.com/a.png' alt='Hello'>",
    "<p>Hello</p><img src='cid:1'>", "<form><p>Hello</p></form>", "<p style='width:700px'>Hello</p>",
    "<p style='background:url(x)'>Hello</p>", "<p>Hello there</p>", "<p><a href='/x/'>Hello</a></p>",
    "<div><p>Hello</p>",
    "<table width='700'><tr><td>Hello</td></tr></table>",
])  # fmt: skip
def test_the_lint_finds_what_it_looks_for(html: str) -> None:
    mail = EmailMessage(policy.default)
    mail["Subject"], mail["Message-ID"], mail["Date"] = "Hello", "<1@example.com>", "Mon, 11 May 2026 09:00:00 +0000"
    mail["List-Unsubscribe"] = "<http://127.0.0.1:8000/x/>"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content("Hello")
    mail.add_alternative(f"<html><body>{html}</body></html>", subtype="html")
    assert len(faults(mail)) >= 1


def test_plain_words_stay_as_they_are() -> None:
    words = "A*b_c [d](e) <f> #g & `h` ~i~ |j| \\k"
    assert as_text(plain(words)).strip() == words


def test_no_act_of_a_stranger_reaches_a_draft(week: Cast) -> None:
    issue = drafted(week)
    client = sign_in(week.outsider)
    for name in ("approve-newsletter", "drop-newsletter", "write-newsletter-anew", "edit-newsletter"):
        answer = client.post(reverse(f"web:{name}", args=[issue.pk]), {"seen": 1, "subject": "x", "text": "y"})
        assert answer.status_code == 403
    assert Issue.objects.get().version == 1
    with pytest.raises(Refused):
        actions.change(week.boss, issue.pk, "x" * 200, "y", seen=1)
