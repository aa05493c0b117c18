"""Where it went wrong: the trace of a promise as a story with a picture, and what is asked for because of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from kept.complaints import improvements
from kept.complaints.models import Improvement
from kept.complaints.tracing import trace_of
from kept.core.errors import NotAllowed, NotFound, Refused
from kept.web.http import now, viewer
from kept.web.trace_picture import picture_of


def trace(request: HttpRequest, promise_id: int) -> HttpResponse:
    """The trace of a promise, for those who see it in full."""
    person, moment = viewer(request), now()
    found = trace_of(person, promise_id, now=moment)
    context = {
        "trace": found,
        "promise": found.promise,
        "picture": picture_of(found),
        "followed": improvements.of_promise(person, promise_id),
        "kinds": {str(kind): kind.label for kind in Improvement.Kind},
        "now": moment,
    }
    return render(request, "web/trace.html", context)


@require_POST
def improve(request: HttpRequest, promise_id: int) -> HttpResponse:
    """Ask the team of a finding for an improvement: one press."""
    kind, complaint = request.POST.get("kind", ""), request.POST.get("complaint", "")
    if kind not in Improvement.Kind.values:
        raise Http404
    finding = (request.POST.get("step", ""), Improvement.Kind(kind))
    about = int(complaint) if complaint.isdecimal() and len(complaint) < 19 else None
    try:
        asked = improvements.ask_for(viewer(request), promise_id, finding, complaint=about, at=now())
    except (NotFound, NotAllowed):
        raise
    except Refused as error:
        messages.warning(request, str(error))
        return redirect("web:trace", promise_id)
    messages.success(request, f"{asked.provider} has your ask. Change its words or its date below, if you like.")
    return redirect("web:promise", asked.pk)
