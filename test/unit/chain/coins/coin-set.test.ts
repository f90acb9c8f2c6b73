import { expect, test } from "bun:test";
import fc from "fast-check";
import { type CoinBacking, CoinSet } from "../../../../src/chain/coins/index.ts";
import { atOnce } from "../../../../src/platform/index.ts";
import { bytesKey } from "../../../../src/protocol/bytes/index.ts";
import type { Transaction } from "../../../../src/protocol/primitives/index.ts";

/** Records in memory, in place of a store. */
class Records implements CoinBacking {
  readonly records = new Map<string, { txid: Uint8Array; record: Uint8Array }>();

  load(txid: Uint8Array): Uint8Array | undefined {
    return this.records.get(bytesKey(txid))?.record;
  }

  coinTxids(firstByte: number): Uint8Array[] {
    return [...this.records.values()].map(({ txid }) => txid).filter((txid) => txid[0] === firstByte);
  }

  coinCount(firstByte: number): number {
    return this.coinTxids(firstByte).length;
  }

  write(coins: CoinSet): void {
    const order: string[] = [];
    for (const { txid, record } of coins.changes()) {
      order.push(bytesKey(txid));
      if (record) this.records.set(bytesKey(txid), { txid, record });
      else this.records.delete(bytesKey(txid));
    }
    expect(order).toEqual(order.toSorted());
    atOnce(coins.flushed());
  }
}

const txidOf = (number: number) => new Uint8Array(32).fill(number * 37);

/** What a coin set looks at of a transaction; each output's script and value say whose it is. */
function transactionOf(number: number, outputs: number): Transaction {
  const all = Array.from({ length: outputs }, (_, index) => ({
    value: BigInt(number * 1000 + index),
    script: Uint8Array.of(0x51, number, index),
  }));
  return { txid: txidOf(number), version: 4, outputs: all } as unknown as Transaction;
}

type Action =
  | { readonly kind: "add"; readonly number: number; readonly outputs: number }
  | { readonly kind: "spend" | "restore"; readonly number: number; readonly index: number }
  | { readonly kind: "remove"; readonly number: number }
  | { readonly kind: "flush" | "changes" | "look" };

const anyNumber = fc.nat(6);
const anyIndex = fc.nat(2);
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), number: anyNumber, outputs: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constantFrom("spend" as const, "restore" as const), number: anyNumber, index: anyIndex }),
  fc.record({ kind: fc.constant("remove" as const), number: anyNumber }),
  fc.record({ kind: fc.constantFrom("flush" as const, "changes" as const, "look" as const) }),
);

test("a coin set holds what was added and not spent, however often it is flushed or asked what a flush would write", () => {
  fc.assert(
    fc.property(fc.array(anyAction, { maxLength: 60 }), (actions) => {
      const store = new Records();
      const coins = new CoinSet(store);
      /** Unspent outputs by transaction; and those that were spent, to come back. */
      const model = new Map<number, Set<number>>();
      const compare = (set: CoinSet) => {
        for (let number = 0; number <= 6; number++) {
          const unspent = model.get(number);
          expect(set.hasTransaction(txidOf(number))).toBe((unspent?.size ?? 0) > 0);
          for (let index = 0; index < 3; index++) {
            const value = set.coin({ txid: txidOf(number), index })?.value;
            expect(value).toBe(unspent?.has(index) ? BigInt(number * 1000 + index) : undefined);
          }
        }
      };
      for (const action of actions) {
        switch (action.kind) {
          case "add":
            if (model.get(action.number)?.size) break;
            coins.add(transactionOf(action.number, action.outputs), 7, false);
            model.set(action.number, new Set(Array.from({ length: action.outputs }, (_, index) => index)));
            break;
          case "spend":
            if (!model.get(action.number)?.delete(action.index)) break;
            coins.spend({ txid: txidOf(action.number), index: action.index });
            break;
          case "restore": {
            const unspent = model.get(action.number);
            if (!unspent || unspent.has(action.index)) break;
            const { script } = transactionOf(action.number, 3).outputs[action.index] as { script: Uint8Array };
            const value = BigInt(action.number * 1000 + action.index);
            const spent = { value, script, height: 7, coinbase: false, txVersion: 4 };
            coins.restore({ txid: txidOf(action.number), index: action.index }, spent);
            unspent.add(action.index);
            break;
          }
          case "remove":
            if (!model.delete(action.number)) break;
            coins.remove(txidOf(action.number));
            break;
          case "flush":
            store.write(coins);
            break;
          case "changes":
            atOnce(Array.from(coins.changes(), () => "step" as const));
            break;
          default:
            compare(coins);
        }
      }
      compare(coins);
      store.write(coins);
      compare(coins);
      compare(new CoinSet(store));
    }),
  );
});

test("a coin that was stored and looked at again can be spent", () => {
  const store = new Records();
  const coins = new CoinSet(store);
  coins.add(transactionOf(1, 2), 9, true);
  store.write(coins);
  expect(coins.coin({ txid: txidOf(1), index: 1 })).toMatchObject({ value: 1001n, height: 9, coinbase: true });
  expect(coins.spend({ txid: txidOf(1), index: 1 })).toMatchObject({ value: 1001n, txVersion: 4 });
  store.write(coins);
  expect(coins.coin({ txid: txidOf(1), index: 1 })).toBeUndefined();
  expect(new CoinSet(store).coin({ txid: txidOf(1), index: 0 })?.value).toBe(1000n);
});
