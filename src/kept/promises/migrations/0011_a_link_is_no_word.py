from typing import Any

from django.db import migrations

from kept.core import codec, silence
from kept.core.expectations import Expectations
from kept.core.state import Event
from kept.core.terms import By, Side


def fill(apps: Any, _schema_editor: Any) -> None:
    """Where a provider said what a promise relies on: read again when the customer heard, and when word was owed."""
    model = apps.get_model
    update_every = _rhythms(model("customers", "AgreementVersion").objects)
    events_of, words_owed = model("ledger", "Event").objects.order_by("sequence"), model("promises", "WordOwed").objects
    linked = events_of.filter(name="promise.linked", side=str(Side.PROVIDER)).values_list("stream_id", flat=True)
    for key in sorted(set(linked)):
        columns = events_of.filter(stream_id=key).values_list("name", "at", "actor_id", "side", "body")
        events = [
            Event(name, at, By(by, Side(side)), codec.act_from_dict(body)) for name, at, by, side, body in columns
        ]
        heard = max((event.at for event in events if event.is_word), default=None)
        model("promises", "Promise").objects.filter(pk=key).update(heard_at=heard)
        words_owed.filter(promise_id=key).delete()
        for one in silence.stretches(
            events, lambda state: update_every.get((state.agreement, state.agreement_version))
        ):
            words_owed.create(
                promise_id=key, provider_id=one.provider, since=one.since, until=one.until, hear_by=one.hear_by,
                allowed=one.allowed,
            )  # fmt: skip


def _rhythms(versions: Any) -> dict[tuple[int, int], Any]:
    rows = versions.values_list("agreement_id", "number", "expectations")
    return {(agreement, number): codec.from_dict(Expectations, said).update_every for agreement, number, said in rows}


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_customers"),
        ("ledger", "0003_complaint_streams"),
        ("promises", "0010_quicker_pages"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
