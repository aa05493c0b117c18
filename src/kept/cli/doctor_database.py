"""The part of `kept doctor` that looks at the database: are its tables up to date, is the ledger sealed and sound?"""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import kept.cli.with_django  # noqa: F401 first: everything below needs it
from kept.cli.finding import Finding
from kept.cli.ledger import in_words
from kept.cli.progress import bar
from kept.ledger.verifying import Verified, verify
from kept.mail_in import mailbox
from kept.mail_in.models import Mail
from kept.outlook.refreshing import standing_of_forecasts
from kept.people.models import Person, Team

RUN_A_WORKER = "Run `kept serve` or `kept worker`: it makes them."


def examine() -> Iterator[Finding]:
    """Look at the tables, then at what stands in them; a database that cannot be reached is said once."""
    try:
        tables = _tables()
        yield tables
        if tables.ok and _migrated():
            yield _people()
            yield from _mail_in()
            yield _forecasts()
            with bar("Replaying the ledger") as on_progress:
                found = verify(on_progress=on_progress)
            yield _seal(found)
            yield _ledger(found)
    except DatabaseError as error:
        yield Finding(
            "database answers",
            f"no: {str(error).strip().splitlines()[0]}",
            "See that it runs and that DATABASE_URL names it rightly, with the name and password of its owner.",
        )


def _migrated() -> bool:
    return MigrationRecorder(connection).has_table()


def _tables() -> Finding:
    if not _migrated():
        return Finding("tables", "none yet (`kept serve` or `kept demo` makes them); so there is no ledger to verify")
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    newer = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if newer:
        names = ", ".join(sorted(f"{app}.{name}" for app, name in newer))
        return Finding("tables", f"made by a newer Kept ({names})", "Install the version of Kept that was here last.")
    if missing:
        return Finding("tables", f"{len(missing)} migrations behind", "Run `kept manage migrate` (`kept serve` does).")
    return Finding("tables", "up to date")


def _people() -> Finding:
    active = Person.objects.filter(is_active=True).count()
    return Finding("people", f"{active:,} people in {Team.objects.count():,} teams")


def _mail_in() -> Iterator[Finding]:
    if mailbox.is_configured():
        where = f"{settings.KEPT_IMAP_USER} at {settings.KEPT_IMAP_HOST}"
        try:
            yield Finding("mailbox", f"{where}: {mailbox.look():,} mails to fetch")
        except mailbox.MailboxTrouble as error:
            yield Finding("mailbox", f"{where} cannot be read", str(error))
    if settings.KEPT_MAIL_IN:
        waiting = Mail.objects.filter(outcome=Mail.Outcome.QUARANTINED).count()
        yield Finding("mail in", f"at {settings.KEPT_MAIL_IN}; {waiting:,} mails wait for a look on the page “Mail in”")


def _forecasts() -> Finding:
    found = standing_of_forecasts(timezone.now())
    says = (
        f"{found.kept:,} kept of {found.open:,} open promises, {found.in_danger:,} dates in danger; "
        f"{found.past:,} of the past"
    )
    if found.overdue:
        return Finding("forecasts", f"{says}; {found.overdue:,} should have been made anew long ago", RUN_A_WORKER)
    return Finding("forecasts", says)


def _seal(found: Verified) -> Finding:
    if found.sealed:
        return Finding("seal", "the database refuses to change or delete events")
    return Finding("seal", "the ledger is not sealed", "Run `kept manage migrate`, then find out who lifted the seal.")


def _ledger(found: Verified) -> Finding:
    if not found.count:
        return Finding("ledger", f"{found.events:,} events of {in_words(found)} replayed: all as stored")
    return Finding("ledger", f"differs in {found.count:,} places", "Run `kept ledger verify`: it says where.")
