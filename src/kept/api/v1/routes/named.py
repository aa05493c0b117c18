"""What addresses and bodies name: ids in a path, and parties that must be there."""

from __future__ import annotations

from typing import Annotated

from ninja import Path

from kept.api.v1.problems import field_problem
from kept.api.v1.shapes.base import LARGEST_ID
from kept.people.models import Party

PromiseId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The promise.")]
PartyId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The person, team or outside customer.")]
TeamId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The team.")]
ResultId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The result.")]
TieId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The tie.")]
AgreementId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The agreement.")]
VersionNumber = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The number of the version, from 1.")]
FileId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The file.")]


def party_named(party_id: int, field: str) -> Party:
    """A party that a body names. Raises `Problem`, naming the field."""
    found = Party.objects.filter(pk=party_id).first()
    if found is None:
        raise field_problem(field, "There is no such person, team or outside customer.")
    return found
