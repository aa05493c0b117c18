"""Promises that stand open at the end of the play, so that the desks of the four who sign in are as full as in life.

The working hours of a story's lines, added up, must be fewer than the hours before the end at which it begins.
"""

from __future__ import annotations

from kept.example.stories import C, Line, P, Story

DRIVER = (
    Story(
        3, "A driver for the early stop at the school", "dispatch", "drivers", "filip", "maria",
        (Line(C, 1, "ask", "They want it in before the children come, at half past six.", days=2),),
    ),
    Story(
        12, "Ten more moving blankets in the small van", "maria", "warehouse", "maria", "emil",
        (
            Line(C, 1, "ask", "The last wardrobe travelled on two.", days=1, hour=12),
            Line(P, 3, "counter", "Four I have here. All ten when the laundry is back.", days=3, hour=12),
        ),
    ),
    Story(
        16, "Photos of the stairs at the guest house", "sales", "drivers", "ines", "maria",
        (
            Line(C, 1, "ask", "You pass there on the north tour. Does the wardrobe go up?", days=1),
            Line(P, 2, "promise", "I stop there on the way back."),
        ),
        done_when="All turns of the stairs, with a tape in the picture.",
    ),
    Story(
        30, "List of the crates that are still with customers", "billing", "drivers", "hugo", "maria",
        (
            Line(C, 1, "ask", "We charge them from the second month on, so I need to know where they are.", days=-1),
            Line(P, 2, "promise", "I ask the others at the gate."),
            Line(P, 12, "update", "Ewa's are missing, she is back tomorrow."),
            Line(C, 13, "chase", "Is the list on its way? I would like to write the letters."),
        ),
    ),
    Story(
        20, "Key and code for the yard of the library", "maria", "dispatch", "maria", "filip",
        (
            Line(C, 1, "ask", "Last time I stood at the gate for twenty minutes.", days=1),
            Line(P, 2, "promise", "I ring them today."),
            Line(P, 13, "deliver", "Code is on your sheet. The key hangs at hook 4."),
        ),
    ),
    Story(
        28, "Second ramp for the big van", "drivers", "smithy", "maria", "hanne",
        (
            Line(C, 1, "ask", "With two we unload from both doors.", days=1),
            Line(P, 3, "promise", "Same as the first one, I have the sizes."),
            Line(P, 20, "propose", "The sheet metal is late. I would rather give you a sure date.", days=5),
        ),
    ),
    Story(
        26, "A telephone with a screen that can be read in the sun", "maria", "people", "maria", "mei",
        (
            Line(C, 1, "ask", "I cannot read the door codes on mine.", days=3),
            Line(P, 5, "promise", "Ordered one for you and one for Jonah."),
        ),
    ),
    Story(
        44, "Work gloves, size 8, two boxes", "drivers", "purchasing", "maria", "wen",
        (
            Line(C, 1, "ask", "We are down to the last five pairs.", days=-1),
            Line(P, 4, "promise", "They come with the fittings."),
        ),
    ),
    Story(
        9, "Evening course: driving with a trailer", "maria", "people", "maria", "simon",
        (Line(P, 1, "offer", "Two evenings, we pay for it. There is one place left.", days=10),),
    ),
)  # fmt: skip

DISPATCHER = (
    Story(
        2, "Can the benches for Westerby go with the tour to the library?", "sales", "dispatch", "oskar", "filip",
        (Line(C, 1, "ask", "They asked nicely, and it is on the way.", days=1, hour=12),),
    ),
    Story(
        11, "Two drivers for the Saturday tour", "dispatch", "drivers", "filip", "viktor",
        (
            Line(C, 1, "ask", "There are three floors without a lift.", days=2),
            Line(P, 4, "counter", "One is sure. The second I know when Ben is back.", days=3, hour=12),
        ),
    ),
    Story(
        15, "Route sheet for the north tour", "drivers", "dispatch", "jonah", "filip",
        (
            Line(C, 1, "ask", "Four stops. Please the guest house last.", days=1, hour=15),
            Line(P, 2, "promise", "You have it the evening before."),
        ),
        done_when="Stops in order, door codes, a phone number for each stop.",
    ),
    Story(
        27, "Time window for the guest house", "sales", "dispatch", "priya", "filip",
        (
            Line(C, 1, "ask", "They have new guests each Saturday and need two quiet hours.", days=-1),
            Line(P, 2, "promise", ""),
            Line(P, 20, "update", "I wait for the road works plan. Morning looks better than afternoon."),
        ),
    ),
    Story(
        18, "Weights of all catalogue parcels", "dispatch", "warehouse", "filip", "noor",
        (
            Line(C, 1, "ask", "I guess them today, and twice the small van was too full.", days=1),
            Line(P, 2, "promise", "I weigh them when I pick."),
            Line(P, 12, "deliver", "All but the lamps, they are out of stock."),
        ),
    ),
    Story(
        24, "Yellow marks on the floor at gate 2", "dispatch", "warehouse", "filip", "luis",
        (
            Line(C, 1, "ask", "So that everybody sees what goes into which van.", days=1),
            Line(P, 3, "promise", "In the evening, when the hall is empty."),
            Line(P, 16, "propose", "The paint needs two dry nights. May I do it over the weekend?", days=4, hour=10),
        ),
    ),
    Story(
        40, "Does the counter go through a door of 80 cm?", "dispatch", "workshop", "filip", "petra",
        (
            Line(C, 1, "ask", "If not, I need a window and four people.", days=-1),
            Line(P, 3, "promise", "Anton measures it when the legs are on."),
            Line(C, 30, "chase", "I have to book the people today. Do you know it yet?"),
        ),
    ),
    Story(
        17, "Tour sheets in large print", "drivers", "dispatch", "ewa", "filip",
        (
            Line(C, 1, "ask", "At five in the morning nobody can read the small ones.", days=6),
            Line(P, 3, "promise", "I change the form."),
            Line(C, 9, "propose", "We have two new stops at night this week. Could we have them earlier?", days=2),
        ),
    ),
)  # fmt: skip

