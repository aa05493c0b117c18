"""A promise: its story, and the acts that the viewer may do now. And the opening of one."""

from __future__ import annotations

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kept.complaints.improvements import led_to
from kept.complaints.queries import about, made_good_by
from kept.complaints.stages import may_be_traced
from kept.core import acts
from kept.core.errors import Incomplete, NotAllowed, NotFound, Overtaken, Refused
from kept.core.promise import replay
from kept.core.state import State
from kept.core.terms import Side
from kept.customers.agreements import agreed_customers
from kept.ledger import book
from kept.people.models import Party, Person
from kept.people.queries import acting_ids
from kept.promises import access, actions, chains, passing, rounds
from kept.promises.access import Seen, View
from kept.promises.brought_in import brought_into
from kept.promises.clocks import clocks
from kept.promises.desk import stamp
from kept.promises.handing_on import handed_off, need_to_know
from kept.promises.models import Promise
from kept.promises.picture import picture
from kept.promises.standing import in_chain, in_outline
from kept.promises.story import by_sequence
from kept.web import dated, dates, offering, warned, whom
from kept.web.acts import SAYINGS, Saying
from kept.web.fields import label_of
from kept.web.filing import attached
from kept.web.forms import form_for
from kept.web.http import NOTHING_NEW, now, viewer
from kept.web.opening_forms import AskForm, OfferForm, OpeningForm


