"""What a caller said, and which choice it means: by whole words, surest first, and never by guessing."""

import random
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus.dialogue import Guess
from menus.words import LANGUAGES, hearing
from menus.words.answers import FILLERS, KEY_WORDS, KEYS, NO, NOT, UNSURE, YES
from menus.words.hearing import Match, key_said, matched, normalised, said_yes

MENU = {
    "bill": ("pay my bill", "bill", "billing"),
    "new": ("new account", "open an account"),
    "account": ("account", "balance"),
    "help": ("technical support", "support"),
    "silent": (),
    "empty": ("", " … ", "'"),
}


def heard(*texts: str, language: str = "en", phrases: Mapping[str, Sequence[str]] = MENU) -> str | None:
    """The choice meant when these are the guesses, surest first."""
    guesses = [Guess(text, 0.9 - n / 10) for n, text in enumerate(texts)]
    found = matched(guesses, phrases, language)
    return found.choice if found else None


# --- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("  Hello,   WORLD! ", "en", ("hello", "world")),
        ("Café Größe", "de", ("cafe", "grosse")),
        ("Łódź, smørrebrød, cœur", "pl", ("lodz", "smorrebrod", "coeur")),
        ("IŞIK ışık İzmir", "tr", ("isik", "isik", "izmir")),
        ("Ёлка чай", "ru", ("елка", "чаи")),
        ("What's up, driver’s seat, don´t", "en", ("whats", "up", "drivers", "seat", "dont")),
        ("l'ordine dell’anno", "it", ("l", "ordine", "dell", "anno")),
        ("l'accueil", "fr-ca", ("l", "accueil")),
        ("24/7 no. 5", "en", ("24", "7", "no", "5")),
        ("１２ १२ ١٢", "en", ("12", "12", "12")),
        ("№ 5", "en", ("no", "5")),
        ("soft\u00adhyphen zero\u200bwidth", "en", ("softhyphen", "zerowidth")),
        ("हिन्दी में", "hi", ("हिन्दी", "में")),
        ("がっこう ｶﾞ", "ja", ("がっこう", "ガ")),
        ("한국어", "ko", ("한국어",)),
        ("sáu sau", "vi", ("sáu", "sau")),
        ("שָׁלוֹם", "he", ("שלום",)),
        ("", "en", ()),
        ("?! … – “”", "en", ()),
    ],
)
def test_words_are_compared_without_case_accents_and_punctuation(
    text: str, language: str, words: tuple[str, ...]
) -> None:
    assert normalised(text, language) == words


def test_thai_keeps_its_vowels_and_tones() -> None:
    assert normalised("ไม้ ไม่", "th")[0] != normalised("ไม้ ไม่", "th")[1]


# --- choices --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("I want to PAY MY BILL, please!", "bill"),
        ("billing", "bill"),
        ("bills", None),
        ("the billboard", None),
        ("my bill pay", "bill"),
        ("account", "account"),
        ("open a new account", "new"),
        ("account new", "account"),
        ("support or billing", None),
        ("technical support for my bill", "help"),
        ("hello", None),
        ("", None),
        ("…", None),
        ("'", None),
    ],
)
def test_the_longest_phrase_that_stands_in_the_words_wins_and_a_tie_is_no_answer(text: str, choice: str | None) -> None:
    assert heard(text) == choice


def test_two_phrases_of_one_choice_are_no_tie() -> None:
    assert heard("support and technical support", "x") == "help"
    assert heard("balance of the account") == "account"


def test_the_surest_guess_that_means_one_thing_counts_in_whatever_order_they_come() -> None:
    guesses = [Guess("support", 0.3), Guess("hm", 0.95), Guess("billing", 0.8), Guess("bill or support", 0.9)]
    assert matched(guesses, MENU, "en") == Match("bill", 0.8)
    assert matched(guesses[::-1], MENU, "en") == Match("bill", 0.8)


def test_of_guesses_equally_sure_the_first_counts() -> None:
    assert matched([Guess("support", 0.5), Guess("billing", 0.5)], MENU, "en") == Match("help", 0.5)


@pytest.mark.parametrize(("confidence", "sure"), [(float("nan"), 0.0), (-3.0, 0.0), (7.0, 1.0), (float("inf"), 1.0)])
def test_a_confidence_out_of_bounds_is_brought_back(confidence: float, sure: float) -> None:
    assert matched([Guess("billing", confidence)], MENU, "en") == Match("bill", sure)
    assert matched([Guess("billing", confidence), Guess("support", 0.5)], MENU, "en") == (
        Match("bill", sure) if sure else Match("help", 0.5)
    )


