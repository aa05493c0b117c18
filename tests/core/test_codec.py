"""Acts as JSON and back: nothing is lost on the way, and whatever else comes in is refused with a sentence."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.builders import DUE, START, ask, sheet, well_formed
from kept.core import acts
from kept.core.codec import act_from_dict, act_to_dict
from kept.core.errors import Incomplete
from kept.core.terms import Answer, Check, Terms

ASK = {"act": "ask", "customer": 1, "provider": 2, "terms": {"what": "A sheet", "due": "2026-05-06T09:00:00+00:00"}}


def through_json(act: acts.Act) -> acts.Act:
    """What comes back of an act that was written as JSON text."""
    return act_from_dict(json.loads(json.dumps(act_to_dict(act), allow_nan=False)))


# --- there and back -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", acts.EVERY_ACT, ids=lambda kind: kind.name)
def test_every_act_comes_back_as_it_went(kind):
    act = well_formed(kind, None, START)
    assert through_json(act) == act
    assert type(through_json(act)) is kind


def test_an_ask_is_written_like_this():
    act = acts.Ask(customer=1, provider=2, terms=sheet(DUE), words="For Thursday's tour.", files=(4, 5))
    assert act_to_dict(act) == {
        "act": "ask",
        "words": "For Thursday's tour.",
        "files": [4, 5],
        "customer": 1,
        "provider": 2,
        "terms": {"what": "The route sheet", "due": "2026-05-06T09:00:00+00:00"},
    }


def test_a_delivery_is_written_like_this():
    act = acts.Deliver(easier=Answer.PARTLY, checklist=(Check("Door codes", True), Check("Map", False)))
    assert act_to_dict(act) == {
        "act": "deliver",
        "easier": "partly",
        "checklist": [{"item": "Door codes", "done": True}, {"item": "Map", "done": False}],
    }


def test_what_differs_from_its_default_is_written_and_what_does_not_is_left_out():
    full = acts.Ask(
        customer=1, provider=2, terms=sheet(done_when="It fits."), private=True, reopen_window=timedelta(hours=36)
    )
    data = act_to_dict(full)
    assert (data["private"], data["reopen_window"], data["terms"]["done_when"]) == (True, 129_600.0, "It fits.")
    assert act_to_dict(acts.Promise()) == {"act": "promise"}
    assert act_to_dict(acts.Accept()) == {"act": "accept"}
    assert act_to_dict(acts.Accept(answer=Answer.NO, signed=True)) == {"act": "accept", "answer": "no", "signed": True}


def test_a_moment_is_written_in_utc_and_is_the_same_moment():
    berlin = datetime(2026, 5, 6, 11, tzinfo=ZoneInfo("Europe/Berlin"))
    act = acts.Acknowledge(hear_by=berlin)
    assert act_to_dict(act) == {"act": "acknowledge", "hear_by": "2026-05-06T09:00:00+00:00"}
    assert through_json(act) == act


def test_the_hour_that_happens_twice_stays_the_one_it_was():
    zone = ZoneInfo("Europe/Berlin")
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=zone, fold=fold) for fold in (0, 1)]
    read = [through_json(acts.Acknowledge(hear_by=moment)) for moment in twice]
    assert [act.hear_by.hour for act in read if isinstance(act, acts.Acknowledge)] == [0, 1]


@pytest.mark.parametrize("text", ["2026-05-06T09:00:00Z", "2026-05-06T11:00:00+02:00", "2026-05-06 09:00+00:00"])
def test_a_moment_is_read_in_any_zone_that_is_said(text):
    act = act_from_dict({"act": "acknowledge", "hear_by": text})
    assert act == acts.Acknowledge(hear_by=datetime(2026, 5, 6, 9, tzinfo=UTC))
    assert isinstance(act, acts.Acknowledge)
    assert act.hear_by.tzinfo is UTC


def test_what_may_be_left_out_may_be_null_where_that_is_its_default():
    assert act_from_dict({"act": "accept", "answer": None}) == acts.Accept()
    assert act_from_dict({"act": "update", "words": "Half", "expected": None}) == acts.Update(words="Half")


def test_a_stretch_of_time_is_read_from_whole_and_from_broken_seconds():
    for seconds in (90, 90.5, 0):
        act = act_from_dict(ASK | {"reopen_window": seconds})
        assert isinstance(act, acts.Ask)
        assert act.reopen_window == timedelta(seconds=seconds)


# --- refused, and said why ----------------------------------------------------------------------------------------

MOMENT = "a moment with its time zone, such as 2026-05-04T14:00:00+02:00"
ID = "a whole number of at most 64 bits"
TEXT = "text, without NUL or half characters"
ACK = {"act": "acknowledge"}
DELIVER = {"act": "deliver", "easier": "easier"}
NOTE = {"act": "note"}
PASS = {"act": "pass_on"}

REFUSED = [
    (ACK | {"hear_by": 1778061600}, "hear_by", MOMENT),
    (ACK | {"hear_by": "tomorrow"}, "hear_by", MOMENT),
    (ACK | {"hear_by": "2026-05-06T09:00:00"}, "hear_by", MOMENT),
    (ACK | {"hear_by": "2026-05-06"}, "hear_by", MOMENT),
    (ACK | {"hear_by": "2026-02-30T09:00:00Z"}, "hear_by", MOMENT),
    (ACK | {"hear_by": "9999-12-31T23:59:59-12:00"}, "hear_by", MOMENT),
    (ACK | {"hear_by": "0001-01-01T00:00:00+14:00"}, "hear_by", MOMENT),
    (ACK | {"hear_by": None}, "hear_by", MOMENT),
    (ACK | {"hear_by": ["2026-05-06T09:00:00Z"]}, "hear_by", MOMENT),
    (ACK | {"hear_by": "\ud800"}, "hear_by", MOMENT),
    (PASS | {"to": "3"}, "to", ID),
    (PASS | {"to": 3.0}, "to", ID),
    (PASS | {"to": True}, "to", ID),
    (PASS | {"to": None}, "to", ID),
    (PASS | {"to": {}}, "to", ID),
    (PASS | {"to": 2**63}, "to", ID),
    (PASS | {"to": -(2**63) - 1}, "to", ID),
    (PASS | {"to": 10**5000}, "to", ID),
    (NOTE | {"words": 7}, "words", TEXT),
    (NOTE | {"words": None}, "words", TEXT),
    (NOTE | {"words": ["Hello"]}, "words", TEXT),
    (NOTE | {"words": "a\0b"}, "words", TEXT),
    (NOTE | {"words": "half of a smile: \ud83d"}, "words", TEXT),
    (NOTE | {"files": 7}, "files", "a list"),
    (NOTE | {"files": "47"}, "files", "a list"),
    (NOTE | {"files": {"0": 7}}, "files", "a list"),
    (NOTE | {"files": [7, True]}, "files", ID),
    (NOTE | {"files": [[7]]}, "files", ID),
    (ASK | {"private": 1}, "private", "true or false"),
    (ASK | {"private": "false"}, "private", "true or false"),
    (ASK | {"private": None}, "private", "true or false"),
    (ASK | {"reopen_window": "P14D"}, "reopen_window", "a number of seconds"),
    (ASK | {"reopen_window": True}, "reopen_window", "a number of seconds"),
    (ASK | {"reopen_window": float("nan")}, "reopen_window", "a number of seconds"),
    (ASK | {"reopen_window": float("inf")}, "reopen_window", "a number of seconds"),
    (ASK | {"reopen_window": 10**400}, "reopen_window", "a number of seconds"),
    (ASK | {"terms": "A sheet by Thursday"}, "terms", "an object"),
    (ASK | {"terms": None}, "terms", "an object"),
    (ASK | {"terms": [["what", "A sheet"]]}, "terms", "an object"),
    (ASK | {"terms": {"what": 1, "due": "2026-05-06T09:00:00Z"}}, "what", TEXT),
    (ASK | {"terms": {"what": "A sheet", "due": 3}}, "due", MOMENT),
    (DELIVER | {"easier": "very"}, "easier", "one of: easier, partly, no"),
    (DELIVER | {"easier": None}, "easier", "one of: easier, partly, no"),
    (DELIVER | {"easier": ["easier"]}, "easier", "one of: easier, partly, no"),
    (DELIVER | {"easier": True}, "easier", "one of: easier, partly, no"),
    (DELIVER | {"checklist": [{"item": "Codes", "done": 1}]}, "done", "true or false"),
    (DELIVER | {"checklist": ["Codes"]}, "checklist", "an object"),
    (DELIVER | {"checklist": {"item": "Codes", "done": True}}, "checklist", "a list"),
    ({"act": "accept", "answer": "yes"}, "answer", "one of: easier, partly, no"),
    ({"act": "update", "expected": "soon"}, "expected", MOMENT),
    ({"act": "return", "missing": [3]}, "missing", TEXT),
]


@pytest.mark.parametrize(("data", "field", "wanted"), REFUSED)
def test_a_value_of_the_wrong_kind_is_refused_by_saying_which_is_wanted(data, field, wanted):
    with pytest.raises(Incomplete) as caught:
        act_from_dict(data)
    assert str(caught.value) == f"“{field}” must be {wanted}."
    assert caught.value.field == field


@pytest.mark.parametrize(
    "name", ["fly", "", "Ask", "opening", None, 7, True, 1.5, [], ["ask"], {}, {"ask": 1}, "\ud800", "__class__"]
)
def test_an_act_of_no_known_name_is_refused_with_the_names_there_are(name):
    with pytest.raises(Incomplete) as caught:
        act_from_dict({"act": name})
    assert str(caught.value) == f"“act” must be one of: {', '.join(sorted(acts.BY_NAME))}."
    assert caught.value.field == "act"


@pytest.mark.parametrize("body", [None, 7, True, "ask", [], [ASK], [["act", "ask"]], 1.5])
def test_what_is_no_object_is_no_act(body):
    with pytest.raises(Incomplete, match=r"An act is an object: “act” and what it carries\."):
        act_from_dict(body)


def test_an_object_without_an_act_is_told_which_there_are():
    with pytest.raises(Incomplete, match="“act” must be one of: accept, "):
        act_from_dict({})


@pytest.mark.parametrize("field", ["customer", "provider", "terms"])
def test_what_an_act_lacks_is_named(field):
    with pytest.raises(Incomplete) as caught:
        act_from_dict({key: value for key, value in ASK.items() if key != field})
    assert (str(caught.value), caught.value.field) == (f"“{field}” is missing.", field)


def test_what_terms_lack_is_named_too():
    with pytest.raises(Incomplete, match=r"“due” is missing\."):
        act_from_dict({"act": "counter", "terms": {"what": "A sheet"}})


def test_a_key_that_is_not_known_is_refused_with_those_that_are():
    with pytest.raises(Incomplete) as caught:
        act_from_dict(NOTE | {"word": "Hello"})
    assert str(caught.value) == "“word” is not known here; known are: answerable, files, to, words."
    with pytest.raises(Incomplete, match=r"“color” is not known here; known are: done_when, due, what\."):
        act_from_dict(ASK | {"terms": ASK["terms"] | {"color": "red"}})


@pytest.mark.parametrize("key", ["name", "at", "by", "__class__", "__init__", "sequence"])
def test_who_and_when_cannot_be_slipped_in(key):
    with pytest.raises(Incomplete, match="is not known here"):
        act_from_dict(NOTE | {"words": "Hello", key: 1})


def test_a_refusal_repeats_only_as_much_of_what_was_sent_as_can_be_shown():
    with pytest.raises(Incomplete) as caught:
        act_from_dict(NOTE | {"\ud800" + "x" * 100_000: 1})
    assert str(caught.value) == f"“?{'x' * 39}” is not known here; known are: answerable, files, to, words."
    str(caught.value).encode()


def test_an_act_may_be_deep_nonsense_and_is_refused_all_the_same():
    nonsense: object = []
    for _ in range(900):
        nonsense = [nonsense, {"terms": nonsense}] if not isinstance(nonsense, dict) else [nonsense]
    for field in ("customer", "terms", "words", "files", "private", "reopen_window", "act", "other"):
        with pytest.raises(Incomplete):
            act_from_dict(ASK | {field: nonsense})


# --- anything at all ----------------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=()), max_size=8)
moments = st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
leaves = st.none() | st.booleans() | st.integers() | st.floats() | texts | moments | st.sampled_from(Answer)
field_names = st.sampled_from(
    sorted({name for kind in (*acts.EVERY_ACT, Terms, Check) for name in kind.__dataclass_fields__})
)
rubbish = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(field_names | texts, inner, max_size=4),
    max_leaves=12,
)
named = st.builds(
    lambda name, rest: {"act": name} | rest,
    st.sampled_from(sorted(acts.BY_NAME)),
    st.dictionaries(field_names, rubbish, max_size=5),
)


@settings(max_examples=6 * settings.default.max_examples)
@given(data=named | rubbish)
@example(data={"act": []})
@example(data=ASK | {"reopen_window": 1e300})
def test_whatever_comes_in_an_act_comes_out_or_an_incomplete(data):
    try:
        act = act_from_dict(data)
    except Incomplete:
        return
    assert through_json(act) == act


good_moments = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5, minutes=-30)), ZoneInfo("Asia/Tokyo")]),
)
good_text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
good_ids = st.integers(-(2**63), 2**63 - 1)
good_terms = st.builds(Terms, good_text, good_moments, good_text)


@given(
    act=st.one_of(
        st.builds(
            acts.Offer,
            words=good_text,
            files=st.lists(good_ids, max_size=3).map(tuple),
            customer=good_ids,
            provider=good_ids,
            terms=good_terms,
            private=st.booleans(),
            reopen_window=st.timedeltas(timedelta(0), timedelta(days=36_525)),
        ),
        st.builds(
            acts.Deliver,
            easier=st.sampled_from(Answer),
            checklist=st.lists(st.builds(Check, good_text, st.booleans()), max_size=3).map(tuple),
        ),
        st.builds(acts.Update, words=good_text, expected=st.none() | good_moments),
        st.builds(acts.Accept, answer=st.none() | st.sampled_from(Answer), signed=st.booleans()),
        st.builds(acts.Return, words=good_text, missing=st.lists(good_text, max_size=3).map(tuple)),
    )
)
@example(act=ask())
def test_whatever_an_act_carries_comes_back(act):
    assert through_json(act) == act
