"""The caller's place in an address: what was sealed comes back, and nothing else is ever opened."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from django.conf import settings as site
from hypothesis import example, given
from hypothesis import strategies as st

from calls import place
from calls.models import ID_LENGTH, Call, Turn
from calls.place import MAX_LENGTH, BadPlace, Place
from menus.dialogue import LOTS, TRAIL_KEPT, State
from tests import lines
from tests.door import ANSWER, EVENT, Door, keyed, ncco_in, place_in, ring, said

Settings = Any  # pytest-django's fixture

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=64)
KEYS = st.from_regex(r"[a-z0-9]{1,20}(-[a-z0-9]{1,18})?", fullmatch=True)
STATES = st.builds(
    State,
    began=st.integers(0, 2**33),
    turn=st.integers(-1, 200),
    at=KEYS,
    language=st.sampled_from(["en", "es", "zh-hant-tw"]),
    no_input=st.integers(0, 18),
    no_match=st.integers(0, 18),
    target=st.integers(0, 20),
    over=st.booleans(),
    schedule=st.one_of(st.just(""), KEYS),
    trail=st.lists(KEYS, max_size=TRAIL_KEPT).map(tuple),
    greeted=st.lists(KEYS, max_size=TRAIL_KEPT).map(tuple),
    values=st.dictionaries(st.sampled_from(["caller", "dialled", "pressed", "account"]), TEXT),
    phase=st.sampled_from(["", "confirm", "window"]),
    waited=st.integers(0, 5),
    entry=st.one_of(st.just(""), TEXT),
    asked=st.integers(0, 2**33),
    pins=st.integers(0, 3),
    remembered=st.sampled_from(["", "es"]),
    lists=st.lists(KEYS, max_size=3).map(tuple),
    lot=st.integers(0, LOTS - 1),
)
PLAIN = st.builds(State, began=st.integers(0, 2**33), at=KEYS, values=st.just({"caller": "447700900123"}))
"""Where nothing more is asked: most places of most calls."""
PLACES = st.builds(Place, TEXT, st.uuids(), st.one_of(STATES, PLAIN), st.integers(0, 2**31))
HERE = Place("0f3d9a7c", UUID(int=5), State(began=1_790_000_000, turn=3, at="main", language="en"))


@given(PLACES)
def test_what_was_sealed_comes_back(here: Place) -> None:
    assert place.unseal(place.seal(here)) == here


@given(PLACES)
def test_the_same_place_is_the_same_address(here: Place) -> None:
    sealed = place.seal(here)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", sealed)
    assert place.seal(Place(*here)) == sealed


@given(PLACES, PLACES)
def test_two_places_have_two_addresses(here: Place, there: Place) -> None:
    assert (place.seal(here) == place.seal(there)) is (here == there)


def test_nothing_can_be_read_in_it() -> None:
    state = State(1, 2, "billing-of-water", "en", values={"caller": "447700900123", "pressed": "4111111111"})
    opened = urlsafe_b64decode(place.seal(Place("a-call-of-mine", uuid4(), state)) + "===")
    for secret in (b"billing", b"4477009", b"411111", b"a-call"):
        assert secret not in opened


# --- what we did not seal ---------------------------------------------------------------------------------------


@given(st.data())
def test_a_changed_letter_opens_nothing(data: st.DataObject) -> None:
    """But for the last letter's spare bits, which say nothing."""
    sealed = place.seal(HERE)
    index = data.draw(st.integers(0, len(sealed) - 1))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz0189-_"))
    try:
        assert place.unseal(sealed[:index] + letter + sealed[index + 1 :]) == HERE
        assert letter == sealed[index] or index == len(sealed) - 1
    except BadPlace:
        assert letter != sealed[index]


def test_a_place_cut_short_or_lengthened_opens_nothing() -> None:
    sealed = place.seal(HERE)
    for end in range(len(sealed)):
        with pytest.raises(BadPlace):
            place.unseal(sealed[:end])
    for longer in (sealed + "A", sealed + "AAAA", "A" + sealed, sealed * 2, sealed * 30):
        with pytest.raises(BadPlace):
            place.unseal(longer)


@given(st.integers(1, 20), PLACES)
def test_halves_of_two_places_make_no_third(groups: int, there: Place) -> None:
    here, other = place.seal(HERE), place.seal(there)
    cut = groups * 4
    mixed = here[:cut] + other[cut:]
    if mixed not in (here, other):
        with pytest.raises(BadPlace):
            place.unseal(mixed)


@given(st.one_of(st.text(), st.text("ABCabc019-_", max_size=400)))
@example("")
@example("A")
@example("é" * 40)
@example("\ud800" * 40)
@example("=" * 40)
@example("A" * 4000)
def test_anything_else_opens_nothing(text: str) -> None:
    with pytest.raises(BadPlace):
        place.unseal(text)


FIRST: Final[list[Any]] = ["call", UUID(int=5).hex, 1, 0, "main", "en", 0, 0, 0, 0, "", [], [], {}, 7]
"""What each place has; all that follows may be left out."""
REST: Final[list[Any]] = ["confirm", 1, "entry", 1_790_000_000, 2, "es", ["vip"], 4711]