@pytest.mark.parametrize(
    ("language", "phrase", "said"),
    [
        ("zh", "账单", "我想付我的账单谢谢"),
        ("zh-tw", "客服", "請 轉 客 服"),
        ("cmn-cn", "账单", "我的账 单"),
        ("ja", "サポート", "サポートをお願いします"),
        ("th", "บัญชี", "ฉันต้องการเปิดบัญชีใหม่"),
    ],
)
def test_without_spaces_between_words_a_phrase_is_found_anywhere(language: str, phrase: str, said: str) -> None:
    phrases = {"it": (phrase,), "other": ("不同",)}
    assert heard(said, language=language, phrases=phrases) == "it"


def test_without_spaces_too_the_longest_wins_and_a_tie_is_no_answer() -> None:
    phrases = {"open": ("新账户",), "have": ("账户",), "pay": ("账单",)}
    assert heard("我要开新账户", language="zh", phrases=phrases) == "open"
    assert heard("账户账单", language="zh", phrases=phrases) is None


# --- keys -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text", "keys"),
    [
        ("en", "two", "2"),
        ("en-gb", "Number two.", "2"),
        ("en", "too", "2"),
        ("en", "press 2, please", "2"),
        ("en", "I'll have two tickets", ""),
        ("en", "for two people", ""),
        ("en", "one two", "12"),
        ("en", "1-2", "12"),
        ("en", "12", "12"),
        ("en", "the star key", "*"),
        ("en", "number sign", "#"),
        ("en", " # ", "#"),
        ("en", "*", "*"),
        ("en", "please", ""),
        ("en", "", ""),
        ("en", "dos", ""),
        ("es", "dos", "2"),
        ("es-us", "oprima el número tres, por favor", "3"),
        ("es", "dos personas", ""),
        ("fr", "touche étoile s'il vous plaît", "*"),
        ("de", "die Fünf bitte", "5"),
        ("de", "Rautetaste", "#"),
        ("it", "tasto sei", "6"),
        ("pt", "opção três", "3"),
        ("pt", "jogo da velha", "#"),
        ("nl", "één", "1"),
        ("nl", "een", "1"),
        ("pl", "proszę dwójkę", "2"),
        ("sv", "tryck åtta tack", "8"),
        ("ja", "２", "2"),
        ("xx", "4", "4"),
        ("xx", "፩", ""),
        ("xx", "two", ""),
    ],
)
def test_a_key_is_named_only_when_nothing_else_is_said(language: str, text: str, keys: str) -> None:
    assert key_said(text, language) == keys


def test_every_key_has_a_name_in_each_language_that_ships_and_no_name_means_two_keys() -> None:
    assert set(KEY_WORDS) == set(FILLERS) == set(LANGUAGES)
    for language, names in KEY_WORDS.items():
        assert "".join(names) == KEYS
        for key, said in names.items():
            for name in said:
                assert key_said(name.upper(), language) == key, f"{name} in {language}"


def test_fillers_are_no_names_of_keys() -> None:
    for language, fillers in FILLERS.items():
        for filler in fillers:
            assert key_said(filler, language) == "", f"{filler} in {language}"


def test_a_key_that_is_named_chooses_what_it_would_when_keyed() -> None:
    keys = {"1": "bill", "2": "help", "12": "new", "": "silent"}
    assert matched([Guess("number two", 0.7)], MENU, "en", keys) == Match("help", 0.7)
    assert matched([Guess("one two", 0.7)], MENU, "en", keys) == Match("new", 0.7)
    assert matched([Guess("three", 0.7)], MENU, "en", keys) is None
    assert matched([Guess("hello", 0.7)], MENU, "en", keys) is None
    assert matched([Guess("two", 0.7)], MENU, "en") is None


def test_staffs_own_phrase_comes_before_the_name_of_a_key() -> None:
    keys = {"1": "bill", "2": "help"}
    assert matched([Guess("two", 0.7)], {"bill": ("two",)}, "en", keys) == Match("bill", 0.7)
    assert matched([Guess("two", 0.7)], {"bill": ("two",), "new": ("two",)}, "en", keys) is None


def test_a_key_named_surely_comes_before_a_phrase_that_is_less_sure() -> None:
    guesses = [Guess("support", 0.4), Guess("one", 0.8)]
    assert matched(guesses, MENU, "en", {"1": "bill"}) == Match("bill", 0.8)


# --- yes and no -----------------------------------------------------------------------------------------------


def yes_or_no() -> Iterator[tuple[str, str, bool]]:
    for said, agreed in ((YES, True), (NO, False)):
        assert set(said) == set(LANGUAGES)
        for language, texts in said.items():
            yield from ((language, text, agreed) for text in texts)


@pytest.mark.parametrize(("language", "text", "agreed"), list(yes_or_no()))
def test_each_yes_is_a_yes_and_each_no_a_no(language: str, text: str, agreed: bool) -> None:
    assert said_yes([Guess(f"{text.upper()}!", 0.5)], language) is agreed


