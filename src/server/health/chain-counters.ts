import type { MempoolChange, TipChange } from "../../chain/index.ts";

/** Counts what happens to the chain and the memory pool while the process runs. */
export class ChainCounters {
  connected = 0;
  disconnected = 0;
  /** In connected blocks. */
  transactions = 0;
  poolAdded = 0;
  poolRemoved = 0;

  readonly onTip = ({ connected, disconnected }: TipChange): void => {
    this.disconnected += disconnected.length;
    if (!connected) return;
    this.connected++;
    this.transactions += connected.block.transactions.length;
  };

  readonly onPool = ({ kind }: MempoolChange): void => {
    if (kind === "added") this.poolAdded++;
    else this.poolRemoved++;
  };
}
