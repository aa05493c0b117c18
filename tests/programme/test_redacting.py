"""Names are taken out wherever they stand, and nothing else is; what a text without names says stays as it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kept.programme.cases.redacting import Known, names_of, redact

PEOPLE = (
    Known("Maria Santer", "the driver"),
    Known("Petra Holm", "the workshop lead"),
    Known("Jürgen Müller-Lüdenscheidt", "the analyst"),
    Known("Mark Will", "the picker"),
    Known("Zoë O'Brien", "the clerk"),
    Known("Bo Li", "the buyer"),
    Known("王伟", "the joiner"),
    Known("Анна Петрова", "the planner"),
    Known("Anton Rezek", "the joiner"),
    Known("Søren Ångström", "the smith"),
    Known("Ana María de la Cruz", "the packer"),
    Known("Customer", "the dispatcher"),
    Known("Café at the Quay, Norhaven", "the customer", outside=True),
    Known("Sunday Bakery, Norhaven", "a customer", outside=True),
    Known("Lindenfield School GmbH", "a customer", outside=True),
)
NAMES = names_of(PEOPLE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Maria Santer called.", "The driver called."),
        ("I saw Maria.", "I saw the driver."),
        ("SANTER, MARIA and maria santer", "The driver and the driver"),
        ("Maria's sheet, Maria’s sheet, Santers' van", "The driver's sheet, the driver’s sheet, the driver' van"),
        ("Marias Blatt", "The driver Blatt"),
        ("for Santer/Holm", "for the driver/the workshop lead"),
        ("Maria K. Santer; M. Santer; Santer, M.; Ms Santer", "The driver; the driver; the driver; the driver"),
        ("write to maria.santer@example.com now", "write to an e-mail address now"),
        ("<Maria.Santer+x@mail.example.com>", "<an e-mail address>"),
        ("mailto:holm@example", "An e-mail address"),
        ("see maria.santer, m.santer, msanter, santer_m, @maria, mariasanter, MariaSanter",
         "see the driver, the driver, the driver, the driver, the driver, the driver, the driver"),
        ("open Holm_report.pdf or angebotsanter.xlsx", "open a file or a file"),
        ("it lies in report.pdf", "it lies in report.pdf"),
        ("https://example.com/people/holm?x=1 tells", "A link tells"),
        ("https://example.com/help tells", "https://example.com/help tells"),
        ("Santerbrief and santerbrief, Holmschlüssel", "The driver and the driver, the workshop lead"),
        ("Juergen, Jurgen, JÜRGEN, Mueller, Muller, Mu\u0308ller", ", ".join(["The analyst", *["the analyst"] * 5])),
        ("Müller-Lüdenscheidt and Luedenscheidt", "The analyst and the analyst"),
        ("Soeren Aangstroem, SOREN; Angstrom", "The smith, the smith; the smith"),
        ("Zoe; ZOË; O'Brien; O’Brien; OBrien", "The clerk; the clerk; the clerk; the clerk; the clerk"),
        ("Ana Maria de la Cruz, la Cruz, de la mañana", "The packer, la the packer, de la mañana"),
        ("Ma\u200bria Sant\u00ader", "The driver"),
        ("请王伟帮忙", "请the joiner帮忙"), ("王伟王伟", "The joinerthe joiner"),
        ("Петрова пришла", "The planner пришла"),
        ("at the Café at the Quay, Norhaven", "at the customer"),
        ("the cafe at the quay", "The customer"),
        ("Sunday Bakery's order for Lindenfield", "A customer's order for a customer"),
        ("Dr. Holm and Frau Santer", "The workshop lead and the driver"),
        ("Maria\nSanter", "The driver"),
    ],
)  # fmt: skip
def test_whoever_is_named_becomes_a_role(text: str, said: str) -> None:
    assert redact(text, NAMES) == said


@pytest.mark.parametrize(
    "text",
    [
        "Please mark it; will you? Remarkable marketing, on the mark; we will. We will.They mark e.g. this.",
        "Antonym, antonyms, marine life and marital law; the normal holmium in a rosary.",
        "the Sunday tour, a bakery, the school on the quay, at the café",
        "the customer waits, customers wait; all customer ids",
        "likely, a bottle of oil, a lip, boat and bow; li and bo",
        "We can’t. It's 14:00, 3.5 kg of M8 screws (A4), version 2.0.1: 100 % of file.txt in C:/data",
        "de la, von der, the and of, and an e in 5 e 3",
    ],
)
def test_words_that_are_no_names_stay_as_they_are(text: str) -> None:
    assert redact(text, NAMES) == text


def test_a_name_that_is_a_word_too_is_one_with_a_capital() -> None:
    assert (
        redact("Ask Mark. We mark it, and mark will come.", NAMES) == "Ask the picker. We mark it, and mark will come."
    )
    assert redact("mark_will and Mark_report.pdf", NAMES) == "The picker and a file"
    assert redact("The customer asked Customer", NAMES) == "The customer asked the dispatcher"


def test_of_two_with_the_same_name_the_nearer_gives_the_role() -> None:
    names = names_of([Known("Maria Holm", "the near one"), Known("Maria Santer", "the far one")])
    assert redact("ask Maria, or Maria Santer", names) == "ask the near one, or the far one"


def test_without_names_and_of_nothing() -> None:
    assert redact("Nobody is here.", names_of([])) == "Nobody is here."
    assert redact("", NAMES) == ""
    assert redact("x", names_of([Known("", "nobody"), Known("-", "nobody"), Known("X", "the one")])) == "x"


# --- properties: made-up names that are in no other word, anywhere -------------------------------------------------

PART = st.text("qxzvjkwäöüéßøłñ", min_size=6, max_size=9).map(str.capitalize)
PERSON = st.tuples(PART, PART).map(" ".join)
FRAMES = (
    "{0}", "ask {0}.", "{0}'s van", "{0}’s", "{0}s", "({0})", "“{0}”", "{0}/{1}", "{1}-{0}", "{0}, {1}", "{0}\n{1}",
    "{0}_{1}", "{0}.{1}@example.com", "{1}@x.example", "<{0}@x>", "{0}{1}", "file_{0}.pdf", "{0}2024.xlsx", "@{0}",
    "{0}@", "https://x.example/{0}/1", "www.x.example?q={0}+{1}", "1{0}2", "*{0}*", "{0}:{1}", "…{0}…", "{0}-Bericht",
    "{0}bericht", "{1} {0} {1}", "Dr. {0}", "{1}, {0}", "{0} & {1}", "{0}\u200b{1}", "{0};{1}", "#{0}", "[{0}](/x/)",
    "{0}=1", "~{0}~", "{0} K. {1}", "\t{0}", "“{0}’s”", "{1}.{0}", "x{0}.docx", "{0}{1}.png", "Re: {0}", "{0}\u00ad{1}",
)  # fmt: skip
CASES = (str, str.upper, str.lower, str.title, lambda word: unicodedata.normalize("NFD", word))
SOME_NAMES = st.lists(PERSON, min_size=1, max_size=4, unique=True)


def plain(text: str) -> str:
    """A text as somebody reads it who looks for a name: small letters, no accents, nothing between the letters."""
    small = text.casefold().replace("ß", "ss").replace("ø", "o").replace("ł", "l")
    return re.sub(r"[\u0300-\u036f\u200b]", "", unicodedata.normalize("NFKD", small))


@given(SOME_NAMES, st.sampled_from(FRAMES), st.sampled_from(CASES), st.data())
def test_no_part_of_a_name_is_left_wherever_it_stands(
    people: list[str], frame: str, case: Callable[[str], str], data: st.DataObject
) -> None:
    names = names_of(Known(one, "the one") for one in people)
    first, last = data.draw(st.sampled_from(people)).split(" ")
    text = f"On Monday {frame.format(case(first), case(last))} came, and it was good."
    said = redact(text, names)
    for part in (first, last):
        assert plain(part) not in plain(said), (text, said)
    assert said.endswith("came, and it was good.")
    assert redact(said, names) == said


@given(SOME_NAMES, st.text(alphabet=st.sampled_from("abcdefghilmnoprstuABC .,;:!?'-_@/0123\n"), max_size=200))
def test_a_text_in_which_nobody_is_named_stays_as_it_is(people: list[str], text: str) -> None:
    names = names_of(Known(one, "the one") for one in people)
    unaddressed = re.sub("@", "", text)
    assert redact(unaddressed, names) == unaddressed


OTHERS = [one for one in PEOPLE if one.name != "Customer"]  # roles are called by that word
PIECES = [*(one.name for one in OTHERS), "mark", " ", "/", ".", "_", "s ", "'s ", "x@y.z ", "1", "M. ", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_taking_names_out_twice_is_taking_them_out_once(parts: list[str]) -> None:
    names = names_of(OTHERS)
    once = redact("".join(parts), names)
    assert redact(once, names) == once
