from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from kept.ledger import seal


def _seal_again(*, using: str, **_: Any) -> None:
    seal.lay(using)


class LedgerConfig(AppConfig):
    """The append-only events. The seal is laid again after every migrate: SQLite rebuilds tables without triggers."""

    name = "kept.ledger"
    verbose_name = "Ledger"

    def ready(self) -> None:
        post_migrate.connect(_seal_again, sender=self, dispatch_uid="kept.ledger.seal")
