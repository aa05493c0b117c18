"""Files of people as they really come: encodings, separators, headings, spreadsheets' habits; and what is none."""

from __future__ import annotations

import codecs
import csv
from importlib.resources import files

import pytest

from kept.people.importing.columns import CALLED, SAID, column_of
from kept.people.importing.errors import BadPeopleFile
from kept.people.importing.sheet import LARGEST, read_sheet
from people.importer import planned

TEXT = "Name,E-mail,Title\nZoë Müller,zoe@example.com,Director\n"
GOOD: dict[str, bytes] = {
    "UTF-8": TEXT.encode(),
    "UTF-8 with its mark": codecs.BOM_UTF8 + TEXT.encode(),
    "UTF-16 little-endian": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "UTF-16 big-endian": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "UTF-16 without its mark": TEXT.encode("utf-16-le"),
    "UTF-16 big-endian without its mark": TEXT.encode("utf-16-be"),
    "UTF-32": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    "a spreadsheet's Unicode text": codecs.BOM_UTF16_LE + TEXT.replace(",", "\t").encode("utf-16-le"),
    "Windows": TEXT.encode("cp1252"),
    "Latin-1": TEXT.replace("Director", "Director\x81").replace("\x81", "").encode("latin-1"),
    "semicolons": TEXT.replace(",", ";").encode(),
    "bars": TEXT.replace(",", "|").encode(),
    "tabs": TEXT.replace(",", "\t").encode(),
    "sep= on top": b"sep=;\r\n" + TEXT.replace(",", ";").replace("\n", "\r\n").encode(),
    "lines of Windows": TEXT.replace("\n", "\r\n").encode(),
    "lines of an old Mac": TEXT.replace("\n", "\r").encode(),
    "quotes around everything": b'"Name","E-mail","Title"\n"Zo\xc3\xab M\xc3\xbcller","zoe@example.com","Director"\n',
    "empty lines and columns": ("\n\n" + TEXT.replace("\n", ",,\n") + ",,,,\n\n").encode(),
    "no line end at the end": TEXT.rstrip().encode(),
    "spaces around": TEXT.replace(",", " , ").encode(),
    "hard spaces": TEXT.replace("Zoë Müller", "Zoë\u00a0Müller\u00a0").encode(),
    "letters and marks apart": TEXT.replace("ë", "e\u0308").replace("ü", "u\u0308").encode(),
    "first and last name": b"First name,Last name,Mail,Position\nZo\xc3\xab,M\xc3\xbcller,zoe@example.com,Director\n",
    "other headings": TEXT.replace("Name,E-mail,Title", "FULL NAME,Email_Address,job-title").encode(),
    "a link as the address": TEXT.replace("zoe@", "mailto:zoe@").encode(),
    "a formula that keeps text": TEXT.replace("Director", '"=""Director"""').encode(),
    "an apostrophe before": TEXT.replace("Director", "'=Director").encode(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", GOOD)
def test_a_file_is_read_whatever_wrote_it(what: str) -> None:
    plan = planned(GOOD[what])
    assert plan.rejected == ()
    (entry,) = plan.entries
    assert entry.name == "Zoë Müller"
    changes = {change.field: change.new for change in entry.changes}
    assert changes == {"E-mail": "zoe@example.com", "Title": "=Director" if "apostrophe" in what else "Director"}


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "only spaces": (b" \n\n ", "empty"),
    "a workbook": (b"PK\x03\x04" + b"\x00" * 40, "workbook"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1", "workbook"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "no text"),
    "no name": (b"Town,Street\nBerlin,Main street\n", "No column is called “Name”"),
    "no heading": (b"Ann,ann@example.com\nBo,bo@example.com\n", "No column is called “Name”"),
    "a heading twice": (b"Name,E-mail,Mail\nAnn,a@example.com,b@example.com\n", "say the same (E-mail): “E-mail”, “M"),
    "a quotation mark left open": (b'Name\nAnn\n"Bo\nCleo\n', "From line 3 on"),
    "text behind a quotation mark": (b'Name\n"Ann" B\n', "From line 2 on"),
    "a cell without end": (b'Name\n"' + b"x" * 200_000 + b'"\n', "From line 2 on"),
    "ten thousand columns": (b"Name," * 1 + b"x," * 10_000 + b"\nAnn\n", "10,002 columns"),
    "UTF-16 cut off": (codecs.BOM_UTF16_LE + "Name\nAnn".encode("utf-16-le")[:-1], "not whole"),
    "UTF-8 that says so and is not": (codecs.BOM_UTF8 + b"Name\nM\xfcller\n", "not whole"),
    "too large": (b"Name\n" + b"x\n" * (LARGEST // 2), "larger than"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_file_of_people_is_refused_in_words(what: str) -> None:
    data, says = BAD[what]
    with pytest.raises(BadPeopleFile) as refusal:
        read_sheet(data)
    assert says in str(refusal.value)


def test_a_cell_without_end_is_refused_whatever_limit_another_reader_has_set() -> None:
    before = csv.field_size_limit(1_000_000)
    try:
        with pytest.raises(BadPeopleFile, match="From line 2 on"):
            read_sheet(b'Name\n"' + b"x" * 200_000 + b'"\n')
    finally:
        csv.field_size_limit(before)


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    sheet = read_sheet(b'\nName,Title\n"Ann","two\nlines"\n\nBo,\n')
    assert [row.line for row in sheet.rows] == [3, 6]


def test_every_column_is_known_by_what_kept_calls_it() -> None:
    assert {column_of(said) for said in SAID.values()} == set(SAID) == set(CALLED)
    names = [name.strip() for names in CALLED.values() for name in names.split(",")]
    assert len(names) == len(set(names)), "one heading cannot mean two columns"
    assert column_of("Salary") is None


@pytest.mark.django_db
def test_the_example_is_a_good_file() -> None:
    plan = planned(files("kept.people.importing").joinpath("example.csv").read_bytes())
    assert (plan.rejected, plan.unread, plan.counts["added"]) == ((), (), 8)
