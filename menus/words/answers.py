"""What callers call the keys, and how they say yes and no, in every language that ships.

The recogniser's spelling is meant: “to” is how it often writes “two”. `hearing` compares without accents and case.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

KEYS: Final = "0123456789*#"


def _listed(**said: str) -> Mapping[str, tuple[str, ...]]:
    """By language: the sayings between the commas."""
    return MappingProxyType({language: tuple(map(str.strip, text.split(","))) for language, text in said.items()})


def _keys(**said: str) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """By language and key: one line to a key, from 0 to 9, then star and hash."""
    return MappingProxyType(
        {language: _listed(**dict(zip(KEYS, text.strip().split("\n"), strict=True))) for language, text in said.items()}
    )


KEY_WORDS: Final = _keys(
    en="""zero, oh
        one
        two, to, too
        three
        four
        five
        six
        seven
        eight
        nine
        star, asterisk
        pound, hash, pound sign, number sign, hashtag""",
    es="""cero
        uno, un, una
        dos
        tres
        cuatro
        cinco
        seis
        siete
        ocho
        nueve
        asterisco, estrella
        numeral, almohadilla, gato, signo de número""",
    fr="""zéro
        un, une
        deux
        trois
        quatre
        cinq
        six
        sept
        huit
        neuf
        étoile, astérisque
        dièse, carré""",
    de="""null
        eins, ein, eine
        zwei, zwo
        drei
        vier
        fünf
        sechs
        sieben
        acht
        neun
        Stern, Sterntaste, Sternchen
        Raute, Rautetaste, Doppelkreuz""",
    it="""zero
        uno, un, una
        due
        tre
        quattro
        cinque
        sei
        sette
        otto
        nove
        asterisco, stella, stelletta
        cancelletto""",
    pt="""zero
        um, uma
        dois, duas
        três
        quatro
        cinco
        seis, meia
        sete
        oito
        nove
        asterisco, estrela
        cardinal, jogo da velha, sustenido, quadrado""",
    nl="""nul
        één
        twee
        drie
        vier
        vijf
        zes
        zeven
        acht
        negen
        sterretje, ster
        hekje""",
    pl="""zero
        jeden, jedna, jedno, jedynka, jedynkę
        dwa, dwie, dwójka, dwójkę
        trzy, trójka, trójkę
        cztery, czwórka, czwórkę
        pięć, piątka, piątkę
        sześć, szóstka, szóstkę
        siedem, siódemka, siódemkę
        osiem, ósemka, ósemkę
        dziewięć, dziewiątka, dziewiątkę
        gwiazdka, gwiazdkę
        krzyżyk, kratka, kratkę, hasz""",
    sv="""noll
        ett, en
        två
        tre
        fyra
        fem
        sex
        sju
        åtta
        nio
        stjärna, stjärnan
        fyrkant, fyrkanten, nummertecken""",
)
"""What the keys are called: KEY_WORDS["en"]["2"] holds “two”."""

FILLERS: Final = _listed(
    en="number, press, option, key, button, digit, choice, choose, select, pick, the, please, i, want, would, like, "
    "um, uh, er, thanks, thank, you",
    es="número, oprima, oprimir, pulse, pulsar, marque, marcar, presione, opción, tecla, botón, el, la, por, favor, "
    "quiero, eh, gracias",
    fr="numéro, tapez, taper, appuyez, appuyer, sur, option, choix, touche, le, la, s'il, vous, te, plaît, je, veux, "
    "voudrais, euh, merci",
    de="Nummer, drücken, drücke, Sie, wählen, wähle, Taste, Option, Ziffer, die, bitte, ich, möchte, äh, ähm, danke",
    it="numero, prema, premere, premi, scelgo, opzione, scelta, tasto, il, la, per, favore, vorrei, ehm, grazie",
    pt="número, pressione, pressionar, digite, tecle, marque, opção, tecla, botão, o, a, por, favor, quero, "
    "obrigado, obrigada",
    nl="nummer, toets, druk, kies, optie, keuze, knop, de, op, alstublieft, alsjeblieft, ik, wil, eh, dank, u, bedankt",
    pl="numer, cyfra, naciskam, nacisnąć, wybieram, opcja, opcję, klawisz, przycisk, proszę, poproszę, o, "
    "eee, dziękuję",
    sv="nummer, tryck, trycka, välj, väljer, alternativ, val, knapp, knappen, siffra, siffran, jag, vill, ha, tack, "
    "öh, snälla",
)
"""Words that may stand before and behind a key's name and say nothing."""

