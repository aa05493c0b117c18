"""A client that a tool makes from the served description opens a promise and promises it, against a real server.

The tool has an environment of its own (`make client`): its requirements don't go together with Kept's.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from api.v1.program import Program, soon
from cast import Cast
from kept.ledger.models import Event
from requirements import PROJECT, needs

TOOL = PROJECT / ".client" / "bin"
STORY = """
import datetime, json, sys
from kept_client import AuthenticatedClient
from kept_client.api.mine import get_me
from kept_client.api.promises import act, get_promise, list_promises, open_promise
from kept_client.models import AskAct, Problem, PromiseAct, PromiseOut, Terms

said = json.load(sys.stdin)


def client(key):
    return AuthenticatedClient(base_url=said["address"], token=key, raise_on_unexpected_status=True)


customer, provider = client(said["customer"]), client(said["provider"])
assert get_me.sync(client=customer).person.name == "Customer"
terms = Terms(what="The route sheet", due=datetime.datetime.fromisoformat(said["due"]))
ask = AskAct(act="ask", customer=said["dispatch"], provider=said["workshop"], terms=terms)
asked = open_promise.sync(client=customer, body=ask, idempotency_key="made-by-a-tool")
assert isinstance(asked, PromiseOut), asked
again = open_promise.sync(client=customer, body=ask, idempotency_key="made-by-a-tool")
assert again.id == asked.id
promised = act.sync(asked.id, client=provider, body=PromiseAct(act="promise", seen=asked.sequence))
assert promised.state == "promised", promised
assert promised.terms.due == terms.due
refused = act.sync(asked.id, client=provider, body=PromiseAct(act="promise"))
assert isinstance(refused, Problem), refused
assert refused.status == 409
assert [one.id for one in list_promises.sync(client=customer, late=False).items] == [asked.id]
print(json.dumps({"id": get_promise.sync(asked.id, client=customer).id}))
"""


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_asks_and_promises(cast: Cast, live_server: Any, tmp_path: Path) -> None:
    needs("client", (TOOL / "openapi-python-client").exists(), "Make it with: make client")
    described = tmp_path / "openapi.json"
    described.write_bytes(Program("").get("/openapi.json").raw)
    _run(TOOL / "openapi-python-client", "generate", "--path", described, "--output-path", tmp_path / "made",
         "--meta", "none", "--config", _config(tmp_path), "--fail-on-warning")  # fmt: skip
    (tmp_path / "made").rename(tmp_path / "kept_client")
    told = {
        "address": f"{live_server.url}/api/v1", "customer": Program.of(cast.customer).key,
        "provider": Program.of(cast.provider).key, "dispatch": cast.dispatch.pk, "workshop": cast.workshop.pk,
        "due": soon(),
    }  # fmt: skip
    (tmp_path / "story.py").write_text(STORY)
    done = _run(TOOL / "python", "story.py", at=tmp_path, says=json.dumps(told))
    promise = json.loads(done)["id"]
    names = Event.objects.filter(stream=promise).order_by("sequence").values_list("name", flat=True)
    assert list(names) == ["promise.asked", "promise.promised"]


def _config(folder: Path) -> Path:
    config = folder / "config.json"
    config.write_text(json.dumps({"post_hooks": []}))
    return config


def _run(*command: str | Path, at: Path | None = None, says: str = "") -> str:
    done = subprocess.run(
        [str(each) for each in command], cwd=at, input=says, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
