/** Largest operand of arithmetic operations in bytes. */
export const MAX_NUMBER_SIZE = 4;

/**
 * Value of a script number: little endian, sign in the highest bit.
 * @param requireMinimal refuse encodings with superfluous bytes and negative zero
 * @param maxSize at most 6, so that the result is exact
 * @returns null when longer than `maxSize` or not minimal though required
 */
export function decodeScriptNumber(
  bytes: Uint8Array,
  requireMinimal: boolean,
  maxSize = MAX_NUMBER_SIZE,
): number | null {
  const size = bytes.length;
  if (size > maxSize) return null;
  if (size === 0) return 0;
  const last = bytes[size - 1] as number;
  if (requireMinimal && (last & 0x7f) === 0) {
    // A last byte without value bits is needed only to keep the sign out of the byte before it.
    if (size === 1 || ((bytes[size - 2] as number) & 0x80) === 0) return null;
  }
  let value = 0;
  for (let i = 0; i < size - 1; i++) value += (bytes[i] as number) * 2 ** (8 * i);
  value += (last & 0x7f) * 2 ** (8 * (size - 1));
  return last & 0x80 ? -value : value;
}

/** Shortest script number of a safe integer; zero is empty. */
export function encodeScriptNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = Math.abs(value); rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  if (bytes.length === 0) return new Uint8Array(0);
  const last = bytes.length - 1;
  const sign = value < 0 ? 0x80 : 0;
  if ((bytes[last] as number) & 0x80) bytes.push(sign);
  else bytes[last] = (bytes[last] as number) | sign;
  return Uint8Array.from(bytes);
}