@pytest.mark.parametrize(("language", "texts"), [*NOT.items(), *UNSURE.items()])
def test_what_is_neither_is_neither_even_beside_a_yes(language: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        assert said_yes([Guess(text, 0.5)], language) is None, text
        assert said_yes([Guess(f"{text} – {YES[language][0]}", 0.5)], language) is None, text


@pytest.mark.parametrize(
    ("language", "text", "agreed"),
    [
        ("en", "Yes, please.", True),
        ("en-gb", "yeah that's right", True),
        ("en", "that's not right", False),
        ("en", "no, it isn't", False),
        ("en", "no, that's not correct", False),
        ("en", "no, that's it", None),
        ("en", "yes and no", None),
        ("en", "I'm not sure", None),
        ("en", "no problem", True),
        ("en", "I know", None),
        ("en", "yesterday", None),
        ("en", "billing", None),
        ("es", "claro que sí", True),
        ("es", "claro que no", False),
        ("es", "no sé", None),
        ("fr", "je ne suis pas d’accord", False),
        ("fr", "Oui, c’est ça", True),
        ("de", "das stimmt nicht", False),
        ("de", "Nein, will ich nicht", False),
        ("pt", "não está certo", False),
        ("pl", "nie wiem", None),
        ("pl", "tak, zgadza się", True),
        ("ja", "はい", None),
    ],
)
def test_yes_and_no_are_understood_within_a_sentence_unless_it_holds_both(
    language: str, text: str, agreed: bool | None
) -> None:
    assert said_yes([Guess(text, 0.5)], language) is agreed


def test_the_surest_guess_that_says_yes_or_no_decides_and_one_in_doubt_ends_it() -> None:
    assert said_yes([Guess("no", 0.4), Guess("hm", 0.9), Guess("yes", 0.8)], "en") is True
    assert said_yes([Guess("yes", 0.4), Guess("I'm not sure", 0.8)], "en") is None
    assert said_yes([], "en") is None


# --- whatever is said -----------------------------------------------------------------------------------------

languages = st.sampled_from([*LANGUAGES, "en-gb", "tr", "vi", "hi", "th", "zh", "ja", "ko", "ar", "el"])
words = st.text(st.characters(categories=("L", "N")), min_size=1, max_size=6)
sentences = st.lists(words, max_size=4).map(" ".join)
spoken = st.lists(words, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(spoken, languages, sentences, sentences, st.sampled_from([str, str.upper, str.lower, str.swapcase]))
def test_a_phrase_matches_itself_in_any_case_with_punctuation_and_within_more_words(
    phrase: str, language: str, before: str, after: str, cased: type[str]
) -> None:
    if not normalised(phrase, language):
        return
    text = f"{before} “{cased(phrase).replace(' ', ' , ')}”! {after}"
    assert heard(text, language=language, phrases={"it": (phrase,)}) == "it"


few_words = st.lists(st.sampled_from("pay my bill new old account".split()), max_size=4).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(few_words, max_size=3), max_size=6),
    st.lists(st.tuples(few_words, st.floats(0, 1)).map(lambda pair: Guess(*pair)), max_size=4),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_options_never_matters(
    phrases: dict[str, list[str]], guesses: list[Guess], chance: random.Random
) -> None:
    shuffled = dict(chance.sample(list(phrases.items()), len(phrases)))
    assert matched(guesses, phrases, "en") == matched(guesses, shuffled, "en")


anything = st.text(st.characters(), max_size=200)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.builds(Guess, anything, st.floats()), max_size=4), st.lists(anything, max_size=3), anything)
def test_whatever_is_heard_nothing_is_raised(guesses: list[Guess], phrases: list[str], language: str) -> None:
    found = matched(guesses, {"it": phrases}, language, {"1": "one"})
    assert found is None or (found.choice in ("it", "one") and 0 <= found.confidence <= 1)
    assert said_yes(guesses, language) in (True, False, None)


def test_staffs_phrases_are_prepared_once_and_what_callers_say_is_not_kept() -> None:
    hearing._phrase.cache_clear()
    phrases = sum(map(len, MENU.values()))
    for _ in range(2):
        assert heard("my secret is 4711, pay my bill") == "bill"
        kept = hearing._phrase.cache_info()
        assert (kept.misses, kept.currsize) == (phrases, phrases)


def test_matching_takes_no_time_that_a_caller_would_notice() -> None:
    phrases = {f"option{n}": [f"phrase number {n} {m} of many" for m in range(10)] for n in range(20)}
    guesses = [Guess(f"some words {n} that are not there at all ".ljust(200, "x"), 0.5) for n in range(5)]
    matched(guesses, phrases, "en")

    def took() -> float:
        began = perf_counter()
        assert matched(guesses, phrases, "en") is None
        return perf_counter() - began

    assert min(took() for _ in range(20)) < 0.005, "five guesses, 1 ms for each"
