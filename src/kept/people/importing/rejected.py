"""The rows that were put aside, handed back as a file: put right what the last column says, and bring it again."""

from __future__ import annotations

import csv
import io

from kept.people.importing.plan import Plan

REASON = "Why it was put aside"
LINE = "Line"


def rejected_csv(plan: Plan) -> str:
    """The rejected rows under their own heading, with line and reason. "" where there are none.

    A cell that a spreadsheet would take for a formula gets an apostrophe, which reading it again takes away.
    """
    if not plan.rejected:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=plan.separator, lineterminator="\r\n")
    width = max(len(plan.heading), *(len(one.cells) for one in plan.rejected))
    writer.writerow([*_padded(plan.heading, width), LINE, REASON])
    for one in plan.rejected:
        writer.writerow([*(_harmless(cell) for cell in _padded(one.cells, width)), one.line, one.reason])
    return out.getvalue()


def _padded(cells: tuple[str, ...], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
