'use strict';
// Reads a text aloud with the voices of the reader's own system. Network voices
// are not used: they would send the text away.
zhize.parts.aloud = (() => {
  const { say } = zhize.parts.reading;

  const READ = '.document-head h1,.document-head .lead,.components li,.prose h2,.prose h3,.prose h4,.prose p,.prose li,.prose td,.law h2,.law h3,.law h4,.law h5,.law p';
  const UNREAD = '.mark,.law-tools,.law-link,.law-cited,.basis';
  const VOICES_COME_WITHIN = 800;

  /**
   * The sentences of a text, each short enough for browsers not to give up on
   * it.
   *
   * @param {string} text @returns {string[]}
   */
  function sentencesOf(text) {
    const found = text.replace(/\s+/g, ' ').match(/[^。！？；]{1,160}[。！？；”’」）]*|[。！？；]+/g) || [];
    return found.map(sentence => sentence.trim()).filter(sentence => /[\p{L}\p{N}]/u.test(sentence));
  }

  /**
   * What is read: title, parts and text, without marks of sources, tools and
   * tables of data.
   *
   * @returns {{ block: Element, sentence: string }[]}
   */
  function collect() {
    const whole = Array.from(document.querySelectorAll(READ)).filter(block => !block.querySelector('p,li') && !block.closest('[hidden],details:not([open])'));
    return whole.map(block => {
      const copy = /** @type {Element} */ (block.cloneNode(true));
      for (const other of Array.from(copy.querySelectorAll(UNREAD))) other.remove();
      return sentencesOf(copy.textContent || '').map(sentence => ({ block, sentence }));
    }).reduce((all, some) => all.concat(some), []);
  }

  /** @param {SpeechSynthesis | undefined} speech */
  const voiceOf = speech => speech && speech.getVoices().find(each => each.localService && new RegExp(word('reading.voices'), 'i').test(each.lang));

  /**
   * @param {string} sentence
   * @param {SpeechSynthesisVoice} voice
   * @param {() => void} ended
   * @param {() => void} failed
   */
  function utter(sentence, voice, ended, failed) {
    const said = new SpeechSynthesisUtterance(sentence);
    said.lang = voice.lang;
    said.voice = voice;
    said.onend = ended;
    said.onerror = failed;
    return said;
  }

  /** Marks the block that is being read; null removes the mark. */
  function makeMark() {
    /** @type {Element | null} */
    let spoken = null;
    /** @param {Element | null} block */
    return block => {
      if (spoken) spoken.classList.remove('is-spoken');
      if (block) block.classList.add('is-spoken');
      spoken = block;
    };
  }

  /**
   * Reads sentence by sentence.
   *
   * @param {SpeechSynthesis | undefined} speech
   * @param {(now: 'idle' | 'speaking' | 'paused') => void} shown
   */
  function makeReader(speech, shown) {
    const mark = makeMark();
    /** @type {{ block: Element, sentence: string }[]} */
    let queue = [];
    let at = 0, run = 0, state = 'idle';

    /** @param {'idle' | 'speaking' | 'paused'} now */
    const become = now => {
      state = now;
      shown(now);
    };
    /** @param {string} [words] what is said of it */
    const stop = words => {
      run++;
      if (speech) speech.cancel();
      mark(null);
      become('idle');
      if (words !== undefined) say(words);
    };
    const next = () => {
      const mine = run;
      const part = queue[at];
      const voice = voiceOf(speech);
      if (!speech || !part || !voice) {
        stop(part ? word('reading.voice_lost') : word('reading.finished'));
        return;
      }
      mark(part.block);
      speech.speak(utter(part.sentence, voice, () => {
        if (mine !== run) return;
        at++;
        next();
      }, () => { if (mine === run) stop(word('reading.voice_failed')); }));
    };
    const begin = () => {
      if (!voiceOf(speech)) {
        say(speech && speech.getVoices().length ? word('reading.no_voice') : word('reading.no_speech'));
        return;
      }
      queue = collect();
      at = 0;
      run++;
      become('speaking');
      say('');
      next();
    };
    const pause = () => {
      // On some systems a paused utterance never resumes, so the sentence
      // begins again.
      run++;
      if (speech) speech.cancel();
      become('paused');
    };
    const resume = () => {
      run++;
      become('speaking');
      next();
    };
    return { begin, pause, resume, stop, state: () => state };
  }

  /**
   * Waits for voices, which arrive late the first time.
   *
   * @param {SpeechSynthesis} speech @param {() => void} begin
   */
  function awaitVoices(speech, begin) {
    let done = false;
    const once = () => { if (!done) { done = true; begin(); } };
    speech.addEventListener('voiceschanged', once, { once: true });
    setTimeout(once, VOICES_COME_WITHIN);
  }

  /**
   * @param {HTMLButtonElement} button reads, pauses, resumes
   * @param {HTMLButtonElement} stopButton
   */
  function start(button, stopButton) {
    const speech = /** @type {SpeechSynthesis | undefined} */ (window.speechSynthesis);
    const reader = makeReader(speech, now => {
      if (now === 'idle' && stopButton === document.activeElement) button.focus();
      button.textContent = now === 'idle' ? word('reading.aloud') : now === 'speaking' ? word('reading.pause') : word('reading.resume');
      stopButton.hidden = now === 'idle';
    });
    button.addEventListener('click', () => {
      if (reader.state() === 'speaking') reader.pause();
      else if (reader.state() === 'paused') reader.resume();
      else if (speech && !speech.getVoices().length) awaitVoices(speech, reader.begin);
      else reader.begin();
    });
    stopButton.addEventListener('click', () => reader.stop(word('reading.stopped')));
    window.addEventListener('pagehide', () => { if (reader.state() !== 'idle') reader.stop(); });
  }

  const button = /** @type {HTMLButtonElement | null} */ (document.querySelector('[data-aloud]'));
  const stopButton = /** @type {HTMLButtonElement | null} */ (document.querySelector('[data-aloud-stop]'));
  if (button && stopButton) start(button, stopButton);
  return { sentencesOf, collect, makeReader, start };
})();
