"""The words of design, purchasing and the workshop."""

from __future__ import annotations

from kept.example.words import Fault, Topic

DRAWING = Topic(
    what=("Drawing of {item} for {who}", "Scale drawing, {item}, {who}"),
    name="the drawing for {who}",
    done_when="Plan and two views, all sizes in, signed off by the customer.",
    checklist=("All sizes are in the drawing", "Plan and two views", "Wood and finish are named"),
    asks=(
        "Sizes and two photos of the room are in the order folder.",
        "I measured on site this morning. The wall is out of true by {n} mm, please allow for it.",
        "They like the one in the catalogue, only slimmer.",
        "The customer sent a sketch. The depth matters most, there is a radiator behind it.",
        "Please show them oiled and lacquered, they have not decided yet.",
        "They want to see it before they sign. A simple drawing will do.",
    ),
    progress=(
        "Plan is done, the two views follow.",
        "First sketch is ready, I check the joints with joinery.",
        "Half way. The corner needs one more idea.",
    ),
    causes=(
        "The sizes from site and the photos do not agree; I have asked the customer to measure once more.",
        "The fitting we planned is no longer made. I am looking for one that does the same.",
        "Two other drawings had to go first this week.",
        "The customer changed the depth yesterday, so the sides start again.",
    ),
    delivers=(
        "Drawing is in the order folder. Please look at the fronts.",
        "Plan and two views are in. I made the legs 10 mm thicker than the sketch, for the weight.",
        "Here it is. Finish is set to oil, as they asked.",
        "All sizes are in. The radiator gets a gap of {n} cm.",
    ),
    faults=(
        Fault("The height of the seat is not in the drawing.", "Put in, page two.", "All sizes are in the drawing"),
        Fault(
            "The customer misses the side view; they cannot picture it.",
            "Side view is on page two now.",
            "Plan and two views",
        ),
        Fault(
            "Finish says lacquer, they asked for oil.",
            "Changed to oil, and I checked the rest again.",
            "Wood and finish are named",
        ),
        Fault(
            "The door would open against the wall. Please turn the hinges.",
            "Turned. New version is in the folder.",
        ),
    ),
)

CUTTING_LIST = Topic(
    what=("Cutting list for {piece} ({who})", "Cutting list, {item}"),
    name="the cutting list for {who}",
    done_when="Every part with its size, wood and number.",
    checklist=("Every part has its size", "Wood and grade are named", "Fittings are listed"),
    asks=(
        "I order the wood from it, so please round the lengths up.",
        "Please list the fittings as well, the last time I had to guess the hinges.",
        "The mill closes its list on Thursdays.",
        "Same layout as the last one, that was easy to order from.",
    ),
    progress=("The wood is listed, fittings follow.", "Sides and top are done."),
    causes=(
        "I found a mistake in the drawing and draw the back again first.",
        "I was on site for a measurement longer than planned.",
        "The program for the cutting plan was down this morning.",
    ),
    delivers=(
        "List is in. Lengths are rounded up to the next 10 cm.",
        "Here it is, fittings on page two.",
        "Done. Please mind the grain on the top, it runs through.",
        "Cutting list is in the order folder, {n} boards to spare.",
    ),
    faults=(
        Fault("The thickness of the back panel is missing.", "Put in, 8 mm.", "Every part has its size"),
        Fault("No grade given for the top. A or AB?", "AB, it is on the list now.", "Wood and grade are named"),
        Fault(
            "Drawer runners are not on the list.",
            "Thank you for seeing it; the list is complete now.",
            "Fittings are listed",
        ),
    ),
)

MATERIALS = Topic(
    what=("Wood and fittings for {piece} ({who})", "Materials for {item}"),
    name="the wood for {who}",
    done_when="All of it on the rack, checked against the cutting list.",
    checklist=("Wood is dry enough (8–10 %)", "Numbers match the cutting list", "Fittings are in the box"),
    asks=(
        "We would like to start on Monday of that week.",
        "Please have the boards lie in the hall two days before we cut.",
        "Please take boards from one tree where they are seen.",
        "We have {n} boards left over from the last job, please use those first.",
        "No hurry with the fittings, but the wood should come first.",
    ),
    progress=(
        "Ordered. The mill has confirmed the day.",
        "Wood is on its way, fittings are here.",
        "Fittings are in the box with the order number on it.",
    ),
    causes=(
        "The mill had a saw down and moves all orders by a few days.",
        "The lorry was full; our pallet comes with the next one.",
        "The boards came too wet. They need more time in the kiln.",
        "The supplier sent the wrong runners; the right ones are under way.",
        "The steel price changed over night and I had to ask a second supplier.",
    ),
    delivers=(
        "All on rack {n}. Moisture is 9 %.",
        "Wood and fittings are in. I counted them against the list.",
        "It is here. One board more than you asked for, it was cheaper by the pack.",
        "On the rack by the big saw. The hinges are in the blue box.",
    ),
    faults=(
        Fault(
            "Two boards are split at the end, too short for the top.",
            "The mill took them back; good ones are on the rack.",
        ),
        Fault(
            "We measured 14 %. Too wet to glue.",
            "They lay in the warm hall; 9 % this morning.",
            "Wood is dry enough (8–10 %)",
        ),
        Fault(
            "Three runners are missing in the box.",
            "The rest came with this morning's lorry.",
            "Fittings are in the box",
        ),
        Fault(
            "There are {n} boards less than on the list.",
            "The missing boards came out of our own stock.",
            "Numbers match the cutting list",
        ),
    ),
)

