"""Plays the example into a database of its own and prints its ledger: `python playing.py SEED UNTIL`."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime

import django
from django.core.management import call_command


def ledger() -> str:
    """Every event and every party as text, in order; alike for two ledgers that are alike, on either engine."""
    from kept.ledger.models import Event  # noqa: PLC0415 Django must be ready first
    from kept.people.models import Party  # noqa: PLC0415

    events = Event.objects.order_by("pk").values_list(
        "pk", "stream_id", "sequence", "name", "at", "actor_id", "side", "schema", "body"
    )
    lines = [json.dumps([*row[:4], row[4].astimezone(UTC).isoformat(), *row[5:]], sort_keys=True) for row in events]
    lines += [json.dumps(row) for row in Party.objects.order_by("pk").values_list("pk", "kind", "name")]
    return "\n".join(lines)


def main() -> None:
    """Play, and print."""
    django.setup()
    call_command("migrate", verbosity=0)
    from kept.example.simulation import lay  # noqa: PLC0415 Django must be ready first

    lay(seed=int(sys.argv[1]), until=datetime.fromisoformat(sys.argv[2]))
    print(ledger())


if __name__ == "__main__":
    main()
