"""The words of work that no order asks for: counts, figures, plans."""

from __future__ import annotations

from kept.example.conversation import Subject
from kept.example.words import Fault, Topic

HOUSE = Subject("furniture", "it", "the house")

STOCK_COUNT = Topic(
    what=(
        "Stock count, hall A",
        "Stock count, hall B",
        "Stock count: fittings and iron",
        "Stock count: finished pieces",
    ),
    name="the stock count",
    done_when="Counted by hand, by shelf, with the date on it.",
    checklist=("Counted by hand", "By shelf", "Differences are marked"),
    asks=(
        "We book the stock from it; please mark what differs from the screen.",
        "The auditor wants this hall counted by hand.",
        "Please without the pieces that are sold already.",
        "We cannot close the week without it.",
        "The values on the screen look too high to us.",
        "Same form as last time, it was easy to book.",
    ),
    progress=("Half of the shelves are counted.",),
    causes=(
        "Two lorries came at once, we had to unload first.",
        "Picking goes first today, the count follows.",
        "We found a shelf that was never on the list and count it too.",
    ),
    delivers=(
        "Counted, {n} differences marked.",
        "Here it is, by shelf. The lamps were in the wrong hall.",
        "Done this morning before the gate opened.",
        "List is in your folder, differences in red.",
    ),
    faults=(
        Fault("Shelves 4 to 6 are missing.", "Shelves 4 to 6 are in.", "By shelf"),
        Fault(
            "Some numbers are the same as on the screen. Counted by hand?", "Counted again by hand.", "Counted by hand"
        ),
    ),
)

REVENUE = Topic(
    what=("Revenue by product line, last month", "Orders and revenue by product line"),
    name="the revenue figures",
    done_when="One table, last month beside the year before, returns taken out.",
    checklist=("Last month beside the year before", "Returns taken out"),
    asks=(
        "We plan the catalogue with it.",
        "Please with returns taken out, the last time they were in.",
        "One table is enough, no pictures.",
        "We meet a large customer next week and would like to know what runs.",
    ),
    progress=("Numbers are pulled, two lines do not add up yet.",),
    causes=(
        "The bank file came late, so the month is not closed.",
        "Two invoices sit in the wrong line; I move them first.",
    ),
    delivers=(
        "Table is in the folder. The tables run well.",
        "Here, with the year before beside it.",
        "Done, returns are out.",
    ),
    faults=(Fault("Returns are still in there.", "Taken out, and the sums are right now.", "Returns taken out"),),
)

GOODS_IN = Topic(
    what=("Goods-in check: wood delivery", "Goods-in check: fittings", "Goods-in check: steel"),
    name="the goods-in check",
    done_when="Counted against the order, moisture measured, faults on a photo.",
    checklist=("Counted against the order", "Faults on a photo"),
    asks=(
        "The mill gives us three days to complain.",
        "Please measure the moisture in the middle of the pile.",
        "Last time the count was short, please count twice.",
    ),
    progress=("Unloaded, counting this afternoon.",),
    causes=("It came after the gate had closed.", "The moisture meter was in the workshop."),
    delivers=(
        "All there.",
        "Counted and measured, two photos are in the folder.",
        "One pack less than ordered, photo is in.",
    ),
    faults=(Fault("No photo of the split boards.", "Photos are in the folder.", "Faults on a photo"),),
)

TOUR_PLAN = Topic(
    what=("Tour plan for next week", "Tours and vans for next week"),
    name="the tour plan",
    done_when="Who drives which day, with which van, and the long days marked.",
    checklist=("Every day has a van and a driver", "Long days are marked"),
    asks=(
        "We would like to know by Thursday who drives on Saturday.",
        "Ewa has a school evening on Wednesday, please no late tour.",
        "The small van is in the garage on Monday.",
        "Please mark the days with stairs, we take a second pair of hands.",
    ),
    progress=("Monday to Wednesday is set.",),
    causes=("Two orders still wait for their day.", "I wait for the workshop's word on one big piece."),
    delivers=(
        "Plan hangs by the key box.",
        "Here it is, Tuesday is the long one.",
        "All days are set; Saturday is short.",
    ),
    faults=(Fault("Nobody stands on Saturday.", "Saturday is set now.", "Every day has a van and a driver"),),
)

REPORT = Topic(
    what=("Report on the month: what we promised, what we kept", "Monthly report: where customers waited, and why"),
    name="the monthly report",
    done_when="One page: promised, kept, where customers waited, what would help.",
    checklist=("One page", "Where customers waited", "What would help"),
    asks=(
        "One page is enough. I read the last paragraph first.",
        "Please say where your customers had to wait.",
        "I take it to the owners' meeting.",
    ),
    progress=("Figures are in, the words follow.",),
    causes=(
        "I would like to talk to the group first, and two are away.",
        "The figures of the last week come tomorrow.",
    ),
    delivers=(
        "One page. The last paragraph is the one that matters.",
        "Here it is. We were slower than last month, the reason is on the page.",
        "Report is in. I would like ten minutes on point two.",
    ),
    faults=(
        Fault(
            "It says what you did. Where did your customers wait?",
            "Page is new, with the waiting.",
            "Where customers waited",
        ),
    ),
)
