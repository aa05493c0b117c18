"""Results, ties and what the work shows of them, agreements: as the API takes and gives them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from kept.api.v1.shapes.acts import shape_of
from kept.api.v1.shapes.base import Asked, Day, Given, Id, Moment, Paged, Taken
from kept.api.v1.shapes.parties import PartyRef, PersonRef
from kept.core import codec
from kept.core.agreement import Stated, Version
from kept.core.expectations import Expectations
from kept.customers.models import Agreement, Result, Tie
from kept.customers.network import Named, Way
from kept.customers.queries import Row, Seen

TieKind = Literal["pays_for", "consumes", "adds_to", "depends_on"]
ResultKind = Literal["finished", "intermediate", "by-product"]
SideName = Literal["customer", "provider"]
ExpectationsShape = shape_of(Expectations)

# --- results ------------------------------------------------------------------------------------------------------


class ResultOut(Given):
    """What a party's work produces; `purpose` says whom it helps to do what."""

    id: Id
    owner: Id
    kind: ResultKind
    name: str
    purpose: str
    retired_at: Moment | None

    @classmethod
    def of(cls, result: Result) -> ResultOut:
        """The result."""
        said: dict[str, Any] = {
            "id": result.pk,
            "owner": result.owner_id,
            "kind": result.kind,
            "name": result.name,
            "purpose": result.purpose,
            "retired_at": result.retired_at,
        }
        return cls(**said)


class ResultIn(Taken):
    """A result: its kind, its name, and in one sentence whom it helps to do what."""

    kind: ResultKind
    name: Annotated[str, Field(max_length=120)]
    purpose: Annotated[str, Field(max_length=300)]


# --- ties ---------------------------------------------------------------------------------------------------------


class TieOut(Given):
    """A declared tie: `customer` pays for, consumes, adds to or depends on what `provider` does."""

    id: Id
    provider: PartyRef
    customer: PartyRef
    result: Id | None
    kind: TieKind
    state: Literal["declared", "confirmed", "refused", "ended"]
    declared_side: SideName
    declared_at: Moment
    answered_at: Moment | None
    ended_at: Moment | None
    words: str

    @classmethod
    def of(cls, tie: Tie) -> TieOut:
        """The tie; both parties are read already."""
        said: dict[str, Any] = {
            "id": tie.pk,
            "provider": PartyRef.of(tie.provider),
            "customer": PartyRef.of(tie.customer),
            "result": tie.result_id,
            "kind": tie.kind,
            "state": tie.state,
            "declared_side": tie.declared_side,
            "declared_at": tie.declared_at,
            "answered_at": tie.answered_at,
            "ended_at": tie.ended_at,
            "words": tie.words,
        }
        return cls(**said)


class TieIn(Taken):
    """A tie to declare: who is whose customer, and how."""

    provider: Id
    customer: Id
    kind: TieKind
    result: Id | None = None


class TieAnswer(Taken):
    """An answer to what the other side declared, or the end of a tie."""

    answer: Literal["confirm", "refuse", "end"]
    words: Annotated[str, Field(max_length=300)] = ""


class SeenOut(Given):
    """What the work shows: hand-offs (or cases served) in all, how many came straight back, the usual wait."""

    count: int
    cases: int
    returns: int
    median_wait_s: float | None
    first: Moment | None
    last: Moment | None

    @classmethod
    def of(cls, seen: Seen) -> SeenOut:
        """The sums."""
        return cls(
            count=seen.count, cases=seen.cases, returns=seen.returns, median_wait_s=seen.median_wait_s,
            first=seen.first, last=seen.last,
        )  # fmt: skip


class TieShort(Given):
    """One declared tie of a pair."""

    id: Id
    kind: TieKind
    state: Literal["declared", "confirmed", "refused", "ended"]
    result: Id | None


class Other(Given):
    """One party at the other end. `id` is null for a name of a work log that no party bears."""

    id: Id | None
    name: str
    kind: Literal["person", "team", "outside", "name"]

    @classmethod
    def of(cls, who: Named) -> Other:
        """The party, or the name."""
        return cls(id=who.node if isinstance(who.node, int) else None, name=who.name, kind=who.kind)  # type: ignore[arg-type]


class RowOut(Given):
    """One party at the other end, and all that is known of the tie: declared, seen in the work, or by "reports to"."""

    who: Other
    ties: list[TieShort]
    seen: SeenOut | None
    reports: list[str]
    marked_no_customer: bool

    @classmethod
    def of(cls, row: Row) -> RowOut:
        """The row."""
        ties = [TieShort(id=tie.pk, kind=tie.kind, state=tie.state, result=tie.result_id) for tie in row.ties]  # type: ignore[arg-type]
        return cls(
            who=Other.of(row.who), ties=ties, seen=SeenOut.of(row.seen) if row.seen else None,
            reports=list(row.reports), marked_no_customer=row.mark is not None,
        )  # fmt: skip


class ComparisonOut(Given):
    """What people say beside what the work shows: `both`, `only_said`, `only_seen`, those `marked` as no customers, and
    the boss and the reports. Most work first.
    """

    both: list[RowOut]
    only_said: list[RowOut]
    only_seen: list[RowOut]
    marked: list[RowOut]
    reporting: list[RowOut]


