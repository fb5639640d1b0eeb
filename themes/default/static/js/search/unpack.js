'use strict';
// LZMA, after Igor Pavlov's specification: the engine is an eighth smaller than
// with deflate, and every browser can read it, even those that can't inflate by
// themselves. Fixed parameters: three bits of literal context, none of
// position.
zhize.parts.unpack = (() => {
  const HEADER = 13;
  const MOST = 1 << 24;
  // Offsets of the probabilities of each kind of decision.
  const MATCH = 0, REP = 12, REP0 = 24, REP1 = 36, REP2 = 48, REP0_LONG = 60;
  const LENGTH = 72, REP_LENGTH = 346, SLOT = 620, SPECIAL = 876, ALIGN = 991, LITERAL = 1007;

  /**
   * The range decoder: reads decisions from bytes.
   *
   * @param {Uint8Array} file @param {DataView} view of it
   */
  function makeBits(file, view) {
    const chances = new Uint16Array(LITERAL + 0x300 * 8).fill(1024);
    let from = HEADER + 5, range = -1 >>> 0, code = view.getUint32(HEADER + 1);
    const refill = () => {
      if (range >= 1 << 24) return;
      range = range << 8 >>> 0;
      // Reads zeros beyond the end; whoever checks the sum finds out.
      code = (code << 8 | file[from++]) >>> 0;
    };
    /** @param {number} at */
    const bit = at => {
      const chance = chances[at], bound = (range >>> 11) * chance;
      const one = code >= bound;
      if (one) {
        range -= bound;
        code -= bound;
        chances[at] -= chance >> 5;
      } else {
        range = bound;
        chances[at] += 2048 - chance >> 5;
      }
      refill();
      return one ? 1 : 0;
    };
    /** Reads bits that are as likely 0 as 1. @param {number} count */
    const plain = count => {
      let value = 0;
      for (; count; count--) {
        range >>>= 1;
        const one = code >= range;
        if (one) code -= range;
        value = value << 1 | (one ? 1 : 0);
        refill();
      }
      return value;
    };
    return { bit, plain };
  }

  /** Reads numbers from decisions. @param {ReturnType<typeof makeBits>} bits */
  function makeNumbers({ bit, plain }) {
    /** @param {number} at @param {number} bits */
    const tree = (at, bits) => {
      let node = 1;
      for (let n = 0; n < bits; n++) node = node << 1 | bit(at + node);
      return node - (1 << bits);
    };
    /** Lowest bit first. @param {number} at @param {number} bits */
    const backwards = (at, bits) => {
      let node = 1, value = 0;
      for (let n = 0; n < bits; n++) {
        const one = bit(at + node);
        node = node << 1 | one;
        value |= one << n;
      }
      return value;
    };
    /** @param {number} at */
    const length = at => !bit(at) ? 2 + tree(at + 2, 3) : !bit(at + 1) ? 10 + tree(at + 10, 3) : 18 + tree(at + 18, 8);
    /** The distance back, less one. @param {number} long */
    const distance = long => {
      const slot = tree(SLOT + 64 * Math.min(long - 2, 3), 6);
      if (slot < 4) return slot;
      const bits = (slot >> 1) - 1, base = (2 | slot & 1) << bits;
      return slot < 14 ? base + backwards(SPECIAL + base - slot, bits) : base + (plain(bits - 4) << 4) + backwards(ALIGN, 4);
    };
    return { length, distance };
  }

  /**
   * Reads one literal byte.
   *
   * @param {(at: number) => number} bit
   * @param {number} place of its probabilities
   * @param {number} other the byte that a match would go on with, or -1
   */
  function literal(bit, place, other) {
    let node = 1;
    // After a match, the byte that would have continued it is a context, too.
    while (other >= 0 && node < 256) {
      const hint = other >> 7 & 1, one = bit(place + (1 + hint << 8) + node);
      other <<= 1;
      node = node << 1 | one;
      if (hint !== one) break;
    }
    while (node < 256) node = node << 1 | bit(place + node);
    return node;
  }

  /**
   * Reads which of the last four distances is meant, and moves it to the front.
   *
   * @param {(at: number) => number} bit
   * @param {number} state
   * @param {number[]} last
   */
  function recall(bit, state, last) {
    const at = !bit(REP0 + state) ? 0 : !bit(REP1 + state) ? 1 : !bit(REP2 + state) ? 2 : 3;
    last.unshift(last.splice(at, 1)[0]);
    return at;
  }

  /**
   * Unpacks a file of a 13-byte header and a stream. A damaged file gives
   * something else, or nothing.
   *
   * @param {Uint8Array} file @returns {Uint8Array<ArrayBuffer>}
   */
  function unpack(file) {
    const nothing = new Uint8Array(0);
    if (file.length < HEADER + 5 || file[0] !== 3) return nothing;
    const view = new DataView(file.buffer, file.byteOffset);
    const size = view.getUint32(5, true);
    if (size > MOST) return nothing;
    const out = new Uint8Array(size);
    const bits = makeBits(file, view);
    const { bit } = bits, { length, distance } = makeNumbers(bits);
    let at = 0, state = 0;
    /** The last four distances, latest first. */
    const last = [0, 0, 0, 0];
    while (at < size) {
      if (!bit(MATCH + state)) {
        out[at] = literal(bit, LITERAL + 0x300 * (at ? out[at - 1] >> 5 : 0), state > 6 ? out[at - last[0] - 1] : -1);
        at++;
        state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
        continue;
      }
      let long = 1;
      if (!bit(REP + state)) {
        long = length(LENGTH);
        last.unshift(distance(long) >>> 0);
        last.pop();
        state = state < 7 ? 7 : 10;
      } else if (!recall(bit, state, last) && !bit(REP0_LONG + state)) {
        state = state < 7 ? 9 : 11;
      } else {
        long = length(REP_LENGTH);
        state = state < 7 ? 8 : 11;
      }
      if (last[0] >= at || at + long > size) return nothing;
      for (; long; long--, at++) out[at] = out[at - last[0] - 1];
    }
    return out;
  }

  return unpack;
})();
