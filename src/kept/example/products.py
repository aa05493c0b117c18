"""What Oak & Iron Furniture (example) makes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """A piece of furniture: in full, in short, the usual hours that building it takes, and what it needs.

    `needs` holds "drawing" where the customer wants to see one first, "build" where it isn't on stock, "iron" where the
    smithy makes a part of it, "trade" where nobody would have it at home.
    """

    item: str
    piece: str
    hours: float
    needs: frozenset[str]


def _made(item: str, piece: str, hours: float, *needs: str) -> Product:
    return Product(item, piece, hours, frozenset(needs) | {"build"})


def _stock(item: str, piece: str, *needs: str) -> Product:
    return Product(item, piece, 0, frozenset(needs))


MADE = (
    _made("dining table for eight in oak", "the table", 38, "drawing"),
    _made("shop counter in oak and steel", "the counter", 60, "drawing", "iron", "trade"),
    _made("bookshelves for one wall in beech", "the shelves", 44, "drawing"),
    _made("reception desk in walnut", "the desk", 56, "drawing", "trade"),
    _made("conference table of four metres, oak on iron", "the table", 52, "drawing", "iron", "trade"),
    _made("six bar stools, ash on iron", "the stools", 34, "iron"),
    _made("bunk beds for three rooms in pine", "the bunk beds", 54, "drawing", "trade"),
    _made("wardrobe with sliding doors in oak", "the wardrobe", 48, "drawing"),
    _made("ten school desks, beech on steel", "the school desks", 58, "iron", "trade"),
    _made("window seats in pine", "the window seats", 32, "drawing"),
    _made("kitchen island in oak", "the island", 50, "drawing"),
    _made("display cabinet in cherry", "the cabinet", 46, "drawing"),
    _made("stair rail in wrought iron", "the rail", 36, "drawing", "iron"),
    _made("twelve café tables, oak on iron", "the café tables", 56, "iron", "trade"),
    _made("cloakroom for forty coats, oak and iron", "the cloakroom", 40, "iron", "trade"),
    _made("reading corner with two benches in beech", "the reading corner", 42, "drawing", "trade"),
)
STOCK = (
    _stock("twelve ash chairs from the catalogue", "the chairs"),
    _stock("two garden benches in larch", "the benches"),
    _stock("a set of four side tables", "the side tables"),
    _stock("bed frame in ash, 160", "the bed frame"),
    _stock("eight coat racks in iron", "the coat racks", "trade"),
    _stock("five desk lamps in iron and oak", "the lamps"),
    _stock("three high chairs for children", "the high chairs", "trade"),
)