IRONWORK = Topic(
    what=("Legs and frame for {piece} ({who})", "Iron parts, {item}, {who}"),
    name="the iron work for {who}",
    done_when="Welded, ground and powder-coated; holes fit the template.",
    checklist=("Holes fit the template", "Welds are ground", "Coating is dry"),
    asks=(
        "Template hangs on the hook by the drill.",
        "Black, matt. Please leave the feet open for the levellers.",
        "We need them the day before we put it together.",
        "It has to carry more than it looks, please use the thick flat bar.",
    ),
    progress=("Cut and drilled, welding tomorrow.", "Two of the frames are done.", "It is with the coater."),
    causes=(
        "The coater's oven is full until the end of the week.",
        "We are one smith short this week.",
        "One frame pulled out of square while welding. We make it again.",
    ),
    delivers=(
        "Frames stand by the gate of joinery. Mind the coating, it is fresh.",
        "Done, holes checked with the template.",
        "All parts are on the trolley, screws in the bag.",
    ),
    faults=(
        Fault(
            "Holes are 4 mm off. The top would crack.",
            "Drilled again with the template clamped on.",
            "Holes fit the template",
        ),
        Fault("The coating still takes finger prints.", "Left it one more night in the dry.", "Coating is dry"),
        Fault("One weld under the seat is sharp.", "Ground and coated again.", "Welds are ground"),
    ),
)

BUILD = Topic(
    what=("{item_cap} for {who}, built and in the store", "Build: {item} ({who})"),
    name="{piece} for {who}",
    done_when="Finished, checked, wrapped, and on its place in the store.",
    checklist=("Checked against the drawing", "Surface without marks", "Wrapped, with the order label on it"),
    asks=(
        "Dispatch has the tour in the plan already.",
        "Space {n} in hall B is kept free for it.",
        "Please put the label on the long side, so we can read it on the shelf.",
        "The customer needs it in that week, they count on it.",
        "It goes out in parts; please wrap each one by itself.",
    ),
    progress=(
        "The frame is glued, the rest comes next.",
        "All cut. Glueing starts tomorrow.",
        "It is in the spray room now.",
        "Most of it is sanded.",
        "First coat of oil is on and has to dry over night.",
    ),
    causes=(
        "We have three jobs on the benches at once, and this one stands behind the others.",
        "The first coat did not dry in time with this weather.",
        "One joiner is away this week, and we promised more than the rest of us can do.",
        "Glueing took a day longer than we said.",
        "The planer was down for half a day; all jobs moved.",
        "We started late because the job before it ran over.",
        "There was more sanding in it than we reckoned.",
    ),
    delivers=(
        "In the store, hall B. Mind the corners, the felt is thin.",
        "Finished and wrapped. It took longer than we said, sorry for the squeeze.",
        "All of it is in, labels on the long side.",
        "Done and checked. Two people to lift it, please.",
        "It stands at the gate of hall B, dry and wrapped.",
    ),
    faults=(
        Fault(
            "There is a scratch on the left side, as long as a hand.",
            "Sanded and oiled again, you cannot see it any more.",
            "Surface without marks",
        ),
        Fault(
            "Two parcels came without a label; we cannot tell whose they are.",
            "Labels are on. Sorry for the search.",
            "Wrapped, with the order label on it",
        ),
        Fault(
            "It does not run as it should. Please look at it before it goes out.",
            "Runs now. We checked the rest as well.",
            "Checked against the drawing",
        ),
        Fault("The finish is still soft, it sticks to the wrapping.", "It had another night to dry."),
        Fault("It rocks. One foot is shorter than the others.", "Levelled on the flat bench, it stands still now."),
    ),
)
