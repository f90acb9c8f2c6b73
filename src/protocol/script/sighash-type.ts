/** Which parts of a transaction a signature covers: a base type in the low five bits and a modifier bit. */
export const SighashType = { ALL: 1, NONE: 2, SINGLE: 3, ANYONECANPAY: 0x80 } as const;

/** Base type of a hash type. */
export function sighashBase(hashType: number): number {
  return hashType & 0x1f;
}

const NAMES = new Map<number, string>([
  [SighashType.ALL, "ALL"],
  [SighashType.ALL | SighashType.ANYONECANPAY, "ALL|ANYONECANPAY"],
  [SighashType.NONE, "NONE"],
  [SighashType.NONE | SighashType.ANYONECANPAY, "NONE|ANYONECANPAY"],
  [SighashType.SINGLE, "SINGLE"],
  [SighashType.SINGLE | SighashType.ANYONECANPAY, "SINGLE|ANYONECANPAY"],
]);

/** The RPC's name of a hash type, e.g. `ALL|ANYONECANPAY`; undefined for one without a name. */
export function sighashTypeName(hashType: number): string | undefined {
  return NAMES.get(hashType);
}

/** The hash type that the RPC's name stands for; undefined for an unknown name. */
export function parseSighashType(name: string): number | undefined {
  for (const [type, text] of NAMES) if (text === name) return type;
  return undefined;
}
