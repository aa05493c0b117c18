"""Who works at Oak & Iron Furniture (example), and whom it serves. Company, people and customers are all invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NAME = "Oak & Iron Furniture (example)"
PURPOSE = (
    "An example company, made up to show Kept: we build furniture of oak and iron "
    "so that people have a good place to eat, work and rest."
)
PEOPLE_DOMAIN = "oak-and-iron.example"


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team: the `key` that the simulation knows it by, its name, the key of its parent ("" = the company)."""

    key: str
    name: str
    purpose: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person: `name`, the key of the boss ("" for the managing director), the teams (keys), and those they lead.

    A person's key is the first name, in small letters.
    """

    name: str
    title: str
    boss: str
    teams: tuple[str, ...]
    leads: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What the simulation knows this person by."""
        return self.name.split()[0].lower()

    @property
    def email(self) -> str:
        """The address, in a domain that cannot exist."""
        return f"{self.name.lower().replace(' ', '.')}@{PEOPLE_DOMAIN}"


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """An outside customer: `short` is what people in the company call them, `team` the key of who looks after them."""

    name: str
    short: str
    team: str
    mailbox: str
    kind: Literal["trade", "home"] = "trade"

    @property
    def email(self) -> str:
        """The address, in a domain that cannot exist."""
        return f"{self.mailbox}.example"


DEPARTMENTS = (
    TeamRow("sales", "Sales", "We turn wishes into orders with a date, so that customers know what they get and when."),
    TeamRow(
        "design", "Design", "We draw what the customer means, so that the workshop can build it right the first time."
    ),
    TeamRow(
        "purchasing",
        "Purchasing",
        "We bring in wood, iron and fittings, so that the workshop never has to wait.",
    ),
    TeamRow("workshop", "Workshop", "We build the furniture, so that the warehouse can send out pieces that last."),
    TeamRow(
        "warehouse", "Warehouse", "We keep and pick every piece, so that dispatch can plan with what is really there."
    ),
    TeamRow("dispatch", "Dispatch", "We plan the tours, so that each driver leaves on time and knows the way in."),
    TeamRow("drivers", "Drivers", "We carry it through the door, so that the customer can use it the same day."),
    TeamRow(
        "billing", "Billing", "We send invoices that are right, so that customers can pay them without asking back."
    ),
    TeamRow(
        "people", "People & IT", "We find people and keep the tools running, so that everybody else can do their work."
    ),
)
WORKSHOP_GROUPS = (
    TeamRow("joinery", "Joinery", "We do the wood, so that every piece leaves sound and square.", "workshop"),
    TeamRow("smithy", "Smithy", "We do the iron, so that joinery has legs and frames in time.", "workshop"),
)

