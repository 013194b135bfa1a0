"""What is said where callers ask to be called back. The {window} is what `speak_window` or `callback_soon` says."""

from __future__ import annotations

from typing import Final

SAID: Final[dict[str, dict[str, str]]] = {
    "callback_number": {
        "en": "We can call you back at {number}. If that is right, press 1. To give another number, press 2.",
        "es": "Podemos devolverle la llamada al {number}. Si es correcto, oprima el 1. Para dar otro número, "
        "oprima el 2.",
        "es-es": "Podemos devolverle la llamada al {number}. Si es correcto, pulse 1. Para indicar otro número, pulse "
        "2.",
        "fr": "Nous pouvons vous rappeler au {number}. Si c'est exact, tapez 1. Pour indiquer un autre numéro, "
        "tapez 2.",
        "de": "Wir können Sie unter {number} zurückrufen. Wenn das stimmt, drücken Sie die 1. Für eine andere "
        "Rufnummer drücken Sie die 2.",
        "it": "Possiamo richiamarla al {number}. Se è corretto, prema 1. Per indicare un altro numero, prema 2.",
        "pt": "Podemos ligar-lhe de volta para o {number}. Se estiver correto, pressione 1. Para indicar outro "
        "número, pressione 2.",
        "pt-br": "Podemos retornar a ligação para o número {number}. Se estiver correto, pressione 1. Para informar "
        "outro número, pressione 2.",
        "nl": "We kunnen u terugbellen op {number}. Als dat klopt, toets 1. Om een ander nummer op te geven, toets 2.",
        "pl": "Możemy oddzwonić pod numer {number}. Jeśli to się zgadza, proszę nacisnąć 1. Aby podać inny numer, "
        "proszę nacisnąć 2.",
        "sv": "Vi kan ringa upp dig på {number}. Om det stämmer, tryck 1. För att ange ett annat nummer, tryck 2.",
    },
    "callback_enter": {
        "en": "Please enter the telephone number, with its area code, and then press {key}.",
        "es": "Por favor, ingrese el número de teléfono con su código de área y luego oprima la tecla {key}.",
        "es-es": "Por favor, introduzca el número de teléfono con su prefijo y después pulse la tecla {key}.",
        "fr": "Veuillez saisir le numéro de téléphone complet, indicatif compris, puis appuyez sur la touche {key}.",
        "de": "Bitte geben Sie die Rufnummer mit Vorwahl ein und drücken Sie danach die {key}.",
        "it": "Inserisca il numero di telefono con il prefisso e poi prema {key}.",
        "pt": "Por favor, introduza o número de telefone com o indicativo e depois pressione a tecla {key}.",
        "pt-br": "Por favor, digite o número de telefone com DDD e depois pressione a tecla {key}.",
        "nl": "Voer het telefoonnummer met netnummer in en toets daarna {key}.",
        "pl": "Proszę wprowadzić numer telefonu z numerem kierunkowym, a następnie nacisnąć {key}.",
        "sv": "Ange telefonnumret med riktnummer och tryck sedan på {key}.",
    },
    "callback_window": {
        "en": "For a call {window}, press {key}.",
        "es": "Para que le llamemos {window}, oprima el {key}.",
        "es-es": "Para que le llamemos {window}, pulse {key}.",
        "fr": "Pour un rappel {window}, tapez {key}.",
        "de": "Für einen Rückruf {window} drücken Sie die {key}.",
        "it": "Per una chiamata {window}, prema {key}.",
        "pt": "Para que lhe liguemos {window}, pressione {key}.",
        "pt-br": "Para receber a ligação {window}, pressione {key}.",
        "nl": "Om {window} teruggebeld te worden, toets {key}.",
        "pl": "Abyśmy oddzwonili {window}, proszę nacisnąć {key}.",
        "sv": "För att bli uppringd {window}, tryck {key}.",
    },
    "callback_done": {
        "en": "Thank you. We will call you back {window}.",
        "es": "Gracias. Le devolveremos la llamada {window}.",
        "fr": "Merci. Nous vous rappellerons {window}.",
        "de": "Vielen Dank. Wir rufen Sie {window} zurück.",
        "it": "Grazie. La richiameremo {window}.",
        "pt": "Obrigado. Ligar-lhe-emos de volta {window}.",
        "pt-br": "Obrigado. Retornaremos a ligação {window}.",
        "nl": "Dank u wel. We bellen u {window} terug.",
        "pl": "Dziękujemy. Oddzwonimy {window}.",
        "sv": "Tack. Vi ringer upp dig {window}.",
    },
    "callback_soon": {
        "en": "as soon as we can",
        "es": "lo antes posible",
        "fr": "dès que possible",
        "de": "so bald wie möglich",
        "it": "appena possibile",
        "pt": "assim que possível",
        "nl": "zo snel mogelijk",
        "pl": "najszybciej, jak to możliwe",
        "sv": "så snart vi kan",
    },
}
