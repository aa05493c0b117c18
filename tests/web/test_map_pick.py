"""What the map picks and says, run in the Node that set-up brings, on the very file that pages load."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kept.web
from kept.core.moments import lasting

MODULE = Path(kept.web.__file__).parent / "static" / "kept" / "map_pick.js"


def run(expression: str, **given: Any) -> Any:
    """The value of a JavaScript expression over the module `m` and the given values."""
    node = shutil.which("node", path=str(Path(sys.executable).parent))
    assert node, "the environment has no Node: run make setup"
    script = f"""
        const m = await import({json.dumps(MODULE.as_uri())});
        const {{{", ".join(given)}}} = {json.dumps(given)};
        console.log(JSON.stringify({expression}));
    """
    done = subprocess.run([node, "--input-type=module"], input=script, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def tie(provider: str, customer: str, count: int) -> dict[str, Any]:
    return {
        "provider": provider, "customer": customer, "kind": "handoff", "count": count, "cases": count,
        "median_wait_s": 60, "p90_wait_s": 7200, "returns": 0, "going": "flows", "tone": "",
    }  # fmt: skip


TIES = [tie("a", "b", 9), tie("b", "a", 2), tie("b", "c", 5), tie("c", "d", 7), tie("a", "d", 5), tie("e", "f", 50)]


def test_the_strongest_come_first_and_equals_in_the_order_of_their_names() -> None:
    picked = run("m.strongest(ties, 4).map((tie) => tie.provider + tie.customer)", ties=TIES)
    assert picked == ["ef", "ab", "cd", "ad"]


@pytest.mark.parametrize(
    ("steps", "most", "picked"), [(1, 10, ["ab", "ad"]), (1, 1, ["ab"]), (2, 10, ["ab", "ad", "cd", "bc"])]
)
def test_around_a_team_its_own_ties_come_before_its_neighbours(steps: int, most: int, picked: list[str]) -> None:
    ties = [made for made in TIES if made["provider"] != "b" or made["customer"] != "a"]
    given = {"ties": ties, "steps": steps, "most": most}
    assert run('m.around(ties, "a", steps, most).map((tie) => tie.provider + tie.customer)', **given) == picked


def test_two_steps_leave_room_for_the_second() -> None:
    own = [tie("a", f"n{i}", 100 + i) for i in range(20)]
    far, near = [*own, tie("n1", "z", 1)], [*own, tie("n19", "z", 1)]
    customers = "m.around(ties, 'a', 2, 10).map((tie) => tie.customer)"
    assert run(customers, ties=near) == [f"n{i}" for i in range(19, 10, -1)] + ["z"]
    assert run(customers, ties=far) == [f"n{i}" for i in range(19, 9, -1)]  # n1 is not among the neighbours shown


def test_providers_stand_on_the_left_and_customers_on_the_right_and_nobody_on_anybody() -> None:
    ties = [tie(f"p{i}", "me", 5) for i in range(6)] + [tie("me", f"c{i}", 5) for i in range(6)] + [tie("c0", "x", 1)]
    places = run('Object.fromEntries(m.ring("me", ties))', ties=ties)
    assert places["me"] == {"x": 0, "y": 0}
    assert all(places[f"p{i}"]["x"] < 0 < places[f"c{i}"]["x"] for i in range(6))
    everyone = list(places.values())
    apart = min(
        (one["x"] - other["x"]) ** 2 + (one["y"] - other["y"]) ** 2
        for at, one in enumerate(everyone)
        for other in everyone[:at]
    )
    assert apart > 60**2


def test_durations_are_said_as_the_pages_say_them() -> None:
    lengths = [0, 59.9, 60, 90, 150, 5399, 5400, 9000, 129_599, 129_600, 216_000, 1_209_600, 5_184_000, 1e8, 1e9, None]
    assert run("lengths.map(m.lasting)", lengths=lengths) == [lasting(length) for length in lengths]


def test_the_sentence_beside_the_picture_says_how_much_of_all_it_is() -> None:
    said = run("[m.shownSaid(ties.slice(0, 2), ties), m.shownSaid(ties, ties)]", ties=TIES)
    assert said == [
        "Shows the strongest 2 of 6 ties: 14 % of the hand-offs.",
        "Shows all 6 ties.",
    ]
    assert run('m.shownSaid(ties.slice(0, 3), ties, "a")', ties=TIES) == (
        "Shows the strongest 2 of 3 ties of a: 69 % of the hand-offs. 1 more tie beyond."
    )
    served = [*TIES, tie("a", "a customer", 50) | {"kind": "serves"}]
    assert run("m.shownSaid(ties.slice(0, 1), ties)", ties=served).endswith("7 % of the hand-offs and cases served.")
