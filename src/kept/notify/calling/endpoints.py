"""The endpoints of a person or a team: added, changed, switched off and on, with word to whoever has to know."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from kept.core.errors import Incomplete, NotFound
from kept.notify.calling.addresses import read_url
from kept.notify.kinds import Kind
from kept.notify.models import Call, Endpoint, Notice
from kept.notify.readers import active, answering
from kept.notify.telling import Matter, tell
from kept.people.models import Party, Person
from kept.promises.models import Promise

TEST = "kept.test"
"""The name of what a test call tells."""
OLD_SECRET_GOOD = timedelta(hours=24)
MOST = 20
"""How many endpoints of one kind somebody has at most."""
KEPT_FOR = timedelta(days=30)
"""How long a call stays in the log."""
SWITCHED_OFF = "It was switched off."


def new_secret() -> str:
    """A new secret as Standard Webhooks writes them: 256 random bits in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def add(
    actor: Person, owner: Party, *, kind: Endpoint.Kind, name: str, url: str, events: Sequence[str] = (), at: datetime
) -> Endpoint:
    """From now on `url` is told. `Incomplete` where it leads nowhere that Kept calls, or there are too many."""
    name = " ".join(name.split())
    if not name:
        raise Incomplete("Say what it is for, so that you know it again.", field="name")
    read_url(url)
    if endpoints_of(owner).filter(kind=kind).count() >= MOST:
        raise Incomplete(f"There are {MOST} already, which is the most; remove one first.")
    return Endpoint.objects.create(
        kind=kind, owner_id=owner.pk, made_by=actor, made_at=at, name=name, url=url, events=sorted(set(events)),
        secret=new_secret() if kind == Endpoint.Kind.WEBHOOK else "", next_at=at,
    )  # fmt: skip


def endpoints_of(owner: Party) -> QuerySet[Endpoint]:
    """The endpoints of a person or a team, oldest first."""
    return Endpoint.objects.filter(owner_id=owner.pk).order_by("pk")


def endpoint_of(owner: Party, endpoint_id: int) -> Endpoint:
    """One of them; `NotFound` for a stranger."""
    found = endpoints_of(owner).filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound("There is no such endpoint, or it is not yours.")
    return found


def change_secret(endpoint: Endpoint, *, at: datetime) -> str:
    """A new secret; for a day calls are signed with the old one as well. Gives the new one, to be shown once."""
    fresh = new_secret()
    Endpoint.objects.filter(pk=endpoint.pk).update(
        secret=fresh, old_secret=endpoint.secret, old_until=at + OLD_SECRET_GOOD
    )
    return fresh


def choose_events(endpoint: Endpoint, events: Sequence[str]) -> None:
    """From now on it is told of these, of all where there are none."""
    Endpoint.objects.filter(pk=endpoint.pk).update(events=sorted(set(events)))


def put(
    endpoint: Endpoint, *, key: str, name: str, body: str, next_at: datetime, at: datetime,
    promise: Promise | None = None,
) -> None:  # fmt: skip
    """A call to make from `next_at` on, unless this endpoint was told of the matter `key` before."""
    Call.objects.bulk_create(
        [
            Call(
                endpoint=endpoint, key=key, number=_number(endpoint, key), name=name, promise=promise, body=body,
                made_at=at, next_at=next_at,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _number(endpoint: Endpoint, key: str) -> str:
    """The same for one matter and endpoint always, and for no other, in no other installation."""
    return "msg_" + salted_hmac("kept.notify.calls", f"{endpoint.pk}.{key}", algorithm="sha256").hexdigest()[:32]


def test(endpoint: Endpoint, body: str, *, at: datetime) -> None:
    """Call it once, to see whether it answers."""
    put(endpoint, key=f"test:{secrets.token_hex(8)}", name=TEST, body=body, next_at=at, at=at)
    hurry(endpoint, at=at)


def again(endpoint: Endpoint, call_id: int, *, at: datetime) -> None:
    """Make a call that is over once more, with the same number. `NotFound` for one that is not there."""
    found = Call.objects.filter(endpoint=endpoint, pk=call_id)
    if not found.exists():
        raise NotFound("There is no such call; calls are kept for 30 days.")
    found.filter(claim="").update(done_at=None, gave_up_at=None, attempts=0, next_at=at, last_error="")
    hurry(endpoint, at=at)


def hurry(endpoint: Endpoint, *, at: datetime) -> None:
    """Don't wait because the last call failed."""
    Endpoint.objects.filter(pk=endpoint.pk, next_at__gt=at).update(next_at=at)


def switch_on(endpoint: Endpoint, *, at: datetime) -> None:
    """It is called again, for what happens from now on."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        gave_up_at=None, attempts=0, failing_since=None, last_error="", next_at=at
    )


def switch_off(endpoint: Endpoint, why: str = SWITCHED_OFF, *, at: datetime) -> bool:
    """It is called no more, and what it was still to be told is given up; False where it was off already."""
    with transaction.atomic():
        on = Endpoint.objects.filter(pk=endpoint.pk, gave_up_at=None)
        if not on.update(gave_up_at=at, last_error=why[:300], claim="", claimed_until=None):
            return False
        waiting = Call.objects.filter(endpoint=endpoint, done_at=None, gave_up_at=None)
        waiting.update(gave_up_at=at, claim="", claimed_until=None, last_error=SWITCHED_OFF)
    return True


def give_up(endpoint: Endpoint, why: str, *, at: datetime) -> list[Notice]:
    """Switch it off because it does not answer; gives the word of it for its owner, or for those who lead the team."""
    with transaction.atomic():
        return tell(_word(endpoint, why, at), at=at, now=at) if switch_off(endpoint, why, at=at) else []


def _word(endpoint: Endpoint, why: str, at: datetime) -> list[Matter]:
    what = "The webhook" if endpoint.kind == Endpoint.Kind.WEBHOOK else f"The {endpoint.get_kind_display()} chat"
    persons = active([endpoint.owner_id]) or answering(endpoint.owner_id)
    return [
        Matter(
            reader=one, kind=Kind.PROGRAMS, key=f"endpoint:{endpoint.pk}:off:{at.isoformat()}", subject=endpoint.name,
            says=f"{what} “{endpoint.name}” was switched off. {why}",
            needs="Look what came of its calls, put it right, and switch it on again.", page=page_of(endpoint),
        )
        for one in persons
    ]  # fmt: skip


def page_of(endpoint: Endpoint) -> str:
    """The path of its page."""
    if endpoint.kind == Endpoint.Kind.WEBHOOK:
        return f"/webhooks/{endpoint.pk}/"
    return f"/teams/{endpoint.owner_id}/chat/{endpoint.pk}/"


def remove(endpoint: Endpoint) -> None:
    """Forget it, and its log."""
    Endpoint.objects.filter(pk=endpoint.pk).delete()


def sweep(now: datetime) -> int:
    """Forget the calls that are over and older than `KEPT_FOR`; gives how many."""
    old = Call.objects.filter(made_at__lt=now - KEPT_FOR).exclude(done_at=None, gave_up_at=None)
    _, by_model = old.delete()
    return by_model.get("notify.Call", 0)


def in_json(said: dict[str, object]) -> str:
    """What is sent, in few bytes."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def link_to(path: str) -> str:
    """The whole address of a page."""
    return f"{settings.KEPT_ADDRESS}{path}"
