// Reads a text aloud with the voices of the reader's own system. Voices that
// live in the network are left alone: they would send the text away.

/** Sentences of a text, none so long that a browser gives up on it. @param {string} text @returns {string[]} */
function sentencesOf(text) {
  const found = text.replace(/\s+/g, ' ').match(/[^。！？；]{1,160}[。！？；”’」）]*|[。！？；]+/g) || [];
  return found.map(sentence => sentence.trim()).filter(sentence => /[\p{L}\p{N}]/u.test(sentence));
}

const aloudButton = /** @type {HTMLButtonElement | null} */ (document.querySelector('[data-aloud]'));
const aloudStop = /** @type {HTMLButtonElement | null} */ (document.querySelector('[data-aloud-stop]'));
if (aloudButton && aloudStop) {
  const speech = /** @type {SpeechSynthesis | undefined} */ (window.speechSynthesis);
  /** @type {{ block: Element, sentence: string }[]} */
  let queue = [];
  let at = 0, run = 0, state = 'idle';
  /** @type {Element | null} */
  let spoken = null;

  /** @param {'idle' | 'speaking' | 'paused'} now */
  const become = now => {
    state = now;
    aloudButton.textContent = now === 'idle' ? word('reading.aloud') : now === 'speaking' ? word('reading.pause') : word('reading.resume');
    aloudStop.hidden = now === 'idle';
  };
  /** @param {Element | null} block */
  const mark = block => {
    if (spoken) spoken.classList.remove('is-spoken');
    if (block) block.classList.add('is-spoken');
    spoken = block;
  };
  /** @param {string} [words] */
  const stop = words => {
    run++;
    if (speech) speech.cancel();
    mark(null);
    if (aloudStop === document.activeElement) aloudButton.focus();
    become('idle');
    if (words !== undefined) sayReading(words);
  };
  /** What is read: title, parts and text; not marks of sources, tools, tables of data. */
  const collect = () => {
    const blocks = document.querySelectorAll('.document-head h1,.document-head .lead,.components li,.prose h2,.prose h3,.prose h4,.prose p,.prose li,.prose td,.law h2,.law h3,.law h4,.law h5,.law p');
    const whole = Array.from(blocks).filter(block => !block.querySelector('p,li') && !block.closest('[hidden],details:not([open])'));
    return whole.map(block => {
      const copy = /** @type {Element} */ (block.cloneNode(true));
      for (const other of Array.from(copy.querySelectorAll('.mark,.law-tools,.law-link,.law-cited,.basis'))) other.remove();
      return sentencesOf(copy.textContent || '').map(sentence => ({ block, sentence }));
    }).reduce((all, some) => all.concat(some), []);
  };
  const voice = () => speech && speech.getVoices().find(each => each.localService && new RegExp(word('reading.voices'), 'i').test(each.lang));
  const next = () => {
    const mine = run;
    const part = queue[at];
    const chosen = voice();
    if (!speech || !part || !chosen) {
      stop(part ? word('reading.voice_lost') : word('reading.finished'));
      return;
    }
    mark(part.block);
    const said = new SpeechSynthesisUtterance(part.sentence);
    said.lang = chosen.lang;
    said.voice = chosen;
    said.onend = () => {
      if (mine !== run) return;
      at++;
      next();
    };
    said.onerror = () => { if (mine === run) stop(word('reading.voice_failed')); };
    speech.speak(said);
  };
  const start = () => {
    if (!voice()) {
      sayReading(speech && speech.getVoices().length ? word('reading.no_voice') : word('reading.no_speech'));
      return;
    }
    queue = collect();
    at = 0;
    run++;
    become('speaking');
    sayReading('');
    next();
  };
  aloudButton.addEventListener('click', () => {
    if (state === 'speaking' && speech) {
      // Pausing an utterance never comes back on some systems: the sentence is begun anew.
      run++;
      speech.cancel();
      become('paused');
    } else if (state === 'paused') {
      run++;
      become('speaking');
      next();
    } else if (speech && !speech.getVoices().length) {
      // Voices come late the first time.
      let done = false;
      const once = () => { if (!done) { done = true; start(); } };
      speech.addEventListener('voiceschanged', once, { once: true });
      setTimeout(once, 800);
    } else {
      start();
    }
  });
  aloudStop.addEventListener('click', () => stop(word('reading.stopped')));
  window.addEventListener('pagehide', () => { if (state !== 'idle') stop(); });
}
