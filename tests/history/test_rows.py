"""Good rows are kept beside rejected ones, each with its line and reason; what is odd but sound is read."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.makers import HEAD, MAPPING, MAPPING_TOML, csv_text, gzipped, mapping, written, xes, xes_event
from kept.history.importing import import_log
from kept.history.mapping import LogMapping
from kept.history.reading import Understanding, open_log, understand
from kept.history.store import HistoryStore


def rejected_lines(said: Understanding) -> list[int]:
    return [reject.line for reject in said.rejects if reject.left_out == "row"]


def teams(path: Path, by: LogMapping = MAPPING) -> list[str | None]:
    """The teams in the order of the file."""
    with open_log(path, by) as log:
        rows = log.connection.execute(f"SELECT team FROM {log.events} ORDER BY place").fetchall()
    return [team for (team,) in rows]


def test_an_unreadable_date_on_line_7_is_left_out_with_its_line(tmp_path: Path) -> None:
    lines = csv_text(10).splitlines(keepends=True)
    lines[6] = "c5,2026-02-30 09:00,Sales\n"
    said = understand(written(tmp_path, "".join(lines)), MAPPING)
    assert (said.rows, said.events, said.rejected) == (10, 9, 1)
    [reject] = said.rejects
    assert (reject.line, reject.column, reject.value) == (7, "at", "2026-02-30 09:00")
    assert "can't be read" in reject.reason


FAULTS = [
    ("c1,2026-01-05 09:00\n", "2 values where the header names 3"),
    ("c1,2026-01-05 09:00,Sales,more\n", "4 values where the header names 3"),
    ("c1\n", "1 value where the header names 3"),
    (",2026-01-05 09:00,Sales\n", "case is missing"),
    ("c1,,Sales\n", "time is missing"),
    ("c1,yesterday,Sales\n", "can't be read"),
    ("c1,0001-01-01 00:00,Sales\n", "1900 to 2200"),
    ("c1,9999-12-31 00:00,Sales\n", "1900 to 2200"),
    ("c1,infinity,Sales\n", "can't be read"),
    ('c1,2026-01-05 09:00,"Sales"x\n', "without being doubled"),
    ('c1,2026-01-05 09:00,"Sales\n', "not closed"),
]


@pytest.mark.parametrize(("line", "reason"), FAULTS, ids=[reason for _, reason in FAULTS])
def test_a_bad_row_is_left_out_and_those_around_it_are_kept(line: str, reason: str, tmp_path: Path) -> None:
    before, after = "a,2026-01-05 08:00,A\n", "b,2026-01-05 10:00,B\nc,2026-01-05 11:00,C\n"
    path = written(tmp_path, HEAD + before + line + after)
    said = understand(path, MAPPING)
    assert rejected_lines(said) == [3]
    assert reason in said.rejects[0].reason
    assert (said.rows, said.events) == (4, 3)
    assert teams(path) == ["A", "B", "C"]


def test_lines_are_counted_over_values_with_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    text = HEAD + 'a,2026-01-05 08:00,"Two\nlines"\n\n\nb,never,B\nc,2026-01-05 11:00,"Three\r\n\r\nlines"\nd,never,D\n'
    path = written(tmp_path, text)
    assert rejected_lines(understand(path, MAPPING)) == [6, 10]
    assert teams(path) == ["Two\nlines", "Three\r\n\r\nlines"]


def test_a_quotation_mark_that_is_never_closed_costs_one_line_not_the_rest_of_the_file(tmp_path: Path) -> None:
    lines = csv_text(59).splitlines(keepends=True)
    lines[20] = 'c19,"2026-01-05 09:19,Sales\n'
    said = understand(written(tmp_path, "".join(lines)), MAPPING)
    assert (rejected_lines(said), said.events) == ([21], 58)


def test_two_stray_quotation_marks_far_apart_cost_their_lines_only(tmp_path: Path) -> None:
    lines = csv_text(59).splitlines(keepends=True)
    lines[10] = 'c9,2026-01-05 09:09,"Sales\n'
    lines[30] = 'c29,2026-01-05 09:29,"Sales\n'
    said = understand(written(tmp_path, "".join(lines)), MAPPING)
    assert (rejected_lines(said), said.events) == ([11, 31], 57)


def test_a_value_that_cannot_be_read_is_left_out_and_its_row_kept(tmp_path: Path) -> None:
    by = mapping(MAPPING_TOML + 'due = "due"\nkept = "kept"\nended = "ended"\n')
    rows = "c1,2026-01-05,A,2026-13-01,perhaps,2026-01-06\nc2,2026-01-05,A,2026-01-09,yes,\n"
    said = understand(written(tmp_path, "case,at,team,due,kept,ended\n" + rows), by)
    assert (said.events, said.rejected, said.values_left_out) == (2, 0, 1)
    [value] = said.rejects
    assert (value.line, value.column, value.value, value.left_out) == (2, "due", "2026-13-01", "value")
    assert [row["kept"] for row in said.sample] == [None, True]


def test_all_rejects_go_into_a_file_beside_the_log(tmp_path: Path) -> None:
    bad = "".join(f"c{n},never {n},Sales\n" for n in range(250))
    store = HistoryStore(tmp_path / "history")
    report = import_log(written(tmp_path, HEAD + csv_text(60).removeprefix(HEAD) * 5 + bad), MAPPING, store=store)
    assert report.log.rejects_file is not None
    with report.log.rejects_file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["line"] for row in rows] == [str(n) for n in range(302, 552)]
    assert rows[0] == {
        "line": "302",
        "column": "at",
        "value": "never 0",
        "reason": report.understanding.rejects[0].reason,
        "left_out": "row",
    }
    assert report.understanding.reasons == ((report.understanding.rejects[0].reason, 250),)


def test_no_rejects_file_where_nothing_was_left_out(tmp_path: Path) -> None:
    report = import_log(written(tmp_path, csv_text()), MAPPING, store=HistoryStore(tmp_path / "history"))
    assert report.log.rejects_file is None


def test_rows_and_events_outside_traces_are_rejected_with_their_line_in_xes(tmp_path: Path) -> None:
    good, bad = xes_event("2026-01-05T09:00:00Z", "A"), xes_event("some day", "B")
    text = xes([good, "\n" + bad]).replace("</log>", f"\n\n{good}</log>")
    said = understand(written(tmp_path, text, "log.xes"))
    assert sorted(rejected_lines(said)) == [3, 5]
    assert (said.rows, said.events) == (3, 1)


def test_a_case_may_be_called_na_and_only_stated_words_mean_missing(tmp_path: Path) -> None:
    text = HEAD + "NA,2026-01-05,null\nNULL,2026-01-05,?\nnan,2026-01-05,None\n"
    said = understand(written(tmp_path, text), MAPPING)
    assert (said.cases, said.teams) == (3, 3)
    stated = mapping(f'[read]\nmissing = ["?", "NA"]\n{MAPPING_TOML}')
    said = understand(written(tmp_path, text), stated)
    assert (said.cases, said.teams, said.rejected) == (2, 1, 1)


ENCODED = {
    "UTF-8 with mark": ("utf-8-sig", False),
    "UTF-16, small end first": ("utf-16", True),
    "UTF-16, big end first": ("utf-16-be", True),
    "UTF-32": ("utf-32", True),
}


@pytest.mark.parametrize(("encoding", "said_so"), ENCODED.values(), ids=ENCODED.keys())
@pytest.mark.parametrize("pack", [bytes, gzipped], ids=["plain", "gzip"])
def test_text_with_a_byte_order_mark_is_read_and_said(
    encoding: str, said_so: bool, pack: object, tmp_path: Path
) -> None:
    text = HEAD + "c1,2026-01-05,Büro\nc2,2026-01-05,東京\n"
    content = ("\ufeff" + text).encode(encoding) if encoding == "utf-16-be" else text.encode(encoding)
    path = written(tmp_path, pack(content))  # type: ignore[operator]
    assert teams(path) == ["Büro", "東京"]
    assert any("UTF-" in note for note in understand(path, MAPPING).notes) is said_so


def test_a_stated_encoding_is_used(tmp_path: Path) -> None:
    path = written(tmp_path, (HEAD + "c1,2026-01-05,Büro €\n").encode("cp1252"))
    assert teams(path, mapping(f'[read]\nencoding = "cp1252"\n{MAPPING_TOML}')) == ["Büro €"]


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
def test_the_separator_is_found_out(separator: str, tmp_path: Path) -> None:
    path = written(tmp_path, csv_text().replace(",", separator))
    assert teams(path) == ["Sales"] * 10


def test_the_separator_is_found_out_by_the_columns_that_the_mapping_names(tmp_path: Path) -> None:
    text = "a,b,c,d;case;at;team\n1,2,3,4;c1;2026-01-05;A\n"
    assert teams(written(tmp_path, text)) == ["A"]


def test_a_stated_separator_is_used(tmp_path: Path) -> None:
    path = written(tmp_path, csv_text().replace(",", "~"))
    assert teams(path, mapping(f'[read]\nseparator = "~"\n{MAPPING_TOML}')) == ["Sales"] * 10


ODD_BUT_SOUND = {
    "Windows line ends": csv_text(3).replace("\n", "\r\n"),
    "old Mac line ends": csv_text(3).replace("\n", "\r"),
    "mixed line ends": csv_text(3).replace("\n", "\r\n", 2),
    "no line end at the end": csv_text(3).rstrip("\n"),
    "blank lines at the end": csv_text(3) + "\n\n",
    "blank lines at the start": "\n\n" + csv_text(3),
    "Excel's separator line": "sep=;\n" + csv_text(3).replace(",", ";"),
    "spaces around values": csv_text(3).replace(",", " , "),
    "everything in quotes": "".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) + "\n" for line in csv_text(3).splitlines()
    ),
    "unnamed last column": "".join(line + ",\n" for line in csv_text(3).splitlines()),
}


@pytest.mark.parametrize("text", ODD_BUT_SOUND.values(), ids=ODD_BUT_SOUND.keys())
def test_odd_but_sound_files_are_read_whole(text: str, tmp_path: Path) -> None:
    said = understand(written(tmp_path, text), MAPPING)
    assert (said.rows, said.events, said.cases, said.teams, said.rejected) == (3, 3, 3, 1, 0)


def test_the_content_tells_what_a_file_is_not_its_name(tmp_path: Path) -> None:
    said = understand(written(tmp_path, gzipped(csv_text().encode()), "log.xes"), MAPPING)
    assert (said.format, said.events) == ("CSV", 10)


def test_two_columns_of_one_name_are_fine_where_nothing_needs_them(tmp_path: Path) -> None:
    text = "x,case,at,x,team,x (2),x\n1,c1,2026-01-05,2,A,3,4\n"
    said = understand(written(tmp_path, text), MAPPING)
    assert said.unused_columns == ("x", "x (3)", "x (2)", "x (4)")
    assert len(said.notes) == 2


SPACES = "".join(chr(n) for n in range(0x3001) if unicodedata.category(chr(n)) == "Zs")
CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@given(st.lists(CELL, min_size=1, max_size=20))
def test_every_text_that_csv_can_hold_arrives_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([("case", "at", "team"), *((f"c{n}", "2026-01-05", cell) for n, cell in enumerate(cells))])
    path = written(tmp_path_factory.mktemp("cells"), out.getvalue().encode())
    assert teams(path) == [cell.strip(SPACES) or None for cell in cells]


@given(st.lists(st.sampled_from(['"', ",", "\n", "c1,2026-01-05,A", "x", "\r\n", ";", " "]), max_size=60))
def test_no_muddle_of_signs_loses_a_sound_row_at_the_end(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    """Whatever stands before, each line is a row or a reject, and the reader neither fails nor hangs."""
    muddle = "".join(pieces)
    text = HEAD + "a,2026-01-05,First\n" + muddle + "\n" + "z,2026-01-05,Last\n"
    path = written(tmp_path_factory.mktemp("muddle"), text)
    said = understand(path, MAPPING)
    found = teams(path)
    assert said.rows == said.events + said.rejected == len(found) + said.rejected
    assert found[0] == "First"
    if muddle.count('"') % 2 == 0 or '"' not in muddle:
        assert found[-1] is not None