def test_what_stands_at_its_default_at_the_end_of_a_place_is_left_out() -> None:
    for kept in range(len(REST) + 1):
        state = place._place(*FIRST, *REST[:kept]).state
        sealed = place.seal(Place("call", UUID(int=5), state, 7))
        assert json.loads(place._decrypt(urlsafe_b64decode(sealed + "==="))) == [place.FORMAT, *FIRST, *REST[:kept]]
        assert place.unseal(sealed) == Place("call", UUID(int=5), state, 7)


@pytest.mark.parametrize(
    "parts",
    [
        [1, *FIRST],
        [1, *FIRST[:-1]],
        [3, *FIRST],
        [3, "another form altogether"],
        [2, *FIRST[:-1]],
        [2, *FIRST, *REST, "one field more"],
        [2, "call", "no version", *FIRST[2:]],
        [],
        {},
        7,
        None,
    ],
)
def test_a_place_of_a_form_that_is_not_known_here_opens_nothing(parts: Any) -> None:
    """A newer worker's, met by an older one while a release goes out."""
    sealed = place._ciphers()[0].encrypt(json.dumps(parts).encode(), None)
    with pytest.raises(BadPlace):
        place.unseal(urlsafe_b64encode(sealed).rstrip(b"=").decode())


# --- keys -------------------------------------------------------------------------------------------------------


def test_a_key_that_was_replaced_still_opens(settings: Settings) -> None:
    old = place.seal(HERE)
    settings.SECRET_KEY_FALLBACKS = ["older-" * 10, settings.SECRET_KEY]
    settings.SECRET_KEY = "newer-" * 10
    assert place.unseal(old) == HERE
    assert place.seal(HERE) != old
    assert place.unseal(place.seal(HERE)) == HERE


def test_another_key_does_not(settings: Settings) -> None:
    old = place.seal(HERE)
    settings.SECRET_KEY = "newer-" * 10
    for fallbacks in ([], ["older-" * 10]):
        settings.SECRET_KEY_FALLBACKS = fallbacks
        with pytest.raises(BadPlace):
            place.unseal(old)


# --- length -----------------------------------------------------------------------------------------------------


def longest(caller: str, dialled: str) -> Place:
    """All that a call can gather, in keys as long as they may be."""
    key = "k" * 40
    keys = tuple(f"{key[:-1]}{n}" for n in range(TRAIL_KEPT))
    values = {"caller": caller, "dialled": dialled, "pressed": "*" * 10}
    language = "zho-hant-taiwan-x-ab"
    asked = ("confirm", 9, "4" * 20, 2**33, 3, language, (), LOTS - 1)
    state = State(2**33, 100, key, language, 18, 18, 20, True, key, keys, keys, values, *asked)
    return Place("f" * 36, uuid4(), state, 2**31)


def test_the_longest_place_of_a_call_by_telephone_keeps_the_bound() -> None:
    assert len(place.seal(longest("447700900123456", "441632960960123"))) <= MAX_LENGTH


@pytest.mark.parametrize("name", ["a" * ID_LENGTH, '"\\' * (ID_LENGTH // 2), "😀" * ID_LENGTH])
def test_a_place_with_the_longest_names_is_still_opened(name: str) -> None:
    here = longest(name, name)._replace(call=name)
    sealed = place.seal(here)
    assert place.unseal(sealed) == here
    assert len(f"{site.PUBLIC_URL}/webhooks/recording/{sealed}/") < 4000, "gunicorn takes a line of 8190"


# --- at the door ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_key_at_another_calls_place_is_that_calls_key() -> None:
    """The place alone says whose it is; the ids in the payload, which may be anybody's, change nothing."""
    door = Door()
    lines.publish(lines.office())
    mine = place_in(ncco_in(door.post(ANSWER, ring(uuid="mine", conversation_uuid="CON-mine"))))
    door.post(ANSWER, ring(uuid="yours", conversation_uuid="CON-yours"))
    answered = ncco_in(door.post(mine, keyed("4", uuid="yours", conversation_uuid="CON-yours")))
    assert said(answered) == ["For Sales, press 1.", "input"]
    assert place.unseal(place_in(answered).split("/")[3]).call == "mine"
    assert dict(Turn.objects.values_list("call_id", "n").order_by("n")) == {"mine": 1, "yours": 0}
    assert Call.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("sealed", ["x", "A" * 80, "A" * 5000])
def test_a_key_at_a_place_that_cannot_be_opened_goes_on_from_the_last_ncco(sealed: str) -> None:
    door = Door()
    lines.publish(lines.office())
    door.post(ANSWER, ring())
    answered = ncco_in(door.post(f"{EVENT}{sealed}/", keyed("4")))
    assert said(answered) == ["For Sales, press 1.", "input"]
    unknown = ncco_in(door.post(f"{EVENT}{sealed}/", keyed("4", uuid="nobody's", conversation_uuid="CON-nobody's")))
    assert said(unknown)[0].startswith("Sorry, we are having technical trouble.")