PEOPLE = (
    PersonRow("Ruth Halvorsen", "Managing director", "", ("company",), ("company",)),
    PersonRow("Tomas Arnfield", "Head of sales", "ruth", ("sales",), ("sales",)),
    PersonRow("Ines Kaldera", "Account manager", "tomas", ("sales",)),
    PersonRow("Priya Somani", "Account manager", "tomas", ("sales",)),
    PersonRow("Oskar Wendt", "Order desk", "tomas", ("sales",)),
    PersonRow("Bea Rowland", "Order desk and payment plans", "tomas", ("sales", "billing")),
    PersonRow("Yuki Tannerud", "Head of design", "ruth", ("design",), ("design",)),
    PersonRow("Marco Felten", "Furniture designer", "yuki", ("design",)),
    PersonRow("Sofie Brekke", "Draughtswoman", "yuki", ("design",)),
    PersonRow("Adil Karimov", "Designer and model maker", "yuki", ("design", "joinery")),
    PersonRow("Greta Lindal", "Head of purchasing", "ruth", ("purchasing",), ("purchasing",)),
    PersonRow("Samir Haddon", "Buyer, wood", "greta", ("purchasing",)),
    PersonRow("Wen Osei", "Buyer, fittings; goods in", "greta", ("purchasing", "warehouse")),
    PersonRow("Petra Holm", "Workshop lead", "ruth", ("workshop",), ("workshop",)),
    PersonRow("Anton Rezek", "Master joiner", "petra", ("workshop", "joinery"), ("joinery",)),
    PersonRow("Claire Dunmore", "Joiner", "anton", ("workshop", "joinery")),
    PersonRow("Ivo Santel", "Joiner", "anton", ("workshop", "joinery")),
    PersonRow("Mads Torup", "Joiner and finisher", "anton", ("workshop", "joinery")),
    PersonRow("Rosa Belmont", "Apprentice joiner", "anton", ("workshop", "joinery")),
    PersonRow("Kofi Adler", "Master smith", "petra", ("workshop", "smithy"), ("smithy",)),
    PersonRow("Hanne Ulrik", "Smith", "kofi", ("workshop", "smithy")),
    PersonRow("Pavel Stroud", "Smith and welder", "kofi", ("workshop", "smithy")),
    PersonRow("Lena Osborg", "Head of logistics", "ruth", ("dispatch",), ("dispatch",)),
    PersonRow("Filip Maren", "Dispatcher", "lena", ("dispatch",)),
    PersonRow("Aisha Corbin", "Dispatcher", "lena", ("dispatch", "warehouse")),
    PersonRow("Dana Whitlock", "Warehouse lead", "lena", ("warehouse",), ("warehouse",)),
    PersonRow("Emil Jansky", "Picker", "dana", ("warehouse",)),
    PersonRow("Noor Rahim", "Picker", "dana", ("warehouse",)),
    PersonRow("Luis Ferrand", "Packer", "dana", ("warehouse",)),
    PersonRow("Tove Grahn", "Stock keeper", "dana", ("warehouse",)),
    PersonRow("Viktor Dahlen", "Lead driver", "lena", ("drivers",), ("drivers",)),
    PersonRow("Maria Santer", "Driver", "viktor", ("drivers",)),
    PersonRow("Jonah Pike", "Driver", "viktor", ("drivers",)),
    PersonRow("Ewa Kolar", "Driver", "viktor", ("drivers",)),
    PersonRow("Ben Ashdown", "Driver and loader", "viktor", ("drivers", "warehouse")),
    PersonRow("Nora Fenwick", "Head of billing", "ruth", ("billing",), ("billing",)),
    PersonRow("Hugo Prins", "Invoices", "nora", ("billing",)),
    PersonRow("Leila Amrani", "Analyst", "nora", ("billing",)),
    PersonRow("Simon Tark", "Head of people & IT", "ruth", ("people",), ("people",)),
    PersonRow("Mei Lofton", "IT and workplaces", "simon", ("people",)),
)

OUTSIDE_CUSTOMERS = (
    OutsideRow("Café at the Quay, Norhaven", "the café at the quay", "sales", "orders@quay-cafe"),
    OutsideRow("Hotel Three Herons, Lake Ansel", "the Three Herons", "sales", "house@three-herons"),
    OutsideRow("The Tolland family, Westerby", "the Tolland family", "sales", "home@tolland", "home"),
    OutsideRow("Mill Lane Dental Practice, Otterby", "the dental practice", "sales", "desk@mill-lane-dental"),
    OutsideRow("Sunday Bakery, Norhaven", "the bakery", "sales", "shop@sunday-bakery"),
    OutsideRow("Corner Bookshop, Pellham Green", "the bookshop", "sales", "books@corner-pellham"),
    OutsideRow("Dr Amara Quill, Hatherly", "Dr Quill", "sales", "post@quill", "home"),
    OutsideRow("Larch Street Architects, Castlewick", "the architects", "sales", "studio@larch-street"),
    OutsideRow("Green Door Guest House, Sandle Point", "the guest house", "sales", "stay@green-door"),
    OutsideRow("Lindenfield School, Eastbrook", "Lindenfield School", "billing", "office@lindenfield"),
    OutsideRow("Brackwater Housing Association, Brackwater", "the housing association", "billing", "rooms@brackwater"),
    OutsideRow("Town Library, Eastbrook", "the library", "billing", "desk@library-eastbrook"),
)

CAST = {"driver": "maria", "dispatcher": "filip", "lead": "petra", "boss": "ruth"}
"""The four whose sign-in links the demonstration prints, by their keys."""

SPEAKERS = {
    "company": ("ruth",),
    "sales": ("oskar", "oskar", "bea", "tomas"),
    "design": ("marco", "sofie", "adil", "marco", "yuki"),
    "purchasing": ("samir", "samir", "wen", "greta"),
    "workshop": ("petra", "petra", "anton", "petra", "claire", "ivo", "mads"),
    "joinery": ("anton", "anton", "claire", "mads"),
    "smithy": ("kofi", "hanne", "pavel"),
    "warehouse": ("emil", "noor", "dana", "luis", "tove"),
    "dispatch": ("filip", "filip", "aisha", "lena"),
    "drivers": ("maria", "maria", "jonah", "ewa", "ben", "viktor"),
    "billing": ("hugo", "hugo", "leila", "nora"),
    "people": ("mei", "mei", "simon"),
}
"""Who speaks for a team in its promises; who stands there twice does so more often."""

LOOKS_AFTER = {"sales": ("ines", "priya"), "billing": ("leila", "nora")}
"""Who speaks for the outside customers that a team looks after."""
