"""Directories call several times at once: one wins, the others are told, and the reach is right afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from api.directory import Answer, Directory, administrator
from kept.people import reach
from kept.people.models import Membership, Person

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def called(key: str, calls: list[tuple[str, str, Any]]) -> list[int]:
    """The statuses of calls that are made at the same time, each by a client and a connection of its own."""

    def call(what: tuple[str, str, Any]) -> int:
        try:
            answer: Answer = Directory(key, Client()).call(*what)
            return answer.status
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(call, calls))


def test_one_of_several_brings_a_user() -> None:
    directory = Directory.of(administrator())
    body = {"userName": "mara@example.com", "emails": [{"value": "mara@example.com"}]}
    assert called(directory.key, [("POST", "Users", body)] * AT_ONCE) == [201] + [409] * (AT_ONCE - 1)
    assert Person.objects.filter(email="mara@example.com").count() == 1


def test_everybody_who_comes_at_once_is_in_the_team_and_in_reach() -> None:
    directory = Directory.of(administrator())
    boss = directory.user("boss@example.com")
    team = directory.group("Dispatch", boss)
    manager = {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": boss}}}
    users = [("POST", "Users", {"userName": f"user{number}@example.com", **manager}) for number in range(AT_ONCE)]
    assert called(directory.key, users) == [201] * AT_ONCE
    keys = [str(each.pk) for each in Person.objects.filter(boss=boss)]
    joins = [
        ("PATCH", f"Groups/{team}", {"Operations": [{"op": "add", "path": "members", "value": [{"value": key}]}]})
        for key in keys
    ]
    assert called(directory.key, joins) == [204] * AT_ONCE
    assert Membership.objects.filter(team=team).count() == AT_ONCE + 1
    assert reach.rebuild() == 0
