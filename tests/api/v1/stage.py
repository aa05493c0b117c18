"""What the calls of the tests are about: one of each kind of thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cast import Cast
from kept.complaints import actions as complaints
from kept.core import acts
from kept.core.terms import Side
from kept.customers import actions as customers
from kept.notify.calling import endpoints
from kept.notify.kinds import Kind
from kept.notify.models import Endpoint, Notice
from kept.people.models import Person
from kept.promises import files
from kept.promises.customer_links import make_link
from kept.promises.files import HandedIn


@dataclass(frozen=True)
class Stage:
    """What the calls are about: ids by name."""

    places: dict[str, int]

    @classmethod
    def of(cls, cast: Cast) -> Stage:
        at = datetime.now(UTC) - timedelta(hours=3)
        tie = customers.declare_tie(
            cast.customer, provider=cast.workshop, customer=cast.dispatch, kind="depends_on", at=at
        )
        result = customers.add_result(
            cast.provider, owner=cast.workshop, kind="finished", name="Repair", purpose="Cars, so that orders arrive."
        )
        assert tie.declared_side == Side.CUSTOMER
        promise = cast.promised(at=at)
        file = files.take_in(cast.customer, promise, HandedIn("route.txt", "text/plain", [b"Turn left."]), at=at)
        cast.do(cast.customer, promise, acts.Note(words="The route.", files=(file.pk,)), at=at + timedelta(hours=2))
        complaint = complaints.complain(cast.customer, promise, "It came without its last page.", at=at)
        who, us, them = cast.customer, cast.dispatch, cast.workshop
        unplaced = complaints.complain_to(who, them, "Nobody answers.", customer=us, at=at)
        thanks = complaints.thank(cast.customer, promise, "The van left on time.", at=at)
        notice = _told(cast.customer, promise, at)
        cast.do(
            cast.customer, promise, acts.Escalate(to=cast.boss.pk, words="Who decides?"), at=at + timedelta(hours=2)
        )
        outside = cast.asked(by=cast.caretaker, customer=cast.outside, at=at)
        link, _ = make_link(cast.caretaker, outside, at=at)
        me, where = cast.customer, "https://stock.example.com/"
        webhook = endpoints.add(me, me, kind=Endpoint.Kind.WEBHOOK, name="Stock", url=where, at=at)
        endpoints.test(webhook, '{"type": "kept.test"}', at=at)
        return cls({
            "outside_promise": outside, "link_id": link.pk, "webhook_id": webhook.pk,
            "call_id": webhook.calls.get().pk,
            "promise_id": promise, "file_id": file.pk, "agreement_id": cast.agreed(at=at), "tie_id": tie.pk,
            "result_id": result.pk, "workshop": cast.workshop.pk, "dispatch": cast.dispatch.pk, "sales": cast.sales.pk,
            "complaint": complaint.pk, "unplaced": unplaced.pk, "thanks": thanks.pk, "notice_id": notice.pk,
            "provider": cast.provider.pk, "outside": cast.outside.pk,
        })  # fmt: skip


def _told(reader: Person, promise: int, at: datetime) -> Notice:
    says = "The workshop promised it."
    return Notice.objects.create(
        reader=reader, kind=Kind.WORD, key="stage", subject="The route sheet", says=says, promise_id=promise, at=at
    )
