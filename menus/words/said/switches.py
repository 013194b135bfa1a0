"""What staff hear who throw a switch by telephone. {until} is what `speak_time` says, preposition and all."""

from __future__ import annotations

from typing import Final

SAID: Final[dict[str, dict[str, str]]] = {
    "switch_open": {
        "en": "The line is now switched to open until {until}.",
        "es": "La línea queda ahora como abierta hasta {until}.",
        "fr": "La ligne est maintenant réglée sur ouvert. Ce réglage prendra fin {until}.",
        "de": "Die Leitung ist jetzt auf geöffnet gestellt. Das endet {until}.",
        "it": "La linea è ora impostata come aperta. L'impostazione termina {until}.",
        "pt": "A linha está agora definida como aberta. Esta definição termina {until}.",
        "pt-br": "A linha agora está definida como aberta. Essa configuração termina {until}.",
        "nl": "De lijn staat nu op open. Dat eindigt {until}.",
        "pl": "Linia jest teraz ustawiona jako otwarta. To ustawienie wygaśnie {until}.",
        "sv": "Linjen är nu inställd på öppet. Det upphör {until}.",
    },
    "switch_closed": {
        "en": "The line is now switched to closed until {until}.",
        "es": "La línea queda ahora como cerrada hasta {until}.",
        "fr": "La ligne est maintenant réglée sur fermé. Ce réglage prendra fin {until}.",
        "de": "Die Leitung ist jetzt auf geschlossen gestellt. Das endet {until}.",
        "it": "La linea è ora impostata come chiusa. L'impostazione termina {until}.",
        "pt": "A linha está agora definida como fechada. Esta definição termina {until}.",
        "pt-br": "A linha agora está definida como fechada. Essa configuração termina {until}.",
        "nl": "De lijn staat nu op gesloten. Dat eindigt {until}.",
        "pl": "Linia jest teraz ustawiona jako zamknięta. To ustawienie wygaśnie {until}.",
        "sv": "Linjen är nu inställd på stängt. Det upphör {until}.",
    },
    "switch_message": {
        "en": "The emergency message is now on until {until}.",
        "es": "El mensaje de emergencia está ahora activo hasta {until}.",
        "fr": "Le message d'urgence est maintenant activé. Il prendra fin {until}.",
        "de": "Die Notfallansage ist jetzt eingeschaltet. Sie endet {until}.",
        "it": "Il messaggio di emergenza è ora attivo. Termina {until}.",
        "pt": "A mensagem de emergência está agora ativa. Termina {until}.",
        "pt-br": "A mensagem de emergência agora está ativa. Ela termina {until}.",
        "nl": "De noodmelding staat nu aan. Die eindigt {until}.",
        "pl": "Komunikat alarmowy jest teraz włączony. Zostanie wyłączony {until}.",
        "sv": "Nödmeddelandet är nu på. Det upphör {until}.",
    },
    "switch_normal": {
        "en": "All switches are now off.",
        "es": "Todos los ajustes especiales están ahora desactivados.",
        "fr": "Tous les réglages spéciaux sont maintenant désactivés.",
        "de": "Alle Schaltungen sind jetzt aufgehoben.",
        "it": "Tutte le impostazioni speciali sono ora disattivate.",
        "pt": "Todas as definições especiais estão agora desativadas.",
        "pt-br": "Todas as configurações especiais agora estão desativadas.",
        "nl": "Alle schakelaars staan nu uit.",
        "pl": "Wszystkie ustawienia specjalne są teraz wyłączone.",
        "sv": "Alla särskilda inställningar är nu av.",
    },
}
