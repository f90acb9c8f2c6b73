import { FluxError } from "../../platform/index.ts";

export interface CollateralArgument {
  /** Display form. */
  readonly txid: string;
  readonly index: number;
}

/** An output given as TXID:INDEX. @throws FluxError usage */
export function collateralArgument(text: string): CollateralArgument {
  const match = /^([0-9a-f]{64}):(\d{1,5})$/i.exec(text);
  if (match) return { txid: (match[1] as string).toLowerCase(), index: Number(match[2]) };
  throw new FluxError("usage", `${JSON.stringify(text)} is no TXID:INDEX`, {
    kind: "usage",
    hint: "the transaction of the collateral (64 hex digits), a colon, and the number of the output",
  });
}
