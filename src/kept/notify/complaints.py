"""Who hears of a complaint or of thanks: those it was said to; and whoever said it, once it was heard.

Of thanks for a promise everyone hears whose work was a part of it, those who never met the customer too: once.
"""

from __future__ import annotations

from collections.abc import Iterator

from kept.complaints.credits.thanked import to_tell
from kept.complaints.models import Complaint, Thanks
from kept.ledger.models import Event, Stream
from kept.notify.kinds import Kind
from kept.notify.known import Known
from kept.notify.readers import active, answering
from kept.notify.telling import Matter
from kept.promises.models import Participant

SAYS = {
    "complaint.made": "{who} complained.",
    "complaint.heard": "{who} answered your complaint.",
    "thanks.given": "{who} said thanks.",
    "thanks.heard": "{who} has read your thanks.",
}
STREAMS = (Stream.Kind.COMPLAINT, Stream.Kind.THANKS)


def matters(event: Event, known: Known) -> list[Matter]:
    """What is told because of one event in a complaint or in thanks."""
    table = Complaint if event.stream.kind == Stream.Kind.COMPLAINT else Thanks
    row: Complaint | Thanks | None = (
        table.objects.filter(pk=event.stream_id).select_related("promise", "customer", "provider").first()
    )
    if row is None or event.name not in SAYS:  # what it is about moves nobody; a remedy is told as the promise it is
        return []
    made = event.name in ("complaint.made", "thanks.given")
    needs = "Answer it: say what happens now." if event.name == "complaint.made" else ""
    told = [one for one in (those_told(row) if made else [row.by_id]) if one != event.actor_id]
    matters = [
        Matter(
            reader=one,
            kind=Kind.MY_TURN if needs else Kind.WORD,
            key=f"event:{event.pk}",
            subject=row.promise.what if row.promise else "A word from your customer",
            says=SAYS[event.name].format(who=known.parties([event.actor_id])[event.actor_id]),
            words=row.words if made else row.answer,
            needs=needs,
            promise=row.promise,
            page=page_of(row) if isinstance(row, Complaint) else "",
        )
        for one in told
    ]
    credited = _credited(row, told) if event.name == "thanks.given" and isinstance(row, Thanks) else ()
    return [*matters, *credited]


def _credited(thanks: Thanks, told: list[int]) -> Iterator[Matter]:
    """Those whose work was a part of what somebody was thanked for, and who have not been told of the thanks itself."""
    for one in to_tell(thanks):
        if one.reader.pk not in told:
            yield Matter(
                reader=one.reader.pk,
                kind=Kind.WORD,
                key=f"credit:{thanks.pk}",
                subject=f"Thanks from {thanks.customer}",
                says=one.says,
                page=f"/thanks/{thanks.pk}/",
            )


def page_of(complaint: Complaint) -> str:
    """Where a notice of a complaint leads that is about no promise."""
    return "" if complaint.promise_id else f"/complaints/{complaint.pk}/"


def those_told(row: Complaint | Thanks) -> list[int]:
    """Who hears it for the provider: whoever has the promise, else who answers for it; of a private one those named."""
    promise = row.promise
    if promise is None:
        return answering(row.provider_id)
    named = active([promise.responsible_id]) if promise.responsible_id else []
    heard = named or answering(row.provider_id)
    if promise.private:
        within = set(Participant.objects.filter(promise=promise.pk).values_list("person_id", flat=True))
        return [one for one in heard if one in within]
    return heard
