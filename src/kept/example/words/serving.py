"""The words of sales and billing, towards customers outside."""

from __future__ import annotations

from kept.example.words import Fault, Topic

ORDER = Topic(
    what=("{item_cap}", "{item_cap}, delivered and in place", "Order: {item}"),
    name="the order of {who}",
    done_when="In place and in use, as drawn and as agreed.",
    checklist=("Delivered and in place", "As agreed in the order", "Customer was told about care"),
    asks=(
        "The room is ready that week, we would like to have it by then.",
        "Same wood as last time, please.",
        "Is that date possible? It is a birthday.",
        "We measured twice, the sizes are in the mail.",
        "The old one goes out the day before.",
        "Please tell us early if it gets close, we have to book people.",
    ),
    progress=(
        "All is on plan. The workshop has started.",
        "Materials are here, building starts this week.",
        "The drawing is settled and the wood is ordered.",
    ),
    causes=(
        "The order desk was ill for two days; we are sorry for the silence.",
        "We found a question in the drawing and asked the designer first.",
    ),
    delivers=(
        "It stands with you now. Please oil it after half a year.",
        "Delivered and put together. Was it all as you wanted it?",
        "All is in place. The care sheet is in the folder.",
        "Thank you for waiting. Everything on the order is there now.",
    ),
    faults=(
        Fault(
            "One part is another shade than the rest.",
            "The workshop exchanged it, please look again.",
            "As agreed in the order",
        ),
        Fault(
            "Nobody told us how to clean it.",
            "Care sheet is with you, and I rang to explain.",
            "Customer was told about care",
        ),
        Fault(
            "One screw cover is missing.", "Put on this morning; we left you two spare ones.", "Delivered and in place"
        ),
    ),
)

INVOICE = Topic(
    what=("Invoice for {item}", "Invoice: {item}, with the delivery note"),
    name="the invoice for {who}",
    done_when="Right address, order number, and the signed note beside it.",
    checklist=("Address as on the order", "Order number", "Signed note enclosed"),
    asks=(
        "Please with our order number, we cannot book it otherwise.",
        "To the office address, not to the house.",
        "By mail as PDF is fine.",
        "We need it before the end of the month.",
    ),
    progress=("Written, it waits for the signed note.",),
    causes=(
        "We close the month this week, all invoices go out after that.",
        "The price for the extra shelf was not in the order; sales is looking it up.",
    ),
    delivers=(
        "Invoice is in the mail, note enclosed.",
        "Sent as PDF, with your order number.",
        "Here it is, thank you.",
    ),
    faults=(
        Fault(
            "It has our old address.",
            "New invoice is in the mail, the old one is cancelled.",
            "Address as on the order",
        ),
        Fault("The order number is missing, our bank run refuses it.", "Number is on it now.", "Order number"),
        Fault(
            "The note that came with it is not ours.", "Sent again with the right note; sorry.", "Signed note enclosed"
        ),
    ),
    thanks=(
        "Booked, thank you.",
        "Right at once, it is paid.",
        "Number and note are there, thank you.",
        "",
        "Paid.",
    ),
)

REPAIR = Topic(
    what=("{piece_cap} at {who}: put it right on site", "Visit to {who}: {piece} needs a hand"),
    name="the visit to {who}",
    done_when="It works, and the customer has seen that it does.",
    checklist=("Works again", "Customer has seen it"),
    asks=(
        "They are kind about it, but it should not wait.",
        "Please take the small plane and the oil with you.",
        "They are there in the mornings.",
    ),
    progress=("I go there with the next tour.",),
    causes=("No joiner could get away earlier.", "They were closed when we came; we go again."),
    delivers=("It runs again, they tried it.", "Planed and oiled, all good.", "Part is changed, they were pleased."),
    faults=(
        Fault(
            "It sticks again in the evening, when it is warm.", "Took off another millimetre. It runs.", "Works again"
        ),
    ),
)
