import { bytesKey } from "../bytes/index.ts";
import { OrderedList } from "./ordered-list.ts";
import type { FluxnodeRecord } from "./record.ts";

const TXID_START = 3;
const TXID_END = TXID_START + 32;

type Position = Pick<FluxnodeRecord, "collateral" | "confirmed" | "lastPaid">;

/**
 * Place of a confirmed node in its tier's queue as a string whose order is the payment order (spec fluxnodes.md 8.3): the
 * height of the last payment, else of the confirmation; never-paid nodes before paid ones of the same height; then the outpoint.
 */
function position({ collateral: { txid, index }, confirmed, lastPaid }: Position): string {
  const height = lastPaid > 0 ? lastPaid : confirmed;
  return (
    String.fromCharCode(height >>> 16, height & 0xffff, lastPaid > 0 ? 1 : 0) +
    bytesKey(txid) +
    String.fromCharCode(index >>> 16, index & 0xffff)
  );
}

/** The `outPointKey` inside a position: the same characters with the halves of the index exchanged. */
function keyOf(place: string): string {
  return place.slice(TXID_START, TXID_END) + place.charAt(TXID_END + 1) + place.charAt(TXID_END);
}

/** The confirmed nodes of one tier in the order in which they are paid. */
export class PaymentQueue {
  private readonly places: OrderedList;

  constructor(places = new OrderedList()) {
    this.places = places;
  }

  get size(): number {
    return this.places.size;
  }

  /** `outPointKey` of the node that is paid next. */
  head(): string | undefined {
    const first = this.places.first();
    return first === undefined ? undefined : keyOf(first);
  }

  add(record: Position): void {
    this.places.add(position(record));
  }

  remove(record: Position): void {
    if (!this.places.remove(position(record))) throw new Error("payment queue and node list disagree");
  }

  /** `outPointKey`s in payment order. */
  *keys(): IterableIterator<string> {
    for (const place of this.places) yield keyOf(place);
  }

  clone(): PaymentQueue {
    return new PaymentQueue(this.places.clone());
  }
}
