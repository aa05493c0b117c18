"""When the provider last said by when, for the promises that there are: from their events."""

from typing import Any

from django.db import migrations, models

from kept.core import codec
from kept.core.promise import replay
from kept.core.state import Event
from kept.core.terms import By, Side


def fill(apps: Any, _schema_editor: Any) -> None:
    """Replay each promise that somebody has said a date in."""
    rows = apps.get_model("ledger", "Event").objects
    promises = apps.get_model("promises", "Promise").objects
    for key in promises.filter(promised_at__isnull=False).values_list("pk", flat=True).iterator():
        columns = rows.filter(stream_id=key).order_by("sequence").values_list("name", "at", "actor_id", "side", "body")
        events = [
            Event(name, at, By(by, Side(side)), codec.act_from_dict(body)) for name, at, by, side, body in columns
        ]
        state = replay(events)
        promises.filter(pk=key).update(dated_at=state.dated_at if state else None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_agreement_streams"), ("promises", "0002_agreements")]

    operations = [
        migrations.AddField(model_name="promise", name="dated_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
