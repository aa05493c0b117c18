"""Cases: nobody is named in them, nobody reads one before both sides approved it, and what becomes of approved ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from cast import DAY, HOUR, START, Cast, terms
from kept.complaints import actions as said
from kept.core import acts
from kept.core.errors import Incomplete, KeptError, NotAllowed, NotFound, Overtaken, WrongState
from kept.core.terms import Answer
from kept.people import actions as people
from kept.people.models import Person
from kept.programme.cases import access, actions
from kept.programme.cases.drafting import candidates
from kept.programme.cases.models import Approval, Case
from kept.programme.lessons.reading import every_lesson
from kept.programme.newsletter import actions as newsletter
from kept.programme.newsletter import mails
from kept.programme.newsletter.drafting import CASE_HERE
from kept.programme.newsletter.models import Issue
from mail_lint import faults
from post_office import Post, text_of

pytestmark = pytest.mark.django_db
NOW = START + 10 * DAY
MONDAY = START + timedelta(days=14)
ODD = (
    "Zsófia's sheet was wrong. I wrote to ZSOFIA KŐVÁRI, zsofia.kovari@example.com and kovari, Zs.! Her file "
    "Sheet_Kovari_v2.pdf, Zsófiabericht; Kővári/Quenzel; quenzel_old.xlsx, “jquenzel”, JanosQuenzel; see "
    "https://example.com/~quenzel/; the Brackwater people (Brackwater Housing’s desk) waited for Jan\u200bos."
)
NAMED = ("zsofia", "zsófia", "kovari", "kővári", "quenzel", "janos", "brackwater", "example.com")


def sign_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def odd(cast: Cast) -> Cast:
    """The cast, with people whose names stand in odd places in the words of a promise that went wrong."""
    dispatcher = people.add_person(name="Zsófia Kővári", email="zsofia.kovari@example.com", title="Dispatcher")
    people.join_team(dispatcher, cast.dispatch)
    people.join_team(people.add_person(name="Janos Quenzel", email="quenzel@example.com"), cast.workshop)
    people.add_outside_customer(name="Brackwater Housing, Brackwater", looked_after_by=cast.sales)
    return cast


def gone_wrong(cast: Cast, *, at_once: bool = False) -> int:
    """A promise that came back, late, with a complaint that was heard; its words name people everywhere."""
    asked = terms("The sheet for Zsófia", due=START + 2 * DAY, done_when="Kővári has signed it")
    promise = cast.asked(what=asked)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.customer, promise, acts.Chase(), at=START + 2 * DAY)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + 3 * DAY)
    cast.do(cast.customer, promise, acts.Return(words="Quenzel's page is missing"), at=START + 3 * DAY + HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + 4 * DAY)
    complaint = said.complain(cast.customer, promise, ODD, at=START + 5 * DAY)
    said.hear_complaint(
        cast.lead, complaint.pk, "Janos Quenzel calls Zsófia. See quenzel@example.com", at=START + 6 * DAY
    )
    cast.do(cast.customer, promise, acts.Accept(answer=Answer.PARTLY), at=START + 7 * DAY)
    return promise


@pytest.fixture
def case(odd: Cast) -> Case:
    return actions.take_up(odd.customer, gone_wrong(odd), at=NOW)


def approved(cast: Cast, case: Case) -> Case:
    """The same, approved by both sides."""
    for person in (cast.customer, cast.provider):
        actions.approve(person, case.pk, seen=case.version, at=NOW)
    return case


def named_in(words: str) -> list[str]:
    small = words.casefold().replace("\u200b", "")
    return [one for one in NAMED if one in small]


# --- candidates and drafts ----------------------------------------------------------------------------------------


def test_kept_proposes_what_went_wrong_and_right_to_both_sides_alone(odd: Cast) -> None:
    wrong, right = gone_wrong(odd), odd.accepted(at=START + DAY)
    said.thank(odd.customer, right, "Thank you.", at=START + 4 * DAY)
    odd.accepted(at=START)
    for person in (odd.customer, odd.provider, odd.lead):
        found = {one.promise.pk: one.kind for one in candidates(person)}
        assert found == {wrong: Case.Kind.BAD, right: Case.Kind.GOOD}
    for person in (odd.boss, odd.outsider, odd.caretaker):
        assert candidates(person) == []


def test_a_private_promise_is_never_a_case(odd: Cast) -> None:
    promise = odd.asked(private=True)
    odd.do(odd.lead, promise, acts.Promise(), at=START + HOUR)
    odd.do(odd.lead, promise, acts.Deliver(easier=Answer.EASIER), at=START + DAY)
    odd.do(odd.customer, promise, acts.Accept(answer=Answer.EASIER), at=START + DAY + HOUR)
    said.thank(odd.customer, promise, "Thank you.", at=START + 2 * DAY)
    assert candidates(odd.customer) == []
    for person in (odd.customer, odd.lead):
        with pytest.raises(NotAllowed):
            actions.take_up(person, promise, at=NOW)


def test_the_draft_tells_what_happened_and_names_nobody(odd: Cast, case: Case) -> None:
    assert case.kind == Case.Kind.BAD
    assert named_in(case.title + case.text) == []
    for words in (
        "Dispatch asked Workshop for “The sheet for the dispatcher”", "delivered 2 days late", "It came back once",
        "The customer had to ask once", "Dispatch complained: “The dispatcher's sheet was wrong", "a file", "a link",
        "The answer was: “A colleague calls the dispatcher. See an e-mail address",
    ):  # fmt: skip
        assert words in case.text, case.text
    assert case.title == "What went wrong with “The sheet for the dispatcher”"


def test_a_promise_is_one_case_and_an_open_one_none(odd: Cast, case: Case) -> None:
    with pytest.raises(WrongState):
        actions.take_up(odd.provider, case.promise_id, at=NOW)
    with pytest.raises(WrongState):
        actions.take_up(odd.provider, odd.promised(), at=NOW)
    for stranger, error in ((odd.outsider, NotFound), (odd.boss, NotAllowed)):
        with pytest.raises(error):
            actions.take_up(stranger, case.promise_id, at=NOW)


# --- who reads it -------------------------------------------------------------------------------------------------


def test_nobody_but_the_two_sides_reads_it_before_both_have_approved(odd: Cast, case: Case) -> None:
    keeper = people.add_person(name="Administrator", email="administrator@example.com", administrator=True)
    strangers = (odd.boss, odd.outsider, odd.caretaker, keeper)
    for step in range(2):
        for person in strangers:
            with pytest.raises(NotFound):
                access.case_read(person, case.pk)
            page = sign_in(person).get(reverse("web:cases")).content.decode()
            assert case.title not in page
            assert sign_in(person).get(reverse("web:case", args=[case.pk])).status_code == 404
        if not step:
            actions.approve(odd.customer, case.pk, seen=1, at=NOW)
    with pytest.raises(NotAllowed):
        actions.approve(odd.customer, case.pk, seen=1, at=NOW)
    actions.approve(odd.provider, case.pk, seen=1, at=NOW)
    for person in strangers:
        assert access.case_read(person, case.pk) == case
        for act in (lambda who=person: actions.approve(who, case.pk, seen=1, at=NOW),
                    lambda who=person: actions.change(who, case.pk, "T", "x", seen=1, at=NOW),
                    lambda who=person: actions.drop(who, case.pk, at=NOW)):  # fmt: skip
            with pytest.raises(NotAllowed):
                act()


def test_each_side_needs_a_person_of_its_own(odd: Cast, case: Case) -> None:
    people.join_team(odd.customer, odd.workshop)
    actions.approve(odd.customer, case.pk, seen=1, at=NOW)
    with pytest.raises(NotAllowed, match="a person of its own"):
        actions.approve(odd.customer, case.pk, seen=1, at=NOW)
    assert not access.is_approved(case)


def test_other_words_are_cleaned_again_and_fell_what_was_approved(odd: Cast, case: Case) -> None:
    approved(odd, case)
    changed = actions.change(odd.provider, case.pk, "Of Zsófia", f"We learned:\n\n{ODD}", seen=1, at=NOW)
    assert (changed.title, named_in(changed.text)) == ("Of the dispatcher", [])
    assert not access.is_approved(changed)
    with pytest.raises(NotFound):
        access.case_read(odd.outsider, case.pk)
    for act in (lambda: actions.approve(odd.customer, case.pk, seen=1, at=NOW),
                lambda: actions.change(odd.customer, case.pk, "T", "x", seen=1, at=NOW)):  # fmt: skip
        with pytest.raises(Overtaken):
            act()
    with pytest.raises(Incomplete):
        actions.change(odd.customer, case.pk, "T", " ", seen=2, at=NOW)
    same = actions.change(odd.customer, case.pk, changed.title, changed.text, seen=2, at=NOW)
    assert same.version == 2
    approved(odd, same)
    assert access.is_approved(same)


def test_a_name_that_came_later_is_taken_out_before_it_is_approved(odd: Cast, case: Case) -> None:
    actions.change(odd.customer, case.pk, "Of Oyelaran", "Oyelaran’s sheet", seen=1, at=NOW)
    people.add_person(name="Tunde Oyelaran", email="tunde@example.com")
    with pytest.raises(Overtaken, match="name was taken out"):
        actions.approve(odd.customer, case.pk, seen=2, at=NOW)
    now = Case.objects.get()
    assert (now.title, now.text, now.version) == ("Of a colleague", "A colleague’s sheet", 3)
    assert not Approval.objects.exists()


def test_a_side_takes_its_approval_back_and_a_dropped_case_is_gone(odd: Cast, case: Case) -> None:
    approved(odd, case)
    actions.take_back(odd.lead, case.pk)
    with pytest.raises(NotFound):
        access.case_read(odd.outsider, case.pk)
    actions.drop(odd.provider, case.pk, at=NOW)
    with pytest.raises(NotFound):
        access.case_read(odd.customer, case.pk)


# --- what becomes of it -------------------------------------------------------------------------------------------


def test_only_an_approved_case_is_in_the_newsletter_and_in_the_words_that_both_approved(
    odd: Cast, case: Case, post: Post
) -> None:
    assert CASE_HERE not in newsletter.draft_issue((MONDAY - timedelta(days=21)).date(), MONDAY).text
    approved(odd, case)
    newsletter.draft_due(MONDAY)
    issue = Issue.objects.get(case=case)
    page = sign_in(odd.boss).get(reverse("web:newsletter", args=[issue.pk])).content.decode()
    assert "It came back once" in page
    newsletter.approve(odd.boss, issue.pk, seen=1, at=MONDAY)
    mails.send_some(MONDAY + DAY)
    mail = post.to(str(odd.outsider.email))[0]
    assert "It came back once" in text_of(mail)
    assert faults(mail) == []
    assert not any(named_in(text_of(one, kind)) for one in post.mails for kind in ("plain", "html"))
    actions.take_back(odd.customer, case.pk)
    page = sign_in(odd.outsider).get(reverse("web:newsletter", args=[issue.pk])).content.decode()
    assert "It came back once" not in page


def test_an_issue_does_not_go_with_a_case_that_was_taken_back(odd: Cast, case: Case) -> None:
    approved(odd, case)
    newsletter.draft_due(MONDAY)
    issue = Issue.objects.get(case=case)
    actions.take_back(odd.provider, case.pk)
    with pytest.raises(WrongState):
        newsletter.approve(odd.boss, issue.pk, seen=1, at=MONDAY)
    anew = newsletter.write_anew(odd.boss, issue.pk, seen=1, at=MONDAY)
    assert (anew.case, CASE_HERE in anew.text) == (None, False)


def test_an_approved_case_becomes_a_lesson_with_its_own_words(odd: Cast, case: Case) -> None:
    keeper = people.add_person(name="Administrator", email="administrator@example.com", administrator=True)
    page, client = reverse("web:case-lesson", args=[case.pk]), sign_in(keeper)
    assert client.get(page).status_code == 404
    approved(odd, case)
    head = actions.lesson_head(case)
    assert client.post(page, {"head": head.replace("Whose fault", "Zsófia’s fault")}).status_code == 422
    assert client.post(page, {"head": "title ="}).status_code == 422
    assert client.post(page, {"head": head}).status_code == 302
    lesson = every_lesson()[Case.objects.get().lesson]
    assert (lesson.title, lesson.body) == (case.title, case.text)
    assert client.post(page, {"head": head}).status_code == 302
    assert every_lesson()[lesson.slug].version == lesson.version + 1
    with pytest.raises(NotAllowed):
        actions.make_lesson(odd.boss, case.pk, head, at=NOW)


# --- pages --------------------------------------------------------------------------------------------------------


def test_by_page_from_the_proposal_to_the_case_for_all(odd: Cast) -> None:
    promise, customer, provider = gone_wrong(odd), sign_in(odd.customer), sign_in(odd.provider)
    assert "Make a case of it" in customer.get(reverse("web:cases")).content.decode()
    assert customer.post(reverse("web:take-up-case", args=[promise])).status_code == 302
    case = Case.objects.get()
    page = reverse("web:case", args=[case.pk])
    assert "nobody yet" in provider.get(page).content.decode()
    edit = reverse("web:edit-case", args=[case.pk])
    assert provider.post(edit, {"title": "T", "text": "", "seen": 1}).status_code == 422
    assert (
        provider.post(edit, {"title": "The sheet", "text": "Zsófia waited. <script>x</script>", "seen": 1}).status_code
        == 302
    )
    approve = reverse("web:approve-case", args=[case.pk])
    assert customer.post(approve, {"seen": 1}).status_code == 409
    assert customer.post(approve, {}).status_code in (400, 409, 422)
    for client in (customer, provider):
        assert client.post(approve, {"seen": 2}).status_code == 302
    seen = sign_in(odd.outsider).get(page).content.decode()
    assert "The dispatcher waited. &lt;script&gt;" in seen
    assert "Change it" not in seen
    assert customer.post(reverse("web:take-back-case", args=[case.pk])).status_code == 302
    assert sign_in(odd.outsider).get(page).status_code == 404
    assert customer.post(reverse("web:drop-case", args=[case.pk])).status_code == 302
    assert customer.get(page).status_code == 404


def test_no_name_stands_in_any_row_or_page_of_a_case_that_is_not_approved(odd: Cast, case: Case) -> None:
    """Whatever is kept of a case, and whatever anybody is shown of it before it is approved, names nobody."""
    actions.change(odd.provider, case.pk, "Kővári, again", ODD, seen=1, at=NOW)
    newsletter.draft_due(MONDAY)
    kept: list[type[Model]] = [*apps.get_app_config("cases").get_models(), Issue]
    rows = [str(row) for model in kept for row in model._default_manager.values_list()]
    assert len(rows) == 2
    assert [named_in(row) for row in rows] == [[], []]
    paths = [
        reverse("web:newsletters"),
        reverse("web:newsletter", args=[Issue.objects.get().pk]),
        reverse("web:lessons"),
    ]
    for person in (odd.boss, odd.outsider):
        for path in [*paths, reverse("web:cases"), reverse("web:case", args=[case.pk])]:
            answer = sign_in(person).get(path)
            assert named_in(answer.content.decode()) == [] or answer.status_code == 404
    with pytest.raises(KeptError):
        access.case_read(odd.outsider, case.pk)
