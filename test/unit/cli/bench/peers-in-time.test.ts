import { expect, test } from "bun:test";
import { peersInTime } from "../../../../src/cli/bench/peers-in-time.ts";

const none = { peers: [], known: [], whyNone: "nobody", streams: 4, maxTrafficBytes: null };
const found = { ...none, known: [{ host: "203.0.113.9", port: 16127 }] };
const never = new Promise<never>(() => {});

test("the list, the failure to get one, or the user's wish to end", async () => {
  const { signal } = new AbortController();
  expect(await peersInTime(Promise.resolve(found), none, signal)).toBe(found);
  expect(peersInTime(Promise.reject(new Error("broken")), none, signal)).rejects.toThrow("broken");
  const stop = new AbortController();
  const waiting = peersInTime(never, none, stop.signal);
  stop.abort();
  expect(waiting).rejects.toMatchObject({ kind: "interrupted" });
  await waiting.catch(() => {});
  expect(peersInTime(never, none, AbortSignal.abort())).rejects.toMatchObject({ kind: "interrupted" });
});

test("a list that does not come is not waited for", async () => {
  expect(await peersInTime(never, none, new AbortController().signal, 1)).toBe(none);
});
