"""How soon a notice is mailed, and what a worker that is killed loses. Run: .venv/bin/python benchmarks/notices/run.py

Both parts run real workers in processes of their own, an installation of its own (SQLite, or DATABASE_URL's PostgreSQL)
and a mail server on this machine. `--part latency` or `--part kills` runs one of them.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import django

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "tests"))
_home = tempfile.TemporaryDirectory(prefix="kept-bench-")
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "kept.config.settings",
    "KEPT_HOME": _home.name,
    "KEPT_MAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
}
django.setup()

from django.core.management import call_command  # noqa: E402 models need Django ready
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from kept.core import acts  # noqa: E402
from kept.core.terms import Terms  # noqa: E402
from kept.ledger.models import Outbox  # noqa: E402
from kept.notify.models import Habit, Letter, Notice  # noqa: E402
from kept.people import actions as people  # noqa: E402
from kept.people.models import Person, Team  # noqa: E402
from kept.people.reach import organisation_changing  # noqa: E402
from kept.promises import actions  # noqa: E402
from post_office import Post, post_office, text_of  # noqa: E402

WORKER = [sys.executable, "-c", "from kept.cli.main import main; main()", "worker"]
NUMBER = re.compile(r"number (\d+)\.")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Two:
    """Somebody who asks, and somebody who answers, each in a team."""

    asker: Person
    answerer: Person
    customer: Team
    provider: Team

    @classmethod
    def gather(cls) -> Two:
        """Both, with no quiet hours."""
        with organisation_changing():
            customer, provider = people.add_team(name="Dispatch"), people.add_team(name="Warehouse")
            asker = people.add_person(name="Asker", email="asker@example.com")
            answerer = people.add_person(name="Answerer", email="answerer@example.com")
            people.join_team(asker, customer, leads=True)
            people.join_team(answerer, provider, leads=True)
        for person in (asker, answerer):
            Habit.objects.create(reader_id=person.pk, quiet=False)
        return cls(asker, answerer, customer, provider)

    def ask(self, number: int) -> int:
        """One more ask; gives the promise's id."""
        act = acts.Ask(
            customer=self.customer.pk, provider=self.provider.pk, words=f"This is number {number}.",
            terms=Terms(f"Route sheet {number}", timezone.now() + DAY),
        )  # fmt: skip
        return actions.open_promise(self.asker, act, at=timezone.now()).pk


def start_worker(port: int) -> subprocess.Popen[bytes]:
    """A worker that sends its mails to this port."""
    return subprocess.Popen(WORKER, env=os.environ | {"KEPT_MAIL_PORT": str(port)}, stdout=subprocess.DEVNULL)


def end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    worker.wait(30)


def wait_for(count: int, post: Post, *, within: float) -> None:
    """Until so many different mails have come, or the time is over."""
    until = time.monotonic() + within
    while time.monotonic() < until and len({mail["Message-ID"] for mail in post.mails}) < count:
        time.sleep(0.2)


def latency(two: Two, *, rate: int, seconds: int) -> None:
    """From before an act begins until the mail server has taken the mail about it, at `rate` acts a second."""
    begun: dict[int, float] = {}
    taken: dict[int, float] = {}
    with post_office() as post:
        post.on_mail = lambda mail: taken.update({int(NUMBER.findall(text_of(mail))[-1]): time.monotonic()})
        worker = start_worker(post.port)
        two.ask(0)
        wait_for(1, post, within=60)
        start = time.monotonic()
        for number in range(1, rate * seconds + 1):
            time.sleep(max(0.0, start + number / rate - time.monotonic()))
            begun[number] = time.monotonic()
            two.ask(number)
        behind = time.monotonic() - start - seconds
        wait_for(rate * seconds + 1, post, within=60)
        end(worker)
    waits = sorted(taken[number] - at for number, at in begun.items() if number in taken)
    p95 = statistics.quantiles(waits, n=20)[-1]
    print(
        f"latency on {connection.vendor}: {len(waits)} of {len(begun)} mails at {rate} acts a second; from act to mail "
        f"median {statistics.median(waits):.2f} s, p95 {p95:.2f} s, slowest {waits[-1]:.2f} s; the acts ended "
        f"{behind:.1f} s behind"
    )


def kills(two: Two, *, notices: int, times: int, seed: int = 7) -> None:
    """Kill the worker `times` while `notices` go out: all must arrive, none twice beyond the one in flight."""
    Outbox.objects.filter(done_at=None).update(done_at=timezone.now())
    before = Notice.objects.count()
    for number in range(notices):
        two.ask(100_000 + number)
    chance = Random(seed)
    killed_in_flight = 0
    with post_office() as post:
        began = time.monotonic()
        for _ in range(times):
            worker = start_worker(post.port)
            count = len(post.mails)
            until = time.monotonic() + 20
            while len(post.mails) == count and time.monotonic() < until:
                time.sleep(0.01)  # it sends
            time.sleep(chance.random() * 0.3)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            killed_in_flight += Letter.objects.filter(done_at=None).exclude(claim="").exists()
        last = start_worker(post.port)
        wait_for(notices, post, within=300)
        end(last)
        seconds = time.monotonic() - began
    copies = Counter(mail["Message-ID"] for mail in post.mails)
    twice = [number for number, count in copies.items() if count > 1]
    print(
        f"kills on {connection.vendor}: {times} kills ({killed_in_flight} with mails claimed) while {notices} notices "
        f"went out in {seconds:.0f} s: {Notice.objects.count() - before} notices made, {len(copies)} different mails "
        f"arrived, {len(twice)} twice, {sum(count > 2 for count in copies.values())} more than twice"
    )
    if len(copies) != notices or len(twice) > times or Notice.objects.count() - before != notices:
        sys.exit("A notice was lost, or sent too often.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=("latency", "kills"))
    parser.add_argument("--rate", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--notices", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    given = parser.parse_args()
    call_command("migrate", interactive=False, verbosity=0)
    two = Two.gather()
    if given.part != "kills":
        latency(two, rate=given.rate, seconds=given.seconds)
    if given.part != "latency":
        kills(two, notices=given.notices, times=given.kills)


if __name__ == "__main__":
    main()