class WayOut(Given):
    """Somebody who would notice: how many ties away, and the path that shows why; `said` are the declared steps."""

    steps: int
    path: list[Other]
    said: list[bool]

    @classmethod
    def of(cls, way: Way) -> WayOut:
        """The way."""
        return cls(steps=way.steps, path=[Other.of(who) for who in way.path], said=list(way.said))


class WaysOut(Given):
    """The nearest of them, and how many there are in all."""

    items: list[WayOut]
    total: int


class WaysWanted(Asked):
    """How many of them."""

    limit: Annotated[int, Field(ge=1, le=200, description="At most so many, the nearest first.")] = 40


# --- agreements ---------------------------------------------------------------------------------------------------


class StatedOut(Given):
    """What one side has on the table: said by whom, when. `sequence` is what the other side agrees `to`."""

    expectations: ExpectationsShape  # type: ignore[valid-type]
    by: PersonRef
    at: Moment
    sequence: int

    @classmethod
    def of(cls, stated: Stated | None, names: dict[int, str]) -> StatedOut | None:
        """What is on the table, where anything is."""
        if stated is None:
            return None
        by = PersonRef(id=stated.person, name=names[stated.person])
        return cls(expectations=expected(stated.expectations), by=by, at=stated.at, sequence=stated.sequence)


class VersionOut(Given):
    """What both sides agreed on, for good: one side wrote it, the other agreed."""

    number: int
    expectations: ExpectationsShape  # type: ignore[valid-type]
    side: SideName
    written_by: PersonRef
    agreed_by: PersonRef
    agreed_at: Moment

    @classmethod
    def of(cls, version: Version, names: dict[int, str]) -> VersionOut:
        """The version."""
        return cls(
            number=version.number, expectations=expected(version.expectations), side=version.side.value,
            written_by=PersonRef(id=version.written_by, name=names[version.written_by]),
            agreed_by=PersonRef(id=version.agreed_by, name=names[version.agreed_by]), agreed_at=version.agreed_at,
        )  # fmt: skip


class AgreementListed(Given):
    """An agreement in a list: between whom, about which result (null: all that they do), where it stands."""

    id: Id
    customer: PartyRef
    provider: PartyRef
    result: Id | None
    standing: Literal["proposed", "in force", "ended"]
    version: int | None
    review_on: Day | None
    last_at: Moment
    sequence: int

    @classmethod
    def of(cls, row: Agreement) -> AgreementListed:
        """The row; both parties are read already."""
        return cls(**agreement_listed(row))


class AgreementOut(AgreementListed):
    """An agreement in full: what each side has on the table, every version, and what the caller may do now."""

    customer_expects: StatedOut | None
    provider_expects: StatedOut | None
    versions: list[VersionOut]
    sides: list[SideName]
    acts: list[Literal["agree", "expect", "end"]]


class AgreementsWanted(Paged):
    """Which agreements, of those that the caller may read."""

    customer: Annotated[Id | None, Field(description="Of this customer.")] = None
    provider: Annotated[Id | None, Field(description="Of this provider.")] = None
    standing: Annotated[
        Literal["proposed", "in force", "ended"] | None, Field(description="How they stand.")
    ] = None  # fmt: skip


class BetweenIn(Taken):
    """Between whom, and about which of the provider's results (none: all that they do)."""

    customer: Id
    provider: Id
    result: Id | None = None


class ForSide(Taken):
    """Words, and the side that one speaks for, where one may for both."""

    words: Annotated[str, Field(max_length=4000)] = ""
    side: SideName | None = None


class AgreementIn(ForSide):
    """The first word of an agreement: what one side expects."""

    between: BetweenIn
    expectations: ExpectationsShape  # type: ignore[valid-type]


class ExpectIn(ForSide):
    """What one side expects now: an answer, or a change of what is in force."""

    act: Literal["expect"]
    expectations: ExpectationsShape  # type: ignore[valid-type]


class AgreeIn(ForSide):
    """Yes to exactly what the other side wrote: `to` is its `sequence`."""

    act: Literal["agree"]
    to: Annotated[int, Field(ge=0, le=2**31)]


class EndIn(ForSide):
    """One side ends it; the words say why."""

    act: Literal["end"]


class InAgreement(RootModel[Annotated[ExpectIn | AgreeIn | EndIn, Field(discriminator="act")]]):
    """What is done in an agreement."""


def agreement_listed(row: Agreement) -> dict[str, Any]:
    """What an agreement shows everywhere."""
    return {
        "id": row.pk,
        "customer": PartyRef.of(row.customer),
        "provider": PartyRef.of(row.provider),
        "result": row.result_id,
        "standing": row.standing,
        "version": row.version,
        "review_on": row.review_on,
        "last_at": row.last_at,
        "sequence": row.sequence,
    }


def expected(expectations: Expectations) -> Any:
    """What a side expects, in the shape in which it is written."""
    return ExpectationsShape.model_validate(codec.to_dict(expectations))
