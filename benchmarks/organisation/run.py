"""How long it takes to work out who acts for whom in a large company, and to verify a large ledger.

Run: `.venv/bin/python benchmarks/organisation/run.py [people] [promises]`; it prints one line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from random import Random

import django

_home = tempfile.TemporaryDirectory(prefix="kept-bench-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "kept.config.settings", "KEPT_HOME": _home.name}
django.setup()

from django.core.management import call_command  # noqa: E402 models need Django ready

from kept.core import acts  # noqa: E402
from kept.core.terms import Answer, Terms  # noqa: E402
from kept.people import actions as people  # noqa: E402
from kept.people import reach  # noqa: E402
from kept.people.models import Person, Reach, Team  # noqa: E402
from kept.promises import actions, verify  # noqa: E402

TEAM_OF = 10
BELOW_ONE = 8


def company(size: int) -> None:
    """`size` people: every tenth leads a team of ten; teams and bosses form trees of eight below one."""
    with reach.organisation_changing():
        teams: list[Team] = []
        leads: list[Person] = []
        for number in range(size):
            place = number // TEAM_OF
            above = (place - 1) // BELOW_ONE if place else None
            if number % TEAM_OF == 0:
                team = people.add_team(name=f"Team {place}", parent=None if above is None else teams[above])
                lead = people.add_person(name=f"Lead {place}", boss=None if above is None else leads[above])
                teams.append(team)
                leads.append(lead)
                people.join_team(lead, team, leads=True)
            else:
                people.join_team(people.add_person(name=f"Person {number}", boss=leads[place]), teams[place])


def promises(count: int) -> None:
    """`count` promises between random teams, each kept in four acts."""
    chance = Random(7)
    teams = list(Team.objects.all())
    speakers = {row.team_id: row.person for row in people.Membership.objects.select_related("person")}
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for number in range(count):
        customer, provider = chance.sample(teams, 2)
        asker, maker = speakers[customer.pk], speakers[provider.pk]
        ask = acts.Ask(
            customer=customer.pk, provider=provider.pk, terms=Terms(f"Part {number}", at + timedelta(days=2))
        )
        promise = actions.open_promise(asker, ask, at=at).pk
        actions.do(maker, promise, acts.Promise(), at=at)
        actions.do(maker, promise, acts.Deliver(easier=Answer.EASIER), at=at)
        actions.do(asker, promise, acts.Accept(answer=Answer.EASIER), at=at)
        at += timedelta(minutes=10)


def timed(what: object) -> float:
    began = time.perf_counter()
    what()  # type: ignore[operator]
    return round(time.perf_counter() - began, 3)


def main(size: int, count: int) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    found: dict[str, object] = {"people": size}
    found["founding_s"] = timed(lambda: company(size))
    found["reach_rows"] = Reach.objects.count()
    found["rebuild_unchanged_s"] = timed(reach.rebuild)
    one = Person.objects.order_by("-pk")[0]
    found["one_change_s"] = timed(lambda: people.join_team(one, Team.objects.order_by("pk")[0]))
    found["promises"] = count
    taken = timed(lambda: promises(count))
    found["ms_per_act"] = round(taken * 1000 / (count * 4), 2)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found["verify_s"] = timed(verify.verify)
    found["verify_events_per_s"] = round(count * 4 / found["verify_s"])  # type: ignore[operator]
    found["verify_more_memory_mib"] = round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, 1)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]) if len(sys.argv) > 1 else (5000, 5000))
