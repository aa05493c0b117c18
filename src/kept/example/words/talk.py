"""The words that fit any kind of work: promising, countering, asking how it stands, telling that it will be late.

Texts may hold `{day}` (a moment, as people say it), `{work}` (what this promise is about, in short), `{reason}` (what
the other team said) and `{team}` (that team).
"""

from __future__ import annotations

PROMISES = (
    "",
    "",
    "",
    "Yes, that works.",
    "Will do.",
    "Noted, you get it by then.",
    "Fine with us.",
    "Yes. It is in the plan.",
)
"""Most people just promise."""

ACKNOWLEDGES = (
    "Seen. I look at it and tell you by {day}.",
    "Got it. You hear from me by {day}.",
    "Thank you, I ask around here first. Answer by {day}.",
    "On my list for this afternoon; word by {day}.",
)
COUNTERS = (
    "That day is full. {day} would work.",
    "I cannot promise that. By {day} I can.",
    "We have two others before it. {day}?",
    "Rather an honest {day} than a date I have to move.",
    "Not with the people we have that week. {day} is safe.",
)
TAKES_COUNTER = (
    "Fine, {day} it is.",
    "That still works for us.",
    "",
    "Good, thank you for saying it now.",
    "{day} is fine.",
)
PULLS_BACK = (
    "That is too late for us. Could it be {day}?",
    "We could live with {day}. Is that possible?",
    "Let us meet in the middle: {day}.",
)
GIVES_IN = ("All right, we make it work.", "Yes, we move something else.", "Done.")
WITHDRAWS = (
    "Then we do it another way this time. Thank you all the same.",
    "That is too late for us, we take it back.",
    "Never mind then, we found one in the store.",
)
AMENDS = (
    "Sorry, one change: we need it by {day}.",
    "They rang again. {day} is enough.",
    "Please take {day} instead, the first date was a mistake of mine.",
)
CHASES_INSIDE = (
    "How does it stand with {work}?",
    "We count on {work}. Is there any word?",
    "Is {work} still coming today?",
    "I have to tell the next ones something. When can I expect {work}?",
    "Nothing in the folder yet. Did I miss it?",
)
CHASES_OUTSIDE = (
    "They rang and asked whether the date still holds.",
    "The customer asks how it stands; they have people booked.",
    "Mail from them this morning: is it still coming that day?",
    "They have not heard anything and would like to know.",
)
ANSWERS_CHASE = (
    "Sorry for the silence. It will be {day}.",
    "You should have heard it from us first: {day}.",
    "It is under way, {day} at the latest.",
    "Not forgotten: {day}.",
)
STILL_HOLDS = (
    "All on plan, {day} as agreed.",
    "Yes, it holds: {day}.",
    "Nothing has changed, {day}. You could have heard that from us before.",
)
TELLS_OWN = (
    "{reason} It will rather be {day}.",
    "{reason} Please reckon with {day}.",
    "{reason} New date from our side: {day}.",
)
TELLS_PASSED_ON = (
    "{team} told us that they need longer for {reason}. For us that means {day}.",
    "We wait for {reason} from {team}. New day for us: {day}.",
    "{team} asked us for more time with {reason}. You would have yours by {day}.",
    "Word from {team}: {reason} will be later. We follow right behind, {day}.",
)
TELLS_OWN_CHAIN = (
    "We are later with {reason}, so this follows: {day}.",
    "First comes {reason}, and that has moved. This one: {day}.",
)
PROPOSES = (
    "Could we say {day}?",
    "I would rather promise {day} and keep it.",
    "New date: {day}, if you can live with it.",
    "",
)
AGREES = (
    "Fine.",
    "Thank you for telling us early. {day} it is.",
    "All right.",
    "",
    "We move the others. {day} is fine.",
)
AGREES_LATE = ("{day} then. It would have helped to know before.", "All right, {day}.", "Not easy for us, but fine.")
REFUSES = (
    "We cannot move that, the people are booked. Please try to keep the date.",
    "Sorry, that does not work here. Is there another way?",
    "They have people there that morning. Please let it stand.",
)
WISHES_EARLIER = ("Would {day} be possible? It would help us a lot.", "They would like it a little earlier: {day}?")
GRANTS = ("Yes, that works.", "We manage.", "Yes, we had a gap there.")
DENIES = (
    "Sorry, not without breaking another promise.",
    "I would have to take it from somebody else. Let it stand, please.",
)
HANDS_OVER = (
    "I am away from tomorrow, this one goes on with you.",
    "You have the drawing in your head already, can you take it?",
    "Swap: you take this, I take the one after.",
    "I am on a course this week. All is in the folder.",
)
ASKS_HELP = (
    "A second pair of hands for a day would save the date.",
    "I cannot do this and the other one. Which goes first?",
    "Could somebody from the other group take the sanding?",
    "We lack one person this week. Can anybody lend us one?",
)
ESCALATES = (
    "We have asked twice. Can you help us to a date that holds?",
    "The customer waits for this. Can you decide which of the jobs goes first?",
    "Could you look at it together with us? We go round in circles.",
)
THANKS_EASIER = (
    "",
    "",
    "Thank you, just right.",
    "Good, we could go on at once.",
    "All there. Thank you.",
    "Perfect, as agreed.",
)
THANKS_PARTLY = (
    "Good in the end, though later than we had planned.",
    "It helps, we had to call twice.",
    "Fine, with a bit of work on our side.",
)
THANKS_NO = (
    "It is here, but we had to plan the whole day anew.",
    "We had to explain it to the next ones twice.",
    "Too late for what we needed it for.",
)
BUMPY = (
    "All there, though we had to ask twice what was meant.",
    "Fine now. The first version cost us a morning.",
    "It does what it should, at the second look.",
    "Right in the end, with some work on our side.",
)
"""For what came in time and was still not quite a help."""
OUTSIDE_EASIER = (
    "They are happy with it.",
    "“It looks as if it had always been there”, they said.",
    "They sent a photo, all is in use.",
    "They liked that we rang before.",
    "Just what they had drawn in their heads, they said.",
    "The first visitors have praised it already.",
    "They would order from us again.",
    "No complaint, a friendly word for the two who carried it.",
    "",
    "",
)
OUTSIDE_PARTLY = (
    "They like it. The waiting was hard, they said.",
    "Good piece; they would have liked a call before.",
    "Fine, but it came after the day they needed it.",
    "All in place. They had to move their plans once.",
)
OUTSIDE_NO = (
    "They had to move the day twice.",
    "The piece is good. The way to it was not, they said.",
    "They did not know on which day to be there.",
)
REOPENS = (
    "After a week it does not close any more.",
    "They found a crack near the back edge.",
    "In daylight one side is darker than the other.",
)
NOTES_INSIDE = (
    "For the file: gate code has changed, it is in the order.",
    "The customer is on holiday next week, reach them by mail.",
    "I put a photo of the place into the order folder.",
    "Their contact is now the second name on the order.",
)
CANCELS = (
    "The landlord stopped the rebuilding. We do not need it any more, sorry for the work you had.",
    "They close the branch. The order is off.",
)
CALLS_OFF = ("The customer has cancelled. Please stop, and thank you.", "Order is off, see above. Please leave it.")