YES: Final = _listed(
    en="yes, yeah, yep, yup, yah, sure, correct, right, okay, ok, affirmative, absolutely, definitely, exactly, "
    "of course, that is it, that's it, uh huh, mm hmm, no problem",
    es="sí, claro, correcto, correcta, exacto, exactamente, de acuerdo, vale, por supuesto, está bien, así es, eso es, "
    "afirmativo, cómo no, no hay problema, sin problema",
    fr="oui, ouais, d'accord, exact, exactement, tout à fait, bien sûr, c'est ça, c'est bon, correct, absolument, "
    "volontiers, pas de problème, pas de souci",
    de="ja, jawohl, jo, jap, genau, richtig, stimmt, korrekt, okay, ok, sicher, natürlich, gerne, einverstanden, "
    "kein Problem",
    it="sì, certo, certamente, esatto, esattamente, corretto, giusto, va bene, d'accordo, ok, okay, assolutamente, "
    "nessun problema, non c'è problema",
    pt="sim, claro, certo, correto, correta, exato, exatamente, isso, com certeza, está bem, tá bom, pode ser, ok, "
    "okay, sem problema",
    nl="ja, jawel, jazeker, klopt, juist, correct, precies, inderdaad, zeker, goed, prima, akkoord, oké, geen probleem",
    pl="tak, zgadza się, dobrze, oczywiście, dokładnie, pewnie, jasne, okej, ok, racja, potwierdzam, nie ma problemu",
    sv="ja, jo, jajamän, japp, jadå, jovisst, visst, precis, stämmer, rätt, korrekt, okej, ok, absolut, självklart, "
    "inga problem",
)

NO: Final = _listed(
    en="no, nope, nah, wrong, incorrect, negative, not right, not correct, not okay, not it, not exactly, isn't right, "
    "isn't correct, isn't it, of course not, absolutely not, definitely not, don't think so",
    es="no, incorrecto, incorrecta, negativo, equivocado, no es correcto, no está bien, no es eso, no es así, "
    "no estoy de acuerdo, claro que no, por supuesto que no",
    fr="non, pas du tout, incorrect, faux, pas correct, pas exact, pas exactement, pas d'accord, pas tout à fait, "
    "pas ça, bien sûr que non, absolument pas",
    de="nein, nee, nö, falsch, nicht richtig, nicht korrekt, nicht genau, stimmt nicht, nicht einverstanden, "
    "natürlich nicht, sicher nicht",
    it="no, sbagliato, errato, non è corretto, non è giusto, non è esatto, non va bene, non corretto, certo che no, "
    "assolutamente no, non sono d'accordo",
    pt="não, errado, errada, incorreto, incorreta, negativo, não está certo, não está correto, não é isso, "
    "não está bem, claro que não, com certeza não",
    nl="nee, neen, fout, verkeerd, onjuist, niet juist, niet correct, niet goed, klopt niet, zeker niet, "
    "niet akkoord, niet precies",
    pl="nie, źle, błąd, błędnie, niepoprawnie, nie zgadza się, niedobrze, nie dobrze, oczywiście że nie, "
    "pewnie że nie, nie potwierdzam",
    sv="nej, nä, nix, fel, inkorrekt, inte rätt, inte korrekt, stämmer inte, inte precis, absolut inte, "
    "självklart inte, visst inte",
)

NOT: Final = _listed(
    en="not, don't, isn't, can't, never",
    fr="pas, jamais",
    de="nicht, kein, keine, keinen, nie",
    it="non, mai",
    nl="niet, geen, nooit",
    sv="inte, aldrig",
)
"""Makes a yes unclear and leaves a no as it is; in es, pt and pl it is the same word as no."""

UNSURE: Final = _listed(
    en="right now, no idea",
    es="no sé, no lo sé, no estoy seguro, no estoy segura, no entiendo, no entendí",
    de="na ja",
    pt="não sei, não tenho certeza, não entendi, não entendo, pois não",
    pl="nie wiem, nie jestem pewny, nie jestem pewna, nie rozumiem",
)
"""Neither, though a yes or a no stands in it."""