LEAD = (
    Story(
        2, "One more counter, in by the end of next month", "sales", "workshop", "tomas", "petra",
        (Line(C, 1, "ask", "They would pay for the hurry. Please say no if it is no.", days=4),),
    ),
    Story(
        4, "Which three orders would you put off, if you had to?", "ruth", "petra", "ruth", "petra",
        (Line(C, 1, "ask", "I want to call these customers myself, before they call us.", days=1, hour=12),),
    ),
    Story(
        14, "Job posting: somebody for oil and lacquer", "workshop", "people", "petra", "simon",
        (
            Line(C, 1, "ask", "Everything waits for the last coat.", days=2),
            Line(P, 5, "counter", "I can do it well after the month's end, or badly by then.", days=7),
        ),
    ),
    Story(
        19, "Test of the new corner joint", "design", "workshop", "yuki", "petra",
        (
            Line(C, 1, "ask", "Please load it until it opens. We would save a day on each wardrobe.", days=1),
            Line(P, 1, "promise", "Two are glued, they go under the press tomorrow."),
        ),
        done_when="Three corners loaded until they open, numbers written down.",
    ),
    Story(
        38, "Trolley for long boards, mended", "warehouse", "workshop", "luis", "petra",
        (
            Line(C, 1, "ask", "One wheel is off, we carry by hand.", days=-1),
            Line(P, 1, "promise", "Bring it over, we do it in between."),
            Line(C, 30, "chase", "We have two lorries tomorrow. Can we have it back for that?"),
        ),
    ),
    Story(
        17, "Moisture of all oak on the racks", "workshop", "purchasing", "petra", "samir",
        (
            Line(C, 1, "ask", "I want to plan the glueing by it.", days=1),
            Line(P, 2, "promise", "I measure on my round."),
            Line(P, 11, "deliver", "All racks, three readings each. Rack 5 should wait a week."),
        ),
        checklist=("Every rack", "Three readings each"),
    ),
    Story(
        25, "New blades for the big saw", "workshop", "purchasing", "petra", "wen",
        (
            Line(C, 1, "ask", "The edges burn. We sand twice as long as we should.", days=1, hour=12),
            Line(P, 3, "promise", ""),
            Line(P, 18, "propose", "The supplier sends one now and the second later. Both by then?", days=5),
        ),
    ),
    Story(
        8, "Safety check of all machines, before the inspector comes", "workshop", "people", "petra", "mei",
        (Line(P, 1, "offer", "I walk through with you in one morning and write down what is missing.", days=6),),
    ),
)  # fmt: skip

BOSS = (
    Story(
        3, "Decision: do we take the mill's new price, or look further?", "greta", "ruth", "greta", "ruth",
        (Line(C, 1, "ask", "Their offer holds for three days. The numbers are in your folder.", days=2),),
    ),
    Story(
        13, "Plan for a second tour to the coast each week", "ruth", "lena", "ruth", "lena",
        (
            Line(C, 1, "ask", "Three customers there wait for a full van each time.", days=3),
            Line(P, 5, "counter", "With the costs worked out I need a little longer.", days=7),
        ),
    ),
    Story(
        21, "Decision: two apprentices next year, or one", "people", "ruth", "simon", "ruth",
        (
            Line(C, 1, "ask", "The school wants to know how many places to keep.", days=1),
            Line(P, 3, "promise", "I speak with Petra first."),
        ),
    ),
    Story(
        36, "Word on the discount for the housing association", "tomas", "ruth", "tomas", "ruth",
        (
            Line(C, 1, "ask", "They would sign for two years.", days=-1),
            Line(P, 4, "promise", "I sleep over it."),
            Line(C, 27, "chase", "They asked again. What may I tell them?"),
        ),
    ),
    Story(
        22, "How much money is there until the end of the quarter?", "ruth", "nora", "ruth", "nora",
        (
            Line(C, 1, "ask", "With and without the second booth, please.", days=1),
            Line(P, 2, "promise", ""),
            Line(P, 16, "deliver", "One page, both ways. It is enough, but only just in week six."),
        ),
        checklist=("With the booth", "Without the booth"),
    ),
    Story(
        29, "Plan: how the benches catch up with what we promised", "ruth", "petra", "ruth", "petra",
        (
            Line(C, 1, "ask", "Which orders, in which week, with whom. I would like to tell the customers.", days=1),
            Line(P, 2, "promise", "You get it, honest and without hope in it."),
            Line(P, 20, "propose", "I want to go through it with Anton and Kofi first. Two days more?", days=3),
        ),
    ),
    Story(
        7, "One page on a line of furniture for small flats", "ruth", "design", "ruth", "yuki",
        (Line(P, 1, "offer", "We have sketches for four pieces. A page would show what they need.", days=8),),
    ),
    Story(
        43, "The three customers who wait longest, and since when", "ruth", "tomas", "ruth", "tomas",
        (
            Line(C, 1, "ask", "Names and dates, nothing else.", days=-1),
            Line(P, 4, "promise", "I go through the order book."),
        ),
    ),
)  # fmt: skip

DESKS = (*DRIVER, *DISPATCHER, *LEAD, *BOSS)
