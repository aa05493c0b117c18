"""Answers to notices: what their first word does, and who may."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cast import DAY, HOUR, START, Cast
from kept.core import acts
from kept.core.terms import Answer, Terms
from kept.ledger import book
from kept.ledger.models import Event
from kept.ledger.verifying import verify
from kept.mail_in.models import Deed, Mail, Reply
from kept.promises.customer_links import links_of, revoke
from kept.promises.models import Promise
from mail_in.writing import HERE, answer, came, letter_to, mail
from post_office import Post, text_of

pytestmark = pytest.mark.django_db
NOW = START + 2 * HOUR


def last(promise: int) -> tuple[str, int, str]:
    """The last act in a promise: its event, who did it, and the words."""
    event = Event.objects.filter(stream=promise).latest("sequence")
    return event.name, event.actor_id, book.read(promise)[-1].act.words


@pytest.mark.parametrize("first", ["yes", "YES.", "  Promise!", "ok", "*Accept*", "Yes.\nWe begin tomorrow."])
def test_the_first_word_promises(cast: Cast, post: Post, first: str) -> None:
    promise = cast.asked()
    row = came(answer(letter_to(cast.lead.pk, promise, at=NOW), first), at=NOW)
    assert (row.outcome, row.reason) == (Mail.Outcome.DONE, "Promise, by Lead, in “The route sheet”.")
    assert last(promise)[:2] == ("promise.promised", cast.lead.pk)
    assert "yes. done. cancel" not in last(promise)[2], "what is quoted is nobody's answer"


@pytest.mark.parametrize("text", ["Yes, but only if it rains", "Cancel the second box only", "Easier said than done"])
def test_a_word_that_does_not_stand_alone_is_a_note(cast: Cast, post: Post, text: str) -> None:
    promise = cast.asked()
    row = came(answer(letter_to(cast.lead.pk, promise, at=NOW), text), at=NOW)
    assert row.outcome == Mail.Outcome.DONE
    assert last(promise) == ("promise.noted", cast.lead.pk, text)
    (told,) = post.to("lead@example.com")[-1:]
    assert "It was kept as a note" in text_of(told)


def test_words_are_a_note_and_update_is_an_update(cast: Cast, post: Post) -> None:
    promise = cast.promised()
    came(answer(letter_to(cast.customer.pk, promise, at=NOW), "The gate is locked.\n-- \nCustomer\nphone"), at=NOW)
    assert last(promise) == ("promise.noted", cast.customer.pk, "The gate is locked.")
    came(answer(letter_to(cast.provider.pk, promise, at=NOW), "Update: half of it is printed"), at=NOW)
    assert last(promise) == ("promise.updated", cast.provider.pk, "half of it is printed")
    row = came(answer(letter_to(cast.customer.pk, promise, at=NOW), "Update the van is late"), at=NOW)
    assert row.outcome == Mail.Outcome.ANSWERED, "an update is the provider's"


def test_what_needs_a_form_is_answered_with_its_link(cast: Cast, post: Post) -> None:
    promise = cast.promised()
    cast.do(cast.customer, promise, acts.Note(words="Please."), at=START + HOUR)
    row = came(answer(letter_to(cast.provider.pk, promise, at=NOW), "Done."), at=NOW)
    assert row.outcome == Mail.Outcome.ANSWERED
    reply = post.to("provider@example.com")[-1]
    assert f"/promises/{promise}/deliver/" in text_of(reply)
    assert reply["Auto-Submitted"] == "auto-replied"
    assert reply["In-Reply-To"]


def test_the_one_question_is_answered_by_its_word(cast: Cast, post: Post) -> None:
    promise = cast.delivered()
    letter = letter_to(cast.customer.pk, promise, at=START + 2 * DAY)
    assert came(answer(letter, "yes"), at=START + 2 * DAY).outcome == Mail.Outcome.ANSWERED
    assert came(answer(letter, "Partly.\nPage 3 was missing."), at=START + 2 * DAY).outcome == Mail.Outcome.DONE
    (state,) = Promise.objects.filter(pk=promise)
    assert (state.state, book.read(promise)[-1].act) == (
        "accepted", acts.Accept(answer=Answer.PARTLY, words="Page 3 was missing."),
    )  # fmt: skip


def test_nobody_says_yes_to_terms_that_they_have_not_seen(cast: Cast, post: Post) -> None:
    promise = cast.asked()
    old = answer(letter_to(cast.lead.pk, promise, at=START + timedelta(minutes=5)), "Yes.")
    cast.do(cast.customer, promise, acts.Amend(terms=Terms("Twelve route sheets", START + DAY)), at=START + HOUR)
    row = came(old, at=NOW)
    assert (row.outcome, row.reason.partition(":")[0]) == (Mail.Outcome.ANSWERED, "Somebody was faster")
    assert Promise.objects.get(pk=promise).state == "asked"
    loose = answer(letter_to(cast.lead.pk, promise, at=NOW), "Yes.")
    del loose["In-Reply-To"], loose["References"]
    assert "cannot tell which of its mails" in came(loose, at=NOW + 2 * HOUR).reason


def test_only_the_reader_of_a_signed_address_answers_at_it(cast: Cast, post: Post) -> None:
    promise = cast.asked()
    letter = letter_to(cast.lead.pk, promise, at=NOW)
    for sender in ("outsider@example.com", "nobody@elsewhere.example", "provider@example.com"):
        row = came(answer(letter, "Yes.", sender=sender), at=NOW)
        assert row.outcome == Mail.Outcome.QUARANTINED
    vouched = answer(letter, "Yes.", sender="provider@example.com")
    vouched["Authentication-Results"] = "mx.example.com; dmarc=pass header.from=example.com"
    assert came(vouched, at=NOW).outcome == Mail.Outcome.ANSWERED, "it is another's mail that they answer"
    assert not Deed.objects.exists()
    stranger = answer(letter, "A note.", sender="outsider@example.com")
    stranger["Authentication-Results"] = "mx.example.com; dmarc=pass header.from=example.com"
    assert came(stranger, at=NOW + 2 * HOUR).reason == "There is no such promise, or it is not for you to see."


def test_a_thread_counts_where_the_server_vouches_for_the_sender(cast: Cast, post: Post) -> None:
    promise = cast.asked()
    letter = letter_to(cast.lead.pk, promise, at=NOW)
    for vouched, outcome in ((False, Mail.Outcome.QUARANTINED), (True, Mail.Outcome.DONE)):
        signed = answer(letter, "Yes.")
        message = mail("lead@example.com", "Yes.", to=HERE, vouched=vouched)
        message["In-Reply-To"] = signed["In-Reply-To"]
        assert came(message, at=NOW).outcome == outcome


def test_a_forged_sender_is_believed_by_nobody(cast: Cast, post: Post) -> None:
    promise = cast.asked()
    letter = letter_to(cast.lead.pk, promise, at=NOW)
    forged = answer(letter, "Yes.")
    forged["Authentication-Results"] = "mx.example.com; dmarc=fail header.from=example.com"
    assert "forged" in came(forged, at=NOW).reason
    tampered = answer(letter, "Yes.")
    tampered.replace_header("To", str(tampered["To"]).replace(f".{cast.lead.pk}.", f".{cast.provider.pk}."))
    del tampered["In-Reply-To"], tampered["References"]
    assert came(tampered, at=NOW).outcome == Mail.Outcome.QUARANTINED
    assert not Deed.objects.exists()


def test_the_same_message_acts_once_however_often_it_comes(cast: Cast, post: Post) -> None:
    promise = cast.asked()
    message = answer(letter_to(cast.lead.pk, promise, at=NOW), "Bring two copies.")
    first = came(message, at=NOW)
    assert came(message, at=NOW).pk == first.pk
    message["Delivered-To"] = str(message["To"])
    second = came(message, at=NOW)
    assert (second.outcome, second.pk != first.pk) == (Mail.Outcome.ASIDE, True)
    assert Event.objects.filter(stream=promise, name="promise.noted").count() == 1


def test_an_outside_customer_acts_for_itself_until_the_link_is_revoked(written_to: Cast, post: Post) -> None:
    cast = written_to
    promise = cast.asked(by=cast.caretaker, customer=cast.outside)
    cast.do(cast.provider, promise, acts.Promise(), at=START + HOUR)
    cast.do(cast.provider, promise, acts.Deliver(easier=Answer.EASIER), at=START + HOUR)
    letter = letter_to(cast.outside.pk, promise, at=NOW)
    message = answer(letter, "Return: page 3 is missing")
    message.add_attachment(b"a photo", maintype="image", subtype="png", filename="page3.png")
    assert came(message, at=NOW).outcome == Mail.Outcome.DONE
    assert last(promise) == ("promise.returned", cast.outside.pk, "page 3 is missing")
    assert len(book.read(promise)[-1].act.files) == 1
    assert verify().count == 0
    for link in links_of(cast.caretaker, promise, at=NOW):
        revoke(cast.caretaker, promise, link.pk, at=NOW)
    assert came(answer(letter, "And page 4."), at=NOW).outcome == Mail.Outcome.ANSWERED
    assert last(promise)[0] == "promise.returned"


def test_one_refusal_an_hour_is_told_and_the_next_waits_for_a_person(cast: Cast, post: Post) -> None:
    promise = cast.promised()
    letter = letter_to(cast.customer.pk, promise, at=NOW)
    outcomes = [came(answer(letter, f"Deliver.\n{each}"), at=NOW).outcome for each in range(3)]
    assert outcomes == [Mail.Outcome.ANSWERED, Mail.Outcome.QUARANTINED, Mail.Outcome.QUARANTINED]
    assert Reply.objects.count() == 1


def test_files_go_along_and_what_is_too_large_is_said(cast: Cast, post: Post, settings: object) -> None:
    settings.KEPT_LARGEST_FILE = 100  # type: ignore[attr-defined]
    promise = cast.promised()
    message = answer(letter_to(cast.customer.pk, promise, at=NOW), "Two files.")
    message.add_attachment(b"x" * 50, maintype="text", subtype="csv", filename="small.csv")
    message.add_attachment(b"x" * 500, maintype="text", subtype="csv", filename="large.csv")
    assert came(message, at=NOW).outcome == Mail.Outcome.DONE
    assert len(book.read(promise)[-1].act.files) == 1
    assert "“large.csv” cannot go with it" in text_of(post.to("customer@example.com")[-1])


def test_text_around_pictures_and_a_forwarded_mail_go_along(cast: Cast, post: Post) -> None:
    promise = cast.promised()
    message = answer(letter_to(cast.customer.pk, promise, at=NOW), "x")
    message.set_content("Before the picture.")
    message.add_attachment(b"picture", maintype="image", subtype="png", filename="p.png", disposition="inline")
    message.add_attachment("After it.", disposition="inline")
    message.add_attachment(mail("a@b.example", "Inside: cancel."))
    assert came(message, at=NOW).outcome == Mail.Outcome.DONE
    act = book.read(promise)[-1].act
    assert (act.words.split(), len(act.files)) == (["Before", "the", "picture.", "After", "it."], 2)
