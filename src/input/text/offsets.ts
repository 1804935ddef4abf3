/**
 * Conversions between the three ways to count a text: UTF-16 code units (JavaScript, editors), UTF-8 bytes (PostgreSQL's
 * parse trees) and code points (PostgreSQL's error positions). A lone surrogate counts as three bytes and one code
 * point, as the UTF-8 encoder writes it. An offset inside a character gives that character's start.
 */
export interface TextOffsets {
  /** The UTF-16 offset of a UTF-8 byte offset; offsets beyond either end are cut to the text. */
  utf16FromBytes(bytes: number): number;
  /** The UTF-16 offset of a code point index. */
  utf16FromCodePoints(points: number): number;
  /** The UTF-8 byte offset of a UTF-16 offset. */
  bytesFromUtf16(offset: number): number;
  /** The code point index of a UTF-16 offset. */
  codePointsFromUtf16(offset: number): number;
}

/**
 * Makes the conversions for one text. Pure ASCII needs no table; for other texts a table of checkpoints is built once,
 * and a lookup costs a binary search and a walk of at most {@link BLOCK} units.
 */
export function textOffsets(text: string): TextOffsets {
  return Buffer.byteLength(text) === text.length ? new AsciiOffsets(text.length) : new BlockOffsets(text);
}

/** How many UTF-16 units lie between two checkpoints. */
const BLOCK = 128;

const UNITS = 0;
const BYTES = 1;
const POINTS = 2;

class AsciiOffsets implements TextOffsets {
  readonly #length: number;

  constructor(length: number) {
    this.#length = length;
  }

  #cut(offset: number): number {
    return offset < 0 ? 0 : offset > this.#length ? this.#length : offset;
  }

  utf16FromBytes(bytes: number): number {
    return this.#cut(bytes);
  }

  utf16FromCodePoints(points: number): number {
    return this.#cut(points);
  }

  bytesFromUtf16(offset: number): number {
    return this.#cut(offset);
  }

  codePointsFromUtf16(offset: number): number {
    return this.#cut(offset);
  }
}

class BlockOffsets implements TextOffsets {
  readonly #text: string;
  /** For each checkpoint its units, bytes and code points from the start of the text. */
  readonly #checkpoints: readonly [Uint32Array, Uint32Array, Uint32Array];

  constructor(text: string) {
    this.#text = text;
    this.#checkpoints = checkpointsOf(text);
  }

  utf16FromBytes(bytes: number): number {
    return this.#convert(bytes, BYTES, UNITS);
  }

  utf16FromCodePoints(points: number): number {
    return this.#convert(points, POINTS, UNITS);
  }

  bytesFromUtf16(offset: number): number {
    return this.#convert(offset, UNITS, BYTES);
  }

  codePointsFromUtf16(offset: number): number {
    return this.#convert(offset, UNITS, POINTS);
  }

  #convert(wanted: number, from: 0 | 1 | 2, to: 0 | 1 | 2): number {
    const text = this.#text;
    const block = lastAtMost(this.#checkpoints[from], wanted);
    const count = [0, 0, 0] as [number, number, number];
    count[UNITS] = this.#checkpoints[UNITS][block] ?? 0;
    count[BYTES] = this.#checkpoints[BYTES][block] ?? 0;
    count[POINTS] = this.#checkpoints[POINTS][block] ?? 0;
    while (count[UNITS] < text.length) {
      const point = text.codePointAt(count[UNITS]) ?? 0;
      const units = point > 0xffff ? 2 : 1;
      const bytes = bytesOf(point);
      const size = from === UNITS ? units : from === BYTES ? bytes : 1;
      if (count[from] + size > wanted) break;
      count[UNITS] += units;
      count[BYTES] += bytes;
      count[POINTS] += 1;
    }
    return count[to];
  }
}

function bytesOf(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

function checkpointsOf(text: string): [Uint32Array, Uint32Array, Uint32Array] {
  const size = Math.floor(text.length / BLOCK) + 1;
  const table: [Uint32Array, Uint32Array, Uint32Array] = [
    new Uint32Array(size),
    new Uint32Array(size),
    new Uint32Array(size),
  ];
  let bytes = 0;
  let points = 0;
  let block = 1;
  for (let unit = 0; unit < text.length; unit++) {
    if (unit >= block * BLOCK) {
      table[UNITS][block] = unit;
      table[BYTES][block] = bytes;
      table[POINTS][block] = points;
      block++;
    }
    const code = text.charCodeAt(unit);
    points++;
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (isPair(code, text.charCodeAt(unit + 1))) {
      bytes += 4;
      unit++;
    } else bytes += 3;
  }
  // A pair across the last border leaves the last checkpoint unset.
  return block === size
    ? table
    : [table[0].subarray(0, block), table[1].subarray(0, block), table[2].subarray(0, block)];
}

function isPair(high: number, low: number): boolean {
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}

/**
 * The index of the last element that is at most `wanted`, in an ascending list whose first element is 0.
 * Gives 0 for a negative `wanted`.
 */
export function lastAtMost(ascending: Uint32Array | readonly number[], wanted: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
