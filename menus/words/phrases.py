"""The words that ship, in every language that ships. A line puts its own in their place with `phrases`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("en", "es", "fr", "de", "it", "pt", "nl", "pl", "sv")
"""Every phrase exists in each of these; a region (`en-gb`) may say some of them in another way."""

_SAID: dict[str, dict[str, str]] = {
    "sorry_no_input": {
        "en": "Sorry, we did not get an answer.",
        "es": "Disculpe, no hemos recibido ninguna respuesta.",
        "fr": "Désolé, nous n'avons pas reçu de réponse.",
        "de": "Entschuldigung, wir haben keine Eingabe erhalten.",
        "it": "Ci scusi, non abbiamo ricevuto alcuna risposta.",
        "pt": "Desculpe, não recebemos nenhuma resposta.",
        "nl": "Sorry, we hebben geen keuze ontvangen.",
        "pl": "Przepraszamy, nie otrzymaliśmy odpowiedzi.",
        "sv": "Tyvärr fick vi inget svar.",
    },
    "sorry_no_match": {
        "en": "Sorry, that is not one of the choices.",
        "es": "Disculpe, esa opción no es válida.",
        "fr": "Désolé, ce choix n'est pas valable.",
        "de": "Entschuldigung, diese Auswahl ist nicht möglich.",
        "it": "Ci scusi, la scelta non è valida.",
        "pt": "Desculpe, essa opção não é válida.",
        "nl": "Sorry, dat is geen geldige keuze.",
        "pl": "Przepraszamy, nie ma takiej opcji.",
        "sv": "Tyvärr är det inte ett giltigt val.",
    },
    "goodbye": {
        "en": "Thank you for calling. Goodbye.",
        "es": "Gracias por su llamada. Adiós.",
        "fr": "Merci de votre appel. Au revoir.",
        "de": "Vielen Dank für Ihren Anruf. Auf Wiederhören.",
        "it": "Grazie per aver chiamato. Arrivederci.",
        "pt": "Obrigado pela sua chamada. Até logo.",
        "nl": "Dank u voor het bellen. Tot ziens.",
        "pl": "Dziękujemy za telefon. Do usłyszenia.",
        "sv": "Tack för att du ringde. Hej då.",
    },
    "trouble": {
        "en": "Sorry, we are having technical trouble. Please call again later. Goodbye.",
        "es": "Disculpe, tenemos problemas técnicos. Por favor, llame de nuevo más tarde. Adiós.",
        "fr": "Désolé, nous rencontrons un problème technique. Veuillez rappeler plus tard. Au revoir.",
        "de": "Entschuldigung, wir haben eine technische Störung. Bitte rufen Sie später noch einmal an. "
        "Auf Wiederhören.",
        "it": "Ci scusi, abbiamo problemi tecnici. La preghiamo di richiamare più tardi. Arrivederci.",
        "pt": "Desculpe, estamos com problemas técnicos. Por favor, ligue mais tarde. Até logo.",
        "nl": "Sorry, we hebben een technische storing. Bel later alstublieft nog eens. Tot ziens.",
        "pl": "Przepraszamy, mamy problemy techniczne. Prosimy zadzwonić później. Do usłyszenia.",
        "sv": "Tyvärr har vi tekniska problem. Ring gärna igen senare. Hej då.",
    },
    "nobody": {
        "en": "Sorry, nobody can take your call right now.",
        "es": "Lo sentimos, en este momento nadie puede atender su llamada.",
        "fr": "Désolé, personne ne peut prendre votre appel pour le moment.",
        "de": "Leider kann gerade niemand Ihren Anruf entgegennehmen.",
        "it": "Siamo spiacenti, al momento nessuno può rispondere alla sua chiamata.",
        "pt": "Desculpe, neste momento ninguém pode atender a sua chamada.",
        "nl": "Sorry, op dit moment kan niemand uw oproep beantwoorden.",
        "pl": "Przepraszamy, w tej chwili nikt nie może odebrać telefonu.",
        "sv": "Tyvärr kan ingen ta emot ditt samtal just nu.",
    },
    "not_in_service": {
        "en": "Sorry, this number is not in service. Goodbye.",
        "es": "Lo sentimos, este número no está en servicio. Adiós.",
        "fr": "Désolé, ce numéro n'est pas en service. Au revoir.",
        "de": "Diese Rufnummer ist leider nicht vergeben. Auf Wiederhören.",
        "it": "Siamo spiacenti, questo numero non è attivo. Arrivederci.",
        "pt": "Desculpe, este número não está em serviço. Até logo.",
        "nl": "Sorry, dit nummer is niet in gebruik. Tot ziens.",
        "pl": "Przepraszamy, ten numer jest nieczynny. Do usłyszenia.",
        "sv": "Tyvärr är det här numret inte i bruk. Hej då.",
    },
    "press": {
        "en": "{words}, press {key}.",
        "es": "{words}, oprima el {key}.",
        "es-es": "{words}, pulse {key}.",
        "fr": "{words}, tapez {key}.",
        "de": "{words}, drücken Sie die {key}.",
        "it": "{words}, prema {key}.",
        "pt": "{words}, pressione {key}.",
        "nl": "{words}, toets {key}.",
        "pl": "{words}, proszę nacisnąć {key}.",
        "sv": "{words}, tryck {key}.",
    },
    "for_label": {
        "en": "For {label}",
        "es": "Para {label}",
        "fr": "Pour {label}",
        "de": "Für {label}",
        "it": "Per {label}",
        "pt": "Para {label}",
        "nl": "Voor {label}",
        "pl": "Opcja {label}",
        "sv": "För {label}",
    },
    "star": {
        "en": "star",
        "es": "asterisco",
        "fr": "étoile",
        "de": "Sterntaste",
        "it": "asterisco",
        "pt": "asterisco",
        "nl": "sterretje",
        "pl": "gwiazdkę",
        "sv": "stjärna",
    },
    "hash": {
        "en": "pound",
        "en-au": "hash",
        "en-gb": "hash",
        "en-ie": "hash",
        "en-nz": "hash",
        "es": "numeral",
        "es-es": "almohadilla",
        "fr": "dièse",
        "de": "Rautetaste",
        "it": "cancelletto",
        "pt": "cardinal",
        "pt-br": "jogo da velha",
        "nl": "hekje",
        "pl": "krzyżyk",
        "sv": "fyrkant",
    },
}

PHRASES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {name: MappingProxyType(said) for name, said in _SAID.items()}
)
"""What the site says, by name and language. `press` holds {words} and {key}, `for_label` holds {label}."""


def shipped(name: str, language: str) -> str | None:
    """The site's words in that language, or in the language of that region."""
    said = PHRASES[name]
    return said.get(language) or said.get(language.partition("-")[0])
