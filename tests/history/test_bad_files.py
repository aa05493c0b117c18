"""Files and mappings that can't be used: each is refused in words that help, and nothing of it is kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from history.makers import HEAD, MAPPING, MAPPING_TOML, csv_text, gzipped, mapping, parquet, written, xes, xes_event
from kept.core.errors import KeptError
from kept.history.errors import BadMapping, UnreadableLog
from kept.history.importing import import_log
from kept.history.mapping import LogMapping
from kept.history.store import HistoryStore

GOOD_EVENT = xes_event("2026-01-05T09:00:00Z", "Sales")
DOCTYPE = '<!DOCTYPE log [<!ENTITY secret SYSTEM "file:///etc/passwd">]>\n'
BOMB = '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'


@dataclass(frozen=True)
class Bad:
    """A file (its name and content), how it is read, and words that the refusal must hold."""

    name: str
    content: bytes | str
    says: tuple[str, ...]
    by: LogMapping | None = MAPPING


def read_by(read: str = "", columns: str = "", attributes: str = "") -> LogMapping:
    """The usual mapping with more lines in its sections."""
    return mapping(f"[read]\n{read}\n{MAPPING_TOML}{columns}\n[attributes]\n{attributes}\n")


ONE_ROW = HEAD + "c1,2026-01-05 09:00,Sales\n"

BAD = {
    "empty file": Bad("log.csv", "", ("is empty", "Export it again")),
    "empty gzip": Bad("log.csv.gz", gzipped(b""), ("empty file packed with gzip",)),
    "only blank lines": Bad("log.csv", "\n\n  \n", ("no header line",)),
    "header but no rows": Bad("log.csv", HEAD, ("has a header but no rows",)),
    "cut-off gzip": Bad("log.csv.gz", gzipped(csv_text(500).encode())[:-40], ("is cut off", "nothing was kept")),
    "gzip cut in its head": Bad("log.csv.gz", gzipped(csv_text().encode())[:6], ("is cut off",)),
    "damaged gzip": Bad(
        "log.csv.gz",
        gzipped(csv_text(500).encode())[:60] + b"\xff\xff\xff\xff" + gzipped(csv_text(500).encode())[64:],
        ("is damaged", "nothing was kept"),
    ),
    "gzip in gzip": Bad("log.csv.gz", gzipped(gzipped(csv_text().encode())), ("packed twice",)),
    "missing column": Bad(
        "log.csv", csv_text().replace("team", "Team "), ('"team"', "Did you mean", "Its columns are")
    ),
    "missing attribute": Bad(
        "log.csv", csv_text(), ('"priority"', "Its columns are"), read_by(attributes='case = ["priority"]')
    ),
    "mapped column twice": Bad(
        "log.csv", "case,at,team,team\nc1,2026-01-05,A,B\n", ("Two columns", '"team"', "Rename")
    ),
    "unknown columns, no mapping": Bad("log.csv", "a,b,c\n1,2,3\n", ("does not recognise", "mapping", "a, b, c"), None),
    "ten thousand columns": Bad(
        "log.csv",
        ",".join(f"x{n}" for n in range(10_000)) + "\n" + ",".join(["1"] * 10_000) + "\n",
        ("10,000 columns", "2,000"),
    ),
    "every time unreadable": Bad("log.csv", HEAD + "c1,soon,A\nc2,later,B\n", ("soon", "at_format")),
    "stated format fits nothing": Bad(
        "log.csv", ONE_ROW, ("None of the 1 rows", "2026-01-05 09:00", "%d.%m.%Y"), read_by('at_format = "%d.%m.%Y"')
    ),
    "day or month first": Bad(
        "log.csv", HEAD + "c1,03/04/2024,A\nc2,05/06/2024,B\n", ("more than one way", "at_format")
    ),
    "unknown sign in the format": Bad("log.csv", ONE_ROW, ("%Q", "not understood"), read_by('at_format = "%Q"')),
    "every case missing": Bad("log.csv", HEAD + ",2026-01-05,A\n,2026-01-06,B\n", ("The case is missing",)),
    "every order unreadable": Bad(
        "log.csv",
        "case,at,team,n\nc1,2026-01-05,A,first\n",
        ("order is not a whole number", "first"),
        read_by(columns='order = "n"'),
    ),
    "Latin-1": Bad("log.csv", (HEAD + "c1,2026-01-05,Büro\n").encode("latin-1"), ("Line 2", "not UTF-8", "encoding")),
    "wrong encoding stated": Bad(
        "log.csv", (HEAD + "c1,2026-01-05,Büro\n").encode("latin-1"), ("Line 2", "ascii"), read_by('encoding = "ascii"')
    ),
    "NUL bytes": Bad("log.csv", csv_text().replace("c5", "c\0"), ("Line 7", "NUL")),
    "UTF-16 without its mark": Bad("log.csv", csv_text().encode("utf-16-le"), ("UTF-16 without its mark",)),
    "UTF-16 cut in a sign": Bad("log.csv", csv_text().encode("utf-16")[:-1], ("not utf-16",)),
    "binary rubbish": Bad("log.csv", bytes(range(256)) * 20, ("log.csv", "Save")),
    "random bytes": Bad("log.csv", b"\x80\x81\xfe\xff" * 100, ("not UTF-8",)),
    "Excel workbook": Bad("log.csv", b"PK\x03\x04" + b"\0" * 100, ("Excel workbook", "CSV")),
    "old Excel": Bad("log.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100, ("old Excel", "CSV")),
    "PDF": Bad("log.csv", b"%PDF-1.7\n", ("a PDF",)),
    "bzip2": Bad("log.csv.bz2", b"BZh91AY&SY", ("bzip2",)),
    "xz": Bad("log.csv.xz", b"\xfd7zXZ\0", ("packed with xz",)),
    "tar in gzip": Bad(
        "log.tar.gz", gzipped(b"log.csv".ljust(257, b"\0") + b"ustar\0" + b"\0" * 300), ("tar archive",)
    ),
    "SQLite": Bad("log.csv", b"SQLite format 3\0" + b"\0" * 100, ("SQLite database",)),
    "JSON": Bad("log.json", '{"ocel:events": []}', ("is JSON",)),
    "one line without end": Bad("log.csv", b"x" * (34 << 20), ("a line of more than 32 MB",)),
    "no table at all": Bad("log.csv", "Dear all,\nplease find attached\n", ("Its columns are",)),
    "Parquet cut off": Bad("log.parquet", b"PAR1" + b"\0" * 50, ("damaged or cut off", "nothing was kept")),
    "XES with an external entity": Bad(
        "log.xes", xes([GOOD_EVENT], before=DOCTYPE).replace("c0", "&secret;"), ("document type", "DOCTYPE"), None
    ),
    "XES with an entity bomb": Bad(
        "log.xes", xes([GOOD_EVENT], before=BOMB).replace("c0", "&b;"), ("document type",), None
    ),
    "XES with a bare DOCTYPE": Bad(
        "log.xes", xes([GOOD_EVENT], before='<!DOCTYPE log SYSTEM "x.dtd">'), ("DOCTYPE",), None
    ),
    "XES with an unknown entity": Bad(
        "log.xes", xes([GOOD_EVENT]).replace("c0", "&who;"), ("not sound XML", "line 2"), None
    ),
    "XES cut off": Bad("log.xes", xes([GOOD_EVENT] * 50)[:-200], ("is cut off", "nothing was kept"), None),
    "XES cut off in gzip": Bad("log.xes.gz", gzipped(xes([GOOD_EVENT] * 5000).encode())[:-30], ("is cut off",), None),
    "XES with crossed tags": Bad("log.xes", "<log><trace></log></trace>", ("not sound XML",), None),
    "XES without events": Bad("log.xes", "<log><trace/></log>", ("without events",), None),
    "XES without times": Bad(
        "log.xes", xes(['<event><string key="org:group" value="A"/></event>']), ("time:timestamp",), None
    ),
    "XES without case names": Bad(
        "log.xes", f"<log><trace>{GOOD_EVENT}</trace></log>", ("recognise", "time:timestamp"), None
    ),
    "XES in an unknown encoding": Bad("log.xes", xes([GOOD_EVENT]).replace("UTF-8", "KLINGON-1"), ("encoding",), None),
    "XES with too many attributes": Bad(
        "log.xes",
        xes(["<event>" + "".join(f'<string key="k{n}" value="1"/>' for n in range(3000)) + "</event>"]),
        ("different attributes",),
        None,
    ),
    "HTML": Bad("log.csv", "<!doctype html><html><body>Sign in</body></html>", ("log.csv",), None),
    "other XML": Bad("log.xes", "<feed><entry/></feed>", ("XML but not XES", "<feed>"), None),
    "events outside traces": Bad("log.xes", f"<log>{GOOD_EVENT}</log>", ("recognise",), None),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_file_that_cannot_be_used_is_refused_and_nothing_is_kept(bad: Bad, tmp_path: Path) -> None:
    path = written(tmp_path, bad.content, bad.name)
    store = HistoryStore(tmp_path / "history")
    with pytest.raises((UnreadableLog, BadMapping)) as refused:
        import_log(path, bad.by, store=store)
    for words in bad.says:
        assert words in str(refused.value)
    assert_plain(str(refused.value))
    assert not store.root.exists()


def assert_plain(sentence: str) -> None:
    """A refusal is a whole sentence for a person, not what some library said."""
    assert sentence.rstrip()[-1] in ".)", sentence
    assert "Traceback" not in sentence
    assert "/tmp/kept-reading" not in sentence


def test_there_are_at_least_thirty() -> None:
    assert len(BAD) >= 30


def test_a_refusal_leaves_what_was_kept_before_untouched(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path / "history")
    import_log(written(tmp_path, csv_text()), MAPPING, store=store)
    before = snapshot(store.root)
    for bad in BAD.values():
        if len(bad.content) > 1 << 20:
            continue
        with pytest.raises(KeptError):
            import_log(written(tmp_path, bad.content, bad.name), bad.by, store=store, name="log")
    assert snapshot(store.root) == before


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder / "nowhere.csv", "There is no file"),
        (lambda folder: folder, "is a folder"),
        (lambda folder: make_fifo(folder / "pipe"), "not a regular file"),
        (lambda folder: Path("/dev/null"), "not a regular file"),
    ],
    ids=["absent", "folder", "pipe", "device"],
)
def test_what_is_no_file_is_refused(make: Callable[[Path], Path], says: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableLog, match=says):
        import_log(make(tmp_path), MAPPING, store=HistoryStore(tmp_path / "history"))


def make_fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, csv_text())
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("This account may read every file, so there is none that it can't open.")
    with pytest.raises(UnreadableLog, match="can't be opened"):
        import_log(path, MAPPING, store=HistoryStore(tmp_path / "history"))


def test_a_parquet_file_without_the_columns_lists_those_it_has(tmp_path: Path) -> None:
    path = parquet(tmp_path / "log.parquet", "SELECT 'c' AS kase, TIMESTAMP '2026-01-05' AS at, 'A' AS team")
    with pytest.raises(BadMapping, match=r'Did you mean "kase"\?.*kase, at, team'):
        import_log(path, MAPPING, store=HistoryStore(tmp_path / "history"))


BAD_MAPPINGS = {
    "not TOML": ("case = = 1", "not valid TOML"),
    "unknown section": ("[colums]\ncase='a'", 'Did you mean "columns"'),
    "unknown key in columns": ('[columns]\ncase="a"\nat="b"\nteem="c"', 'Did you mean "team"'),
    "unknown key in read": ('[read]\ntime_zone="UTC"\n[columns]\ncase="a"\nat="b"', 'Did you mean "timezone"'),
    "unknown key in attributes": ('[columns]\ncase="a"\nat="b"\n[attributes]\ncases=["x"]', 'Did you mean "case"'),
    "unknown key at the top": ('case="a"', 'Unknown key "case"'),
    "no case": ('[columns]\nat="b"', "which column is case"),
    "no columns at all": ("", "which column is case and which is at"),
    "a number for a column": ('[columns]\ncase=1\nat="b"', "must be a text"),
    "an empty column": ('[columns]\ncase=" "\nat="b"', "must be a text"),
    "missing is no list": ('[read]\nmissing="?"\n[columns]\ncase="a"\nat="b"', "must be a list"),
    "a section that is none": ('columns="a"', "must be a section"),
    "unknown time zone": ('[read]\ntimezone="Europe/Rom"\n[columns]\ncase="a"\nat="b"', "not a known time zone"),
    "a folder as time zone": ('[read]\ntimezone="Europe"\n[columns]\ncase="a"\nat="b"', "not a known time zone"),
    "a path as time zone": (
        '[read]\ntimezone="../../etc/passwd"\n[columns]\ncase="a"\nat="b"',
        "not a known time zone",
    ),
    "a format without signs": ('[read]\nat_format="dd.mm.yyyy"\n[columns]\ncase="a"\nat="b"', "not a time format"),
    "a long separator": ('[read]\nseparator="::"\n[columns]\ncase="a"\nat="b"', "must be one sign"),
    "a quote as separator": ("[read]\nseparator='\"'\n[columns]\ncase='a'\nat='b'", "must be one sign"),
    "unknown encoding": ('[read]\nencoding="utf-99"\n[columns]\ncase="a"\nat="b"', "not known"),
    "an encoding that is no text": ('[read]\nencoding="base64"\n[columns]\ncase="a"\nat="b"', "not known"),
    "attributes are no list": ('[columns]\ncase="a"\nat="b"\n[attributes]\ncase="x"', "must be a list"),
}


@pytest.mark.parametrize(("text", "says"), BAD_MAPPINGS.values(), ids=BAD_MAPPINGS.keys())
def test_a_mapping_that_cannot_be_understood_says_what_to_put_right(text: str, says: str) -> None:
    with pytest.raises(BadMapping) as refused:
        mapping(text)
    assert says in str(refused.value)
    assert_plain(str(refused.value))
