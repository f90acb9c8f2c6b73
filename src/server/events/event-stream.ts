import type { MempoolChange, PlacedBlock, TipChange } from "../../chain/index.ts";
import type { SocketConnection } from "../../platform/http/index.ts";
import { toDisplayHash } from "../../protocol/bytes/index.ts";
import { type JsonObject, writeJson } from "../rpc/index.ts";

/** Sends what happens to the chain and the memory pool to whoever is connected: one JSON text per event, in the order of events. */
export class EventStream {
  private readonly clients = new Set<SocketConnection>();

  /** Takes a client in; the result is to be called when it is gone. */
  readonly connect = (client: SocketConnection): (() => void) => {
    this.clients.add(client);
    return () => this.clients.delete(client);
  };

  readonly onTip = ({ disconnected, connected }: TipChange): void => {
    if (this.clients.size === 0) return;
    for (const block of disconnected) this.send(blockEvent("block.disconnected", block));
    if (connected) this.send(blockEvent("block.connected", connected));
  };

  readonly onPool = (change: MempoolChange): void => {
    if (this.clients.size === 0) return;
    const txid = toDisplayHash(change.entry.tx.txid);
    if (change.kind === "removed") this.send({ type: "mempool.removed", txid, reason: change.reason });
    else this.send({ type: "mempool.added", txid, size: change.entry.size });
  };

  private send(event: JsonObject): void {
    const text = writeJson(event);
    for (const client of this.clients) client.send(text);
  }
}

function blockEvent(type: string, { entry, block }: PlacedBlock): JsonObject {
  const { height, hash, time } = entry;
  return { type, height, hash: toDisplayHash(hash), time, transactions: block.transactions.length };
}
