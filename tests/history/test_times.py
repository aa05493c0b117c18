"""Times: every way of writing them that logs use, in every zone, as Python's own libraries read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.makers import HEAD, MAPPING, MAPPING_TOML, mapping, written
from kept.history.errors import UnreadableLog
from kept.history.mapping import LogMapping
from kept.history.reading import open_log, understand


def moments(folder: Path, written_times: list[str], by: LogMapping = MAPPING) -> list[datetime]:
    """What a log with these times is read as."""
    rows = "".join(f'c{n},"{at}",A\n' for n, at in enumerate(written_times))
    with open_log(written(folder, HEAD + rows), by) as log:
        found = log.connection.execute(f'SELECT epoch_us("at") FROM {log.events} ORDER BY place').fetchall()
    return [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us) for (us,) in found]


ISO = {
    "2026-03-05": (2026, 3, 5),
    "2026-03-05 14:30": (2026, 3, 5, 14, 30),
    "2026-03-05T14:30:15": (2026, 3, 5, 14, 30, 15),
    "2026-03-05T14:30:15.5": (2026, 3, 5, 14, 30, 15, 500_000),
    "2026-03-05T14:30:15,250": (2026, 3, 5, 14, 30, 15, 250_000),
    "2026-03-05 14:30:15.123456789": (2026, 3, 5, 14, 30, 15, 123_456),
    "2026-03-05T14:30:15Z": (2026, 3, 5, 14, 30, 15),
    "2026-03-05t14:30:15z": (2026, 3, 5, 14, 30, 15),
    "2026-03-05 14:30:15 UTC": (2026, 3, 5, 14, 30, 15),
    "2026-03-05T14:30:15+02:00": (2026, 3, 5, 12, 30, 15),
    "2026-03-05T14:30:15+0200": (2026, 3, 5, 12, 30, 15),
    "2026-03-05T14:30:15+02": (2026, 3, 5, 12, 30, 15),
    "2026-03-05 14:30:15 -0800": (2026, 3, 5, 22, 30, 15),
    "2026-03-05 14:30:15.000000-05:30": (2026, 3, 5, 20, 0, 15),
    "2026/03/05 14:30": (2026, 3, 5, 14, 30),
    "2026-3-5 9:05": (2026, 3, 5, 9, 5),
}


@pytest.mark.parametrize(("text", "expected"), ISO.items(), ids=ISO.keys())
def test_iso_8601_is_read_without_being_told(text: str, expected: tuple[int, ...], tmp_path: Path) -> None:
    assert moments(tmp_path, [text]) == [datetime(*expected, tzinfo=UTC)]


NOT_TIMES = [
    "epoch",
    "infinity",
    "2026-02-29",
    "2026-13-01",
    "25:00",
    "2026-03-05 25:00",
    "2026-03-05 Europe/Rome",
    "20",
]


@pytest.mark.parametrize("text", NOT_TIMES)
def test_what_is_no_time_is_no_time(text: str, tmp_path: Path) -> None:
    rows = f"good,2026-03-05,A\nbad,{text},A\n"
    said = understand(written(tmp_path, HEAD + rows), MAPPING)
    assert [reject.line for reject in said.rejects] == [3]


STATED = {
    "%d/%m/%Y %H:%M": ("29/2/2016 01:16", (2016, 2, 29, 1, 16)),
    "%Y/%m/%d %H:%M:%S.%f": ("2012/10/09 14:50:17.000", (2012, 10, 9, 14, 50, 17)),
    "%m/%d/%Y %I:%M %p": ("3/4/2026 3:05 PM", (2026, 3, 4, 15, 5)),
    "%d.%m.%Y": ("05.03.2026", (2026, 3, 5)),
    "%Y-%m-%dT%H:%M:%S%z": ("2026-03-05T14:30:15+0100", (2026, 3, 5, 13, 30, 15)),
    "unix": ("1772721015", (2026, 3, 5, 14, 30, 15)),
    "unix_ms": ("1772721015250", (2026, 3, 5, 14, 30, 15, 250_000)),
}


@pytest.mark.parametrize(("pattern", "case"), STATED.items(), ids=STATED.keys())
def test_a_stated_format_is_used(pattern: str, case: tuple[str, tuple[int, ...]], tmp_path: Path) -> None:
    text, expected = case
    by = mapping(f'[read]\nat_format = "{pattern}"\n{MAPPING_TOML}')
    assert moments(tmp_path, [text], by) == [datetime(*expected, tzinfo=UTC)]


def test_other_times_may_be_written_otherwise(tmp_path: Path) -> None:
    by = mapping(f'[read]\nat_format = "%d/%m/%Y"\n{MAPPING_TOML}due = "due"\n')
    text = "case,at,team,due\nc1,05/03/2026,A,2026-03-09T12:00:00Z\nc2,05/03/2026,A,10/03/2026\n"
    said = understand(written(tmp_path, text), by)
    assert [row["due"] for row in said.sample] == [
        datetime(2026, 3, 9, 12, tzinfo=UTC),
        datetime(2026, 3, 10, tzinfo=UTC),
    ]


FOUND_OUT = {
    "day first": (["25/12/2025 10:00", "03/04/2026 11:00"], (2026, 4, 3, 11)),
    "month first": (["12/25/2025 10:00", "03/04/2026 11:00"], (2026, 3, 4, 11)),
    "with dots": (["25.12.2025 10:00", "03.04.2026 11:00"], (2026, 4, 3, 11)),
    "Jira": (["25/Dec/25 10:00 AM", "03/Apr/26 11:00 AM"], (2026, 4, 3, 11)),
    "in words": (["Dec 25, 2025 10:00 AM", "Apr 3, 2026 11:00 AM"], (2026, 4, 3, 11)),
}


@pytest.mark.parametrize(("texts", "second"), FOUND_OUT.values(), ids=FOUND_OUT.keys())
def test_common_formats_are_found_out_from_all_the_values(
    texts: list[str], second: tuple[int, ...], tmp_path: Path
) -> None:
    assert moments(tmp_path, texts)[1] == datetime(*second, tzinfo=UTC)


def test_a_few_bad_times_do_not_hide_the_format(tmp_path: Path) -> None:
    texts = [f"{n:02}/12/2025 10:00" for n in range(10, 29)] + ["soon", "n/a"]
    assert len(moments(tmp_path, texts)) == 19


def test_times_that_can_be_read_in_two_ways_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableLog, match=r"%d/%m/%Y.* or %m/%d/%Y.*at_format"):
        moments(tmp_path, ["01/02/2026 10:00", "03/04/2026 10:00"])


ROME = ZoneInfo("Europe/Rome")
AROUND_THE_CHANGES = st.one_of(
    st.datetimes(datetime(2025, 3, 30), datetime(2025, 3, 30, 6)),  # noqa: DTZ001 - the clock on the wall
    st.datetimes(datetime(2025, 10, 26), datetime(2025, 10, 26, 6)),  # noqa: DTZ001
    st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1)),  # noqa: DTZ001
)


@given(st.lists(AROUND_THE_CHANGES, min_size=1, max_size=20))
def test_local_times_become_moments_as_zoneinfo_does(
    tmp_path_factory: pytest.TempPathFactory, clocks: list[datetime]
) -> None:
    by = mapping(f'[read]\ntimezone = "Europe/Rome"\n{MAPPING_TOML}')
    found = moments(tmp_path_factory.mktemp("rome"), [clock.isoformat(" ") for clock in clocks], by)
    assert found == [clock.replace(tzinfo=ROME, fold=0).astimezone(UTC) for clock in clocks]


@pytest.mark.parametrize("zone", ["America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Europe/London", "UTC"])
def test_every_quarter_of_an_hour_of_a_year_in_other_zones(zone: str, tmp_path: Path) -> None:
    by = mapping(f'[read]\ntimezone = "{zone}"\n{MAPPING_TOML}')
    clocks = [datetime(2025, 1, 1) + timedelta(minutes=15 * n) for n in range(4 * 24 * 365)]  # noqa: DTZ001
    expected = [clock.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for clock in clocks]
    assert moments(tmp_path, [clock.isoformat() for clock in clocks], by) == expected


def test_a_written_zone_wins_over_the_stated_one(tmp_path: Path) -> None:
    by = mapping(f'[read]\ntimezone = "Europe/Rome"\n{MAPPING_TOML}')
    found = moments(tmp_path, ["2026-07-05T12:00:00Z", "2026-07-05T12:00:00"], by)
    assert found == [datetime(2026, 7, 5, 12, tzinfo=UTC), datetime(2026, 7, 5, 10, tzinfo=UTC)]
