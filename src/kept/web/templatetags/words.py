"""How pages say moments, durations and states: as people say them, with the exact moment on hover.

In a template: ``{% load words %}``, then ``{% moment promise.by %}``, ``{{ promise.by|said:now }}``,
``{{ seconds|lasting }}``, ``{{ "late"|tone }}``.
"""

from __future__ import annotations

from datetime import datetime

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kept.core.moments import MONTHS, exactly, lasting, said
from kept.core.state import State
from kept.promises import likelihoods
from kept.promises.contents import in_words
from kept.promises.models import Likelihood

register = template.Library()
register.filter(lasting)

# Only what someone should look at has a colour; every other word stands plain.
TONES = {
    "late": "alarm",
    "broken": "alarm",
    "at risk": "watch",
    "silent": "watch",
    "kept": "good",
    "waits long": "watch",
    "often goes straight back": "alarm",
    "waits long, often goes straight back": "alarm",
    "too few to say": "few",
}


@register.filter
def percent(share: float | None) -> str:
    """A share from 0 to 1 as people say it: "37 %"; nothing for none."""
    return "" if share is None else f"{round(share * 100)} %"


@register.filter
def hours_lasting(hours: float | None) -> str:
    """A duration in hours as people say it: "3 days"."""
    return lasting(None if hours is None else hours * 3600)


@register.filter
def on_day(moment: datetime | None) -> str:
    """The day of a moment in the viewer's time zone: "12 Mar 2026"; nothing for no moment."""
    if moment is None:
        return ""
    local = moment.astimezone(timezone.get_current_timezone())
    return f"{local.day} {MONTHS[local.month - 1][:3]} {local.year}"


@register.filter(name="said")
def said_in_template(moment: datetime | None, now: datetime | None = None) -> str:
    """``{{ moment|said:now }}``: the words alone, in the viewer's time zone; nothing for no moment."""
    if moment is None:
        return ""
    return said(moment, now or timezone.now(), timezone.get_current_timezone())


@register.simple_tag(takes_context=True, name="moment")
def moment_tag(context: Context, value: datetime | None) -> SafeString | str:
    """``{% moment value %}``: the words in a <time> with the exact moment on hover; `now` may come from the context."""
    if value is None:
        return ""
    zone = timezone.get_current_timezone()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        exactly(value, zone),
        said(value, context.get("now") or timezone.now(), zone),
    )


@register.filter
def thousands(number: int) -> str:
    """A count as people read it: 19087 -> "19,087"."""
    return f"{number:,}"


@register.filter
def filesize(size: int) -> str:
    """A size in bytes as people say it: "3.4 MB"."""
    return in_words(size)


@register.filter
def odds_of_date(past: Likelihood) -> str:
    """The odds of the date in force and what they rest on: "62 % by the date promised, from 31 like it"."""
    if past.likely is None:
        return likelihoods.in_words(past).removesuffix(".")
    by = "promised" if past.promise.state == State.PROMISED else "asked for"
    return f"{likelihoods.percent(past.chance)} % by the date {by}, {likelihoods.rests_on(past)}"


@register.filter
def resting_on(past: Likelihood) -> str:
    """What a forecast rests on: "from 31 like it"; where it names no date, why."""
    if past.likely is None:
        return likelihoods.in_words(past).removesuffix(".")
    return likelihoods.rests_on(past)


@register.filter
def tone(word: str) -> str:
    """Which colour a state's word asks for: "alarm", "watch", "good", "few" (too few to say),
    or "" for the many that need none."""
    return TONES.get(word.lower(), "")
