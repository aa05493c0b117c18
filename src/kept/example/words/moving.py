"""The words of the warehouse, dispatch and the drivers."""

from __future__ import annotations

from kept.example.words import Fault, Topic

PICKING_LIST = Topic(
    what=("Picking list for {who}: {item}", "{item_cap} picked and listed for {who}"),
    name="the picking list for {who}",
    done_when="Every parcel on the list stands at the gate, with its weight and size.",
    checklist=("Every parcel is at the gate", "Weight and size of each parcel", "Number of parcels is on the list"),
    asks=(
        "I need the weights, it is the small van that day.",
        "Please have it at gate {n}.",
        "Goes together with another stop in the same street.",
        "One parcel less than last time would help, the stairs are narrow.",
        "I make the tour in the afternoon before.",
    ),
    progress=("Shelf is found, parcels are being wrapped.", "Four of the parcels stand at the gate."),
    causes=(
        "The fork lift is in repair until noon.",
        "Two parcels were put on the wrong shelf; we are going through hall B.",
        "We were two people short this morning.",
        "Goods in was late and took all hands.",
    ),
    delivers=(
        "List is in the folder, {n} parcels at the gate.",
        "All picked. The heavy one stands in front.",
        "Done, weights are on the list.",
        "At gate {n}, counted twice.",
    ),
    faults=(
        Fault(
            "No weight for the heavy parcel. I cannot plan the van.",
            "Weights are in now.",
            "Weight and size of each parcel",
        ),
        Fault(
            "List says five parcels, four are at the gate.",
            "Found it in hall B, it is at the gate.",
            "Every parcel is at the gate",
        ),
        Fault(
            "The number of parcels is not on the list.",
            "Corrected list is in the folder.",
            "Number of parcels is on the list",
        ),
    ),
)

ROUTE_SHEET = Topic(
    what=("Route sheet and delivery note for {who}", "Route sheet, {who}: {item}"),
    name="the route sheet for {who}",
    done_when="Stops in order, door codes, a phone number for each stop, delivery note in the folder.",
    checklist=("Stops in order, with times", "Door code and phone number", "Delivery note is in the folder"),
    asks=(
        "Please write the floor on it, and whether there is a lift.",
        "I load at six, so the evening before would help.",
        "The last time the phone number was an old one, please ask them once.",
        "Which gate? There are two in that yard.",
        "Please put the heavy stop first.",
    ),
    progress=("Order of the stops is set, the phone numbers follow.", "I wait for their word about the lift."),
    causes=(
        "The customer has not confirmed the time window yet.",
        "Two tours had to become one, the small van is in the garage.",
        "A road on the way is closed; I plan it again.",
        "The planning screen was down for two hours.",
    ),
    delivers=(
        "Sheet and note are in the folder in your box.",
        "Three stops, heavy one first. Door code is on it.",
        "In your box. They have a lift, but a small one.",
        "Ready. Please ring them half an hour before.",
        "Sheet is in the folder. Park in the yard, gate {n}.",
    ),
    faults=(
        Fault("The second stop has no door code.", "Code is on it now, I rang them.", "Door code and phone number"),
        Fault(
            "The delivery note is from another order.", "Right note is in the folder.", "Delivery note is in the folder"
        ),
        Fault(
            "Times do not work: forty minutes on the road, planned are fifteen.",
            "New sheet with new times is in your box.",
            "Stops in order, with times",
        ),
        Fault("The street is right, the town is not.", "Town is right now, I checked the map as well."),
    ),
)

DELIVERY = Topic(
    what=("{item_cap} delivered at your door", "Delivery of {item}"),
    name="the delivery to {who}",
    done_when="In its place, put together, wrapping taken away, delivery note signed.",
    checklist=("In its place and put together", "Wrapping taken away", "Delivery note signed"),
    asks=(
        "Please ring half an hour before.",
        "There is a step at the door, two people please.",
        "Use the yard, the front is closed in the mornings.",
        "They would like it first thing in the morning.",
        "Second floor, the lift takes 200 kg.",
    ),
    progress=("It is on the plan for the big van.", "We come in the morning, rather early than late."),
    causes=(
        "The van had a flat tyre on the way back; we come with the next tour.",
        "The road over the hill was closed, we turned round.",
        "Nobody was at the door, we were asked to come again.",
        "The stop before took two hours more than planned.",
    ),
    delivers=(
        "Put together and in its place, note is signed.",
        "Delivered. We took the wrapping with us.",
        "All in. The door of the lift was close, but it worked.",
        "Done, they tried it at once.",
        "Delivered in two trips from the van.",
    ),
    faults=(
        Fault(
            "One parcel is missing.", "The missing parcel is there now, put together.", "In its place and put together"
        ),
        Fault("The wrapping is still in the yard.", "Taken away this morning.", "Wrapping taken away"),
        Fault(
            "There is a dent at the corner. It was not there on the photo.",
            "Corner is mended on site, they looked at it with us.",
        ),
        Fault(
            "It stands in the hall; we asked for the first floor.",
            "We came by again and carried it up.",
            "In its place and put together",
        ),
    ),
)

DELIVERY_NOTE = Topic(
    what=("Signed delivery note, {who}", "Delivery note for {piece}, signed ({who})"),
    name="the signed note from {who}",
    done_when="Signed, with date and name in clear letters, in billing's tray.",
    checklist=("Signature and date", "Name in clear letters", "Every parcel ticked"),
    asks=(
        "We can only invoice with the signed note.",
        "Please the name in clear letters, they ask for it.",
        "A photo will do first, the paper can follow.",
        "They pay by note number, so the number must be readable.",
    ),
    progress=("I have it in the van, I bring it tonight.",),
    causes=(
        "The note is in the other van, it comes back tomorrow.",
        "They wanted to sign after they had tried it.",
        "I was on the north tour and not back before you closed.",
    ),
    delivers=("In your tray.", "Here it is, signed and ticked.", "Photo is in the folder, paper is in the tray."),
    faults=(
        Fault("I cannot read the name.", "Asked them, name is on it now.", "Name in clear letters"),
        Fault("The date is missing.", "Date is in.", "Signature and date"),
        Fault(
            "Two parcels are not ticked. Did they get them?",
            "They did; they ticked and signed again.",
            "Every parcel ticked",
        ),
    ),
)
