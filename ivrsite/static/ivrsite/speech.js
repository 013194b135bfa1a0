// Says words with the browser's own voices: window.ivrSpeech = {can, speak(text, bcp47), stop()}.
"use strict";
(() => {
  const synthesis = window.speechSynthesis;
  const can = Boolean(synthesis && window.SpeechSynthesisUtterance);
  let audio = null;
  let turn = 0;

  // SSML is for the telephone's voice: a browser would read its tags aloud.
  function plain(text) {
    if (!/^\s*<speak[\s>]/.test(text)) {
      return text.trim();
    }
    const parsed = new DOMParser().parseFromString(text, "text/xml");
    const words = parsed.querySelector("parsererror") ? text.replace(/<[^>]*>/g, " ") : parsed.documentElement.textContent;
    return words.replace(/\s+/g, " ").trim();
  }

  // The voice of that very language, else one of the same mother tongue; else the browser chooses by `lang`.
  function voiceFor(language) {
    const asked = language.toLowerCase();
    const voices = synthesis.getVoices().map((voice) => [voice, voice.lang.replace("_", "-").toLowerCase()]);
    const found = voices.find(([, lang]) => lang === asked) || voices.find(([, lang]) => lang.split("-")[0] === asked.split("-")[0]);
    return found ? found[0] : null;
  }

  function stop() {
    turn += 1;
    if (can) {
      synthesis.cancel();
    }
    if (audio) {
      audio.pause();
      audio = null;
    }
  }

  // Resolves when all is said, or was stopped: true when it was said to its end.
  function speak(text, language) {
    stop();
    const words = plain(text || "");
    if (!can || !words) {
      return Promise.resolve(false);
    }
    const mine = turn;
    return new Promise((resolve) => {
      const utterance = new SpeechSynthesisUtterance(words);
      utterance.lang = language || document.documentElement.lang;
      const voice = voiceFor(utterance.lang);
      if (voice) {
        utterance.voice = voice;
      }
      utterance.onend = () => resolve(mine === turn);
      utterance.onerror = () => resolve(false);
      synthesis.speak(utterance);
    });
  }

  // A recording of this site.
  function play(address) {
    stop();
    const mine = turn;
    return new Promise((resolve) => {
      const playing = new Audio(address);
      audio = playing;
      playing.onended = () => resolve(mine === turn);
      playing.onerror = () => resolve(false);
      playing.onpause = () => playing.ended || resolve(false); // at its end it pauses, too
      playing.play().catch(() => resolve(false));
    });
  }

  window.ivrSpeech = { can, speak, play, plain, stop };
  window.addEventListener("pagehide", stop);
})();
