"""What people at the example company say: short, concrete, and never the same twice in a row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a delivery goes back, what is said once it is mended, and the line of the checklist that it lacked."""

    words: str
    mended: str
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """The words around one kind of work.

    Texts may hold `{item}` (the furniture in full), `{piece}` (the same in short, "the counter"), `{who}` (the outside
    customer, as colleagues say) and `{n}` (a small number).
    """

    what: tuple[str, ...]
    name: str
    """The same in the middle of a sentence: “the drawing for {who}”."""
    done_when: str
    checklist: tuple[str, ...]
    asks: tuple[str, ...]
    progress: tuple[str, ...]
    causes: tuple[str, ...]
    delivers: tuple[str, ...]
    faults: tuple[Fault, ...]
    thanks: tuple[str, ...] = ()
    """What a customer says who is pleased; empty where what everybody says will do."""
