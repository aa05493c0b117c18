"""`kept import people`, `kept administrator`, `kept token`: as typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cast import Cast
from kept.cli.main import build
from kept.core.errors import KeptError
from kept.people.models import ApiToken, Membership, Person
from kept.people.tokens import token_of
from people.importer import NOW

pytestmark = pytest.mark.django_db
FILE = (
    "Name,E-mail,Teams,Boss\nNew person,new@example.com,Workshop,lead@example.com\nOther,other@example.com,Nowhere,\n"
)


@pytest.fixture
def file(tmp_path: Path, cast: Cast) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(FILE)
    return path


def kept(*words: str | Path) -> Result:
    arguments = [str(word) for word in words]
    return CliRunner().invoke(build(arguments), arguments, catch_exceptions=True)


def refused(result: Result) -> str:
    assert isinstance(result.exception, KeptError), result.output
    return str(result.exception)


def test_a_dry_run_only_says(file: Path) -> None:
    result = kept("import", "people", file, "--dry-run")
    assert "1 to add, 0 to change" in result.stdout
    assert "line 3 is rejected: No team is called “Nowhere”" in result.stderr
    assert "Nothing was changed (--dry-run)." in result.stdout
    assert not Person.objects.filter(name="New person").exists()
    assert not file.with_suffix(".rejected.csv").exists()


def test_it_is_brought_in_and_the_rejected_rows_are_handed_back(file: Path) -> None:
    result = kept("import", "people", file, "--yes")
    assert result.exit_code == 0, result.output
    assert "6 people who are here and not in the file: they stay." in result.stdout
    assert Membership.objects.filter(person__name="New person", team__name="Workshop").exists()
    back = file.with_suffix(".rejected.csv").read_text("utf-8-sig")
    assert 'Other,other@example.com,Nowhere,,3,"No team' in back
    assert "There is nothing to change." in kept("import", "people", file, "--yes").stdout


def test_nothing_is_done_where_nobody_can_be_asked(file: Path) -> None:
    assert "there is nobody to ask" in refused(kept("import", "people", file))
    assert "--yes" in refused(kept("import", "people", file, "--json"))
    assert not Person.objects.filter(name="New person").exists()


def test_it_says_everything_as_json(file: Path) -> None:
    said: dict[str, Any] = json.loads(kept("import", "people", file, "--json", "--dry-run").stdout)
    assert (said["outcome"], said["added"], said["rejected"], said["rejects_file"]) == ("dry run", 1, 1, None)
    assert said["rejects"][0]["line"] == 3
    assert said["changes"][0]["what"] == "added"
    done: dict[str, Any] = json.loads(kept("import", "people", file, "--json", "--yes").stdout)
    assert (done["outcome"], done["handed_on"]) == ("done", [])


def test_leavers_and_who_takes_over(file: Path, cast: Cast) -> None:
    cast.promised()
    rows = "".join(f"{one.name},{one.email},\n" for one in Person.objects.exclude(name="Provider"))
    file.write_text("Name,E-mail\n" + rows.replace(",\n", "\n"))
    named = ("--leavers", "--successor", "provider@example.com=colleague@example.com")
    shown = kept("import", "people", file, *named, "--dry-run").stdout
    assert "Provider leaves: Colleague takes over, 1 open promise" in shown
    done = json.loads(kept("import", "people", file, *named, "--yes", "--json").stdout)
    assert [(left["left"], left["successor"]) for left in done["handed_on"]] == [("Provider", "Colleague")]
    assert done["handed_on"][0]["promises"][0]["how"] == "taken over"
    assert "does not say who takes over" in refused(kept("import", "people", file, "--successor", "x", "--dry-run"))


def test_a_file_that_cannot_be_read(tmp_path: Path, cast: Cast) -> None:
    assert "cannot be read" in refused(kept("import", "people", tmp_path / "absent.csv", "--dry-run"))
    assert "cannot be read" in refused(kept("import", "people", tmp_path, "--dry-run"))
    bad = tmp_path / "bad.csv"
    bad.write_text("Name,Teams\nAnn,Nowhere\n")
    assert "No row of the file could be taken" in refused(kept("import", "people", bad, "--yes"))


def test_administrators(cast: Cast) -> None:
    assert "Lead is now an administrator." in kept("administrator", "LEAD@example.com").stdout
    assert kept("administrator").stdout.split() == ["Lead", "lead@example.com"]
    assert "last administrator" in refused(kept("administrator", "lead@example.com", "--no-longer"))
    assert "Nobody here has the address" in refused(kept("administrator", "nobody@example.com"))


def test_keys_are_made_shown_once_listed_and_revoked(cast: Cast) -> None:
    assert "Only an administrator's key" in refused(kept("token", "lead@example.com"))
    kept("administrator", "lead@example.com")
    made = kept("token", "lead@example.com", "--name", "Entra", "--days", "30")
    key = made.stdout.strip()
    row = ApiToken.objects.get()
    assert token_of(key, scope=ApiToken.Scope.SCIM, at=NOW).pk == row.pk
    listed = kept("token", "lead@example.com", "--list").stdout
    assert (key in listed, "Entra" in listed, "good until" in listed) == (False, True, True)
    assert "opens nothing any more" in kept("token", "lead@example.com", "--revoke", str(row.pk)).stdout
    assert "revoked" in kept("token", "lead@example.com", "--list").stdout
    assert "has no key 99" in refused(kept("token", "lead@example.com", "--revoke", "99"))
