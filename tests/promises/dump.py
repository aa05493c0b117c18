"""Every row of every table of the rooms, to see that nothing changed."""

from __future__ import annotations

from django.apps import apps

ROOMS = ("people", "ledger", "promises")


def dump() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, in order."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for room in ROOMS
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
    }
