"""Persons, teams and outside customers: the parties of every promise.

All three are rows of `Party` with one id space, so that whoever can be a customer or a provider is one foreign key.
`Reach` is derived from the rest: it says for whom a person may act and whose promises a person sees.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class Party(models.Model):
    """Whoever can be a customer or a provider."""

    class Kind(models.TextChoices):
        PERSON = "person", "person"
        TEAM = "team", "team"
        OUTSIDE = "outside", "outside customer"

    kind = models.CharField(max_length=7, choices=Kind)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=64, blank=True, default="")
    """What the company's lists call it by, where they do: a personnel, department or customer number."""

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        indexes: ClassVar = [models.Index(fields=["kind", "name"], name="party_kind_name")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(kind__in=["person", "team", "outside"]), name="party_kind_known"),
            models.CheckConstraint(condition=~models.Q(name=""), name="party_named"),
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(kind__in=["team", "outside"]), name="party_name_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "number"], condition=~models.Q(number=""), name="party_number_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager["Person"]):
    """Finds persons by e-mail address, whatever its capitals."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


class Person(Party, AbstractBaseUser):
    """Someone who works here. `boss` is whom the person reports to; `title` says what the person does."""

    email = models.EmailField(unique=True, null=True, blank=True)
    title = models.CharField(max_length=120, blank=True)
    boss = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects: ClassVar[PersonManager] = PersonManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(
                condition=models.Q(boss__isnull=True) | ~models.Q(boss=models.F("party_ptr")),
                name="person_not_own_boss",
            ),
        ]

    @property
    def is_administrator(self) -> bool:
        """Whether this person keeps the installation: people, imports."""
        return self.is_staff and self.is_active


class Team(Party):
    """A team; `parent` makes the tree. `purpose` is one sentence: whom it helps to do what."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    purpose = models.CharField(max_length=300, blank=True)
    members = models.ManyToManyField(Person, through="Membership", related_name="teams")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("party_ptr")),
                name="team_not_own_parent",
            )
        ]


class Membership(models.Model):
    """A person is in a team, and may lead it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    leads = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.person} in {self.team}"


class OutsideCustomer(Party):
    """A company or a person who is served and does not work here; a team looks after them and may act for them."""

    email = models.EmailField(blank=True)
    looked_after_by = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="looks_after")


class Reach(models.Model):
    """Derived: for whom a person may act, and whose promises a person sees because of a place above them."""

    class How(models.TextChoices):
        SELF = "self", "is this person"
        LEAD = "lead", "leads this team"
        MEMBER = "member", "is in this team"
        LOOKS_AFTER = "looks_after", "looks after this customer"
        SUCCESSOR = "successor", "has taken over from this person, who has left"
        ABOVE = "above", "is above them in the organisation"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reaches")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="reached_by")
    how = models.CharField(max_length=11, choices=How)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "party"], name="reach_once")]
        indexes: ClassVar = [models.Index(fields=["party", "how"], name="reach_party_how")]

    def __str__(self) -> str:
        return f"{self.person} {self.how} {self.party}"


ACTING = (Reach.How.SELF, Reach.How.LEAD, Reach.How.MEMBER, Reach.How.LOOKS_AFTER, Reach.How.SUCCESSOR)
"""The reaches that let a person act for a party; being above somebody lets a person see only."""


class Leaving(models.Model):
    """A person left, and may have come back. `memberships` is what they were in: `[{"team": id, "leads": bool}]`.

    The successor speaks for them from then on wherever they were a party in person; without one that work lies open.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leavings")
    at = models.DateTimeField()
    successor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="inherits")
    confirmed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    memberships = models.JSONField(default=list)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(returned_at__isnull=True), name="leaving_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(successor__isnull=True) | ~models.Q(successor=models.F("person")),
                name="leaving_not_to_self",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} left"


class DirectoryLink(models.Model):
    """How a party is known in the company's directory (Entra ID, Okta), which keeps it up to date over SCIM.

    A party whose link has `deleted_at` is gone from the directory; here its history stays.
    """

    party = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="directory")
    user_name = models.CharField(max_length=254, blank=True)
    external_id = models.CharField(max_length=254, blank=True, db_index=True)
    given_name = models.CharField(max_length=120, blank=True)
    family_name = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("user_name"), condition=~models.Q(user_name=""), name="directory_user_name_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} in the directory"


class PeopleFile(models.Model):
    """A file of people that somebody brought: kept while it is looked at, then only what came of it."""

    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    settings = models.JSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(null=True, blank=True)
    rejected = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class ApiToken(models.Model):
    """A key for another program, which acts with it as `person`. Only a hash is kept: the key is shown once."""

    class Scope(models.TextChoices):
        SCIM = "scim", "keep people and teams up to date (SCIM)"
        READ = "read", "read what I may see (API)"
        WRITE = "write", "read and act for me (API)"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="api_tokens")
    scope = models.CharField(max_length=16, choices=Scope)
    name = models.CharField(max_length=120, blank=True)
    hashed = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name or self.hint


class WorkingHours(models.Model):
    """When a team works: `week` as `core.calendars` writes it, public holidays of `country` (and `region`).

    A team without a row of its own works as the team above it does.
    """

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="hours")
    zone = models.CharField(max_length=64)
    week = models.JSONField()
    country = models.CharField(max_length=3, blank=True)
    region = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"hours of {self.team}"


class SpecialDay(models.Model):
    """A day on which a team works otherwise: not at all (`hours` empty), or at hours of its own."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="special_days")
    day = models.DateField()
    hours = models.JSONField(default=list)
    words = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "day"], name="special_day_once")]

    def __str__(self) -> str:
        return f"{self.day} of {self.team}"


class Capacity(models.Model):
    """What a team says that it can carry: promises in work at once, and deliveries a week."""

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="capacity")
    at_once = models.PositiveSmallIntegerField(null=True, blank=True)
    a_week = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    said_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(a_week__isnull=True) | models.Q(a_week__gte=0), name="a_week_ge_0"
            )
        ]

    def __str__(self) -> str:
        return f"capacity of {self.team}"
