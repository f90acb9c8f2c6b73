import { CURVE_D, findGenerator, JubjubPoint, FIELD_ORDER as P } from "./jubjub.ts";
import { writeLittleEndian32 } from "./little-endian.ts";

/** Three bits of the message make a chunk, 63 chunks share a generator. */
const CHUNKS_PER_SEGMENT = 63;
/** Chunks that one table lookup covers; divides {@link CHUNKS_PER_SEGMENT}. */
const CHUNKS_PER_WINDOW = 3;
const WINDOWS_PER_SEGMENT = CHUNKS_PER_SEGMENT / CHUNKS_PER_WINDOW;
const BITS_PER_WINDOW = 3 * CHUNKS_PER_WINDOW;

const TWO_D = (2n * CURVE_D) % P;

/** A sum of hash points in extended coordinates; the numbers may be negative, between -P and P. */
export interface PedersenSum {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
  readonly t: bigint;
}

const NOTHING: PedersenSum = { x: 0n, y: 1n, z: 1n, t: 0n };

/** The points of one window, by the bits of the window without the last chunk's sign: y+x, y-x and 2·d·x·y of each. */
interface WindowTable {
  readonly sum: readonly bigint[];
  readonly difference: readonly bigint[];
  readonly product: readonly bigint[];
}

const segmentBases: JubjubPoint[] = [];
const tables = new Map<number, WindowTable>();

function segmentBase(segment: number): JubjubPoint {
  let base = segmentBases[segment];
  if (base === undefined) {
    const message = new Uint8Array(4);
    new DataView(message.buffer).setUint32(0, segment, true);
    base = findGenerator(message, "Zcash_PH");
    segmentBases[segment] = base;
  }
  return base;
}

function windowBase(window: number): JubjubPoint {
  let base = segmentBase(Math.floor(window / WINDOWS_PER_SEGMENT));
  // Chunks lie four bits apart in the scalar, so that their signed digits cannot overlap.
  for (let i = 0; i < 4 * CHUNKS_PER_WINDOW * (window % WINDOWS_PER_SEGMENT); i++) base = base.double();
  return base;
}

/** ±1, ±2, ±3, ±4 times the base, by the three bits of a chunk: magnitude 1 + low two bits, sign the third. */
function chunkMultiples(base: JubjubPoint): JubjubPoint[] {
  const double = base.double();
  const positive = [base, double, double.add(base), double.double()];
  return [...positive, ...positive.map((point) => point.negate())];
}

function buildTable(window: number, chunks: number): WindowTable {
  let base = windowBase(window);
  let points: JubjubPoint[] = [JubjubPoint.ZERO];
  for (let chunk = 0; chunk < chunks; chunk++) {
    // The last chunk keeps only the positive half: the other half is the negation of the whole window.
    const multiples = chunkMultiples(base).slice(0, chunk === chunks - 1 ? 4 : 8);
    points = multiples.flatMap((multiple) => points.map((point) => point.add(multiple)));
    for (let i = 0; i < 4; i++) base = base.double();
  }
  const inverses = JubjubPoint.Fp.invertBatch(points.map((point) => point.Z));
  const affine = points.map((point, i) => point.toAffine(inverses[i]));
  return {
    sum: affine.map(({ x, y }) => (y + x) % P),
    difference: affine.map(({ x, y }) => (y - x) % P),
    product: affine.map(({ x, y }) => (((x * y) % P) * TWO_D) % P),
  };
}

function windowTable(window: number, chunks: number): WindowTable {
  const key = 4 * window + chunks;
  let table = tables.get(key);
  if (table === undefined) {
    table = buildTable(window, chunks);
    tables.set(key, table);
  }
  return table;
}

/** 9 bits from `offset`, lowest bit first; bytes past the end count as zero. */
function bitsAt(bytes: Uint8Array, offset: number): number {
  const index = offset >> 3;
  return (((bytes[index] ?? 0) | ((bytes[index + 1] ?? 0) << 8)) >> (offset & 7)) & 0x1ff;
}

/**
 * The part of a Pedersen hash that the message bits from number 3·firstChunk on contribute.
 * @param bits those bits, lowest bit of each byte first, zero-padded.
 * @param count how many bits they are.
 * @param firstChunk a multiple of 3.
 */
export function pedersenSum(bits: Uint8Array, count: number, firstChunk = 0): PedersenSum {
  let { x, y, z, t } = NOTHING;
  const chunkCount = Math.ceil(count / 3);
  for (let chunk = 0; chunk < chunkCount; chunk += CHUNKS_PER_WINDOW) {
    const chunks = Math.min(CHUNKS_PER_WINDOW, chunkCount - chunk);
    const table = windowTable((firstChunk + chunk) / CHUNKS_PER_WINDOW, chunks);
    let index = bitsAt(bits, (chunk / CHUNKS_PER_WINDOW) * BITS_PER_WINDOW);
    const signBit = 1 << (3 * chunks - 1);
    const negated = (index & signBit) !== 0;
    // Negating the window flips the sign of every chunk in it.
    if (negated) index ^= 0b100100100 & ((signBit << 1) - 1);
    index &= signBit - 1;
    const sum = (negated ? table.difference[index] : table.sum[index]) as bigint;
    const difference = (negated ? table.sum[index] : table.difference[index]) as bigint;
    const product = table.product[index] as bigint;
    const a = ((y - x) * difference) % P;
    const b = ((y + x) * sum) % P;
    const c = negated ? -((t * product) % P) : (t * product) % P;
    const d = 2n * z;
    const e = b - a;
    const f = d - c;
    const g = d + c;
    const h = b + a;
    x = (e * f) % P;
    y = (g * h) % P;
    z = (f * g) % P;
    t = (e * h) % P;
  }
  return { x, y, z, t };
}

/** The x coordinate of the sum of two parts, 32 bytes little-endian: the hash. */
export function pedersenDigest(first: PedersenSum, second: PedersenSum): Uint8Array {
  const a = ((first.y - first.x) * (second.y - second.x)) % P;
  const b = ((first.y + first.x) * (second.y + second.x)) % P;
  const c = (((first.t * second.t) % P) * TWO_D) % P;
  const d = 2n * first.z * second.z;
  // X : Z = (b - a)(d - c) : (d - c)(d + c), and d - c is never zero on this curve.
  const { Fp } = JubjubPoint;
  const x = Fp.div(Fp.create(b - a), Fp.create(d + c));
  return writeLittleEndian32(x);
}
