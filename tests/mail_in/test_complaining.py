"""A mail that begins with “Complaint”: about the promise that it answers, or to a team about nothing in particular."""

from __future__ import annotations

import pytest

from cast import HOUR, START, Cast
from kept.complaints.models import Complaint
from kept.mail_in.models import Deed, Mail
from kept.mail_in.team_addresses import say_address
from kept.people.models import Team
from kept.promises.models import Promise
from mail_in.writing import answer, came, letter_to, mail
from post_office import Post, text_of

pytestmark = pytest.mark.django_db
AT = "kept+workshop@in.example.com"


def test_the_answer_to_a_notice_complains_about_its_promise(cast: Cast, post: Post) -> None:
    promise = cast.delivered()
    letter = letter_to(cast.customer.pk, promise, at=START + 25 * HOUR)
    message = answer(letter, "Complaint: the stops are missing.")
    message.add_attachment(b"a photo", maintype="image", subtype="png", filename="photo.png")
    row = came(message, at=START + 26 * HOUR)
    assert (row.outcome, row.reason) == (Mail.Outcome.DONE, "Complain, by Customer, in “The route sheet”.")
    said = Complaint.objects.get()
    assert (said.promise_id, said.by_id, said.words) == (promise, cast.customer.pk, "the stops are missing.")
    assert Promise.objects.get(pk=promise).state == "delivered", "a complaint moves nothing"
    assert post


def test_a_word_that_goes_on_is_no_complaint(cast: Cast, post: Post) -> None:
    letter = letter_to(cast.customer.pk, cast.delivered(), at=START + 25 * HOUR)
    came(answer(letter, "Complaint handling is fine now."), at=START + 26 * HOUR)
    assert not Complaint.objects.exists()
    assert "kept as a note" in text_of(post.to("customer@example.com")[-1])


@pytest.mark.parametrize(
    ("subject", "text"), [("Hello", "Complaint.\nNobody answers."), ("Complaint: Nobody", "answers.")]
)
def test_a_mail_to_a_team_complains_of_nothing_in_particular(cast: Cast, post: Post, subject: str, text: str) -> None:
    say_address(cast.lead, Team.objects.get(pk=cast.workshop.pk), "workshop", at=START)
    message = mail("customer@example.com", text, to=AT, subject=subject, vouched=True)
    for _ in range(2):  # delivered twice
        came(message)
    said = Complaint.objects.get()
    assert (said.promise_id, said.customer_id, said.provider_id) == (None, cast.customer.pk, cast.workshop.pk)
    assert said.words.split() == ["Nobody", "answers."]
    assert not Promise.objects.exists()
    assert f"/complaints/{said.pk}/" in text_of(post.to("customer@example.com")[-1])
    assert Deed.objects.get().promise_id is None