def promise(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The page of one promise; in outline for those up and down its chain.

    A page that is open already says in `Kept-Known` what it shows: it gets nothing where nothing can have changed.
    """
    seen = access.promise_for_seeing(viewer(request), promise_id)
    if request.headers.get("Kept-Known") == stamp(viewer(request), now()):
        return HttpResponse(status=NOTHING_NEW)
    return _page(request, seen)


def act(request: HttpRequest, promise_id: int, name: str) -> HttpResponse:
    """The short form of one act; a POST does it. The link to it does nothing but show the form."""
    seen = _seen_for_acting(request, promise_id)
    if not seen.sides:
        raise NotAllowed("You can see this promise, but only the two sides can act in it.")
    kind = acts.BY_NAME.get(name.replace("-", "_"))
    if kind is None:
        raise Http404
    possible = _possible(viewer(request), seen)
    if request.method != "POST" and kind not in possible:
        messages.info(request, "That is not possible any more; this is how it stands now.")
        return redirect("web:promise", promise_id)
    odds_only = dates.pressed(request)
    form = form_for(kind, seen.promise)(
        None if odds_only else request.POST or None, person=viewer(request), promise=seen.promise,
        attached=attached(request, promise_id),
        initial=dates.taken(request) if odds_only else _preselected(request, kind, seen.promise),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            doing = dated.acting_with(form.act(), viewer(request), seen.promise, now())
            actions.do(viewer(request), promise_id, doing, at=now(), seen=form.cleaned_data["seen"])
        except Overtaken as error:
            return _overtaken(request, promise_id, error)
        except Refused as error:
            show(form, error)
        else:
            messages.success(request, _saying(request, seen, kind).done)
            return redirect("web:desk") if request.POST.get("from") == "desk" else redirect("web:promise", promise_id)
    return _page(request, seen, form=form, kind=kind, status=422 if form.errors else 200)


def _seen_for_acting(request: HttpRequest, promise_id: int) -> Seen:
    """The promise; who had it when they looked, and has it no more, is told so instead of that there is none."""
    try:
        return access.promise_for_seeing(viewer(request), promise_id)
    except NotFound:
        looked_at = request.POST.get("seen", "")
        if looked_at.isdecimal():
            actions.refuse_what_is_gone(viewer(request), promise_id, int(looked_at))
        raise


def _overtaken(request: HttpRequest, promise_id: int, error: Overtaken) -> HttpResponse:
    try:
        seen = access.promise_for_seeing(viewer(request), promise_id)
    except NotFound:
        raise error from None
    messages.warning(request, str(error))
    return _page(request, seen, status=409)


def ask(request: HttpRequest) -> HttpResponse:
    """Ask somebody for something. Some of its buttons ask nobody: they propose teams or dates, or take one of them."""
    if not whom.pressed(request):
        return _open(request, AskForm, "web/ask.html")
    sent = attached(request, None)
    form = AskForm(None, person=viewer(request), initial=whom.said(request.POST), attached=sent)
    taken = form.provider if whom.CHOOSE in request.POST else None
    context = {"form": form, "taken": taken, "whom": None if taken else whom.who_may(form, now())}
    return render(request, "web/ask.html", context | {"dates": dated.of_opening(form, now()), "now": now()})


@require_POST
def ask_whom(request: HttpRequest) -> HttpResponse:
    """Who may do this, as it is typed; where the button was pressed, also beside somebody who is named already."""
    form = AskForm(None, person=viewer(request), initial=whom.said(request.POST))
    found = whom.who_may(form, now()) if whom.pressed(request) else whom.left_open(form, now())
    return render(request, "components/ask_whom.html", {"whom": found})


@require_POST
def ask_needs(request: HttpRequest) -> HttpResponse:
    """The part of the ask that depends on who asks whom, as it is typed; records nothing."""
    form = AskForm(None, person=viewer(request), initial=request.POST.dict())
    return render(request, "components/ask_needs.html", {"form": form})


def offer(request: HttpRequest) -> HttpResponse:
    """Offer somebody something unasked."""
    return _open(request, OfferForm, "web/offer.html")


def _open(request: HttpRequest, form_class: type[OpeningForm], template: str) -> HttpResponse:
    sent, odds_only = attached(request, None), dates.pressed(request)
    start = dates.taken(request) if odds_only else _start(request)
    form = form_class(None if odds_only else request.POST or None, person=viewer(request), initial=start, attached=sent)
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_promise(viewer(request), dated.opened_with(form, now()), at=now())
        except Refused as error:
            show(form, error)
        else:
            messages.success(request, f"{opened.provider} has your ask." if form_class is AskForm else "Offered.")
            return redirect("web:promise", opened.pk)
    found = whom.left_open(form, now()) if isinstance(form, AskForm) else None
    context = {"form": form, "whom": found, "dates": dated.of_opening(form, now()), "now": now()}
    return render(request, template, context, status=422 if form.errors else 200)


def _start(request: HttpRequest) -> dict[str, str]:
    """What a link to the form preselects: `?to=` a party's id, and who asks: that of mine that has agreed with them."""
    to = request.GET.get("to", "")
    party = Party.objects.select_related("person").filter(pk=to).first() if to.isdecimal() else None
    if party is None:
        return {}
    agreed = agreed_customers(party.pk, acting_ids(viewer(request)))
    own = request.GET.get("own", str(agreed[0]) if len(agreed) == 1 else "")
    return {"other": label_of(party)} | ({"own": own} if own else {})


def show(form: Form, error: Refused) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    field = error.field if isinstance(error, Incomplete) else ""
    field = {"customer": "other", "provider": "other"}.get(field, field)
    form.add_error(field if field in form.fields else None, str(error))


def _possible(person: Person, seen: Seen) -> list[type[acts.Act]]:
    """The acts that `person` may do now, in the order in which the page offers them."""
    state = replay(book.read(seen.promise.pk))
    return offering.possible(person, seen, state, now()) if state else []


def _preselected(request: HttpRequest, kind: type[acts.Act], promise: Promise) -> dict[str, object]:
    """What the form of an act begins with: for other terms those on the table (`?due=` another date), `?to=` a party
    for passing on, and what a warning says where it was opened from one.
    """
    return _as_it_stands(request, kind, promise.pk) | warned.start(request, viewer(request), kind, promise)


def _as_it_stands(request: HttpRequest, kind: type[acts.Act], promise_id: int) -> dict[str, object]:
    if kind in (acts.Counter, acts.Amend, acts.Propose):
        table = rounds.on_the_table(book.read(promise_id))
        chosen = dates.moment_in(request.GET.get("due", ""))
        started = {"what": table.what, "due": table.due, "done_when": table.done_when} if table else {}
        return started | ({"due": chosen} if chosen else {})
    to = _to(request) if kind is acts.PassOn else None
    party = Party.objects.select_related("person").filter(pk=to).first() if to else None
    return {"to": label_of(party)} if party else {}


def _saying(request: HttpRequest, seen: Seen, kind: type[acts.Act]) -> Saying:
    back = offering.saying_back(viewer(request), seen.promise, _to(request)) if kind is acts.PassOn else None
    return back or SAYINGS[kind]


def _to(request: HttpRequest) -> int | None:
    to = request.GET.get("to", "")
    return int(to) if to.isdecimal() and len(to) < 19 else None  # what a database can hold


def _passed(person: Person, seen: Seen) -> dict[str, object] | None:
    """Who is told what of an ask that was passed on and is not taken on yet; `None` where that is not so."""
    promise = seen.promise
    if promise.answerable_id is None:
        return None
    on_the_side = Side.PROVIDER in seen.sides
    mine = on_the_side and passing.only_passed_it_on(person, promise)
    return {"mine": mine, "to_me": on_the_side and not mine, "why": passing.reasons([promise])[promise.pk]}


def _page(
    request: HttpRequest,
    seen: Seen,
    *,
    form: Form | None = None,
    kind: type[acts.Act] | None = None,
    status: int = 200,
) -> HttpResponse:
    moment = now()
    if seen.view is View.OUTLINE:
        outline = {"promise": seen.promise, "standing": in_outline(seen.promise, moment), "now": moment}
        return render(request, "web/promise_outline.html", outline)
    person = viewer(request)
    possible = _possible(person, seen)
    events = book.read(seen.promise.pk)
    chain = chains.around(seen.promise, viewer(request), moment)
    stands = in_chain(list(chain.promises.values()), chain, moment)
    brought_in = brought_into(seen.promise, events)
    lines = by_sequence(seen.promise, events, person, seen.sides)
    context = {
        "promise": seen.promise,
        "stamp": stamp(viewer(request), moment) if "Kept-Known" in request.headers else "",
        "now": moment,
        "standing": stands[seen.promise.pk],
        "picture": picture(seen.promise, chain, stands),
        "clocks": clocks(events, moment),
        "beside": rounds.beside(seen.promise, events, seen.sides),
        "passed": _passed(person, seen),
        "can_ask_upstream": Side.PROVIDER in seen.sides and acts.Link in possible,
        "lines": list(lines.values()),
        "handed_off": handed_off(events, lines) if seen.promise.state in (State.DELIVERED, State.ACCEPTED) else None,
        "need_to_know": need_to_know(events, lines, person.pk),
        "brought_in": brought_in,
        "called": next((each for each in reversed(brought_in) if each.who == person.pk), None),
        "sides": seen.sides,
        "said": about(viewer(request), seen.promise.pk),
        "makes_good": made_good_by(person, seen.promise.pk),
        "improves": led_to(person, seen.promise.pk),
        "may_be_traced": may_be_traced(seen.promise, moment),
        "is_customer": Side.CUSTOMER in seen.sides,
        "is_provider": Side.PROVIDER in seen.sides,
        "acts": warned.led(offering.offered(person, seen.promise, possible), seen, stands[seen.promise.pk]),
        "form": form,
        "dates": dated.of_act(person, seen, kind, form, moment) if kind else None,
        "saying": _saying(request, seen, kind) if kind else None,
        "action": request.get_full_path() if kind else "",
    }
    return render(request, "web/promise.html", context, status=status)
