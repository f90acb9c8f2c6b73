import type { ChainReader, RpcChain } from "./context.ts";

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/**
 * Reads the chain. What `fn` throws is carried past the chain and thrown here, since to the chain an exception in the middle of
 * its work means that something broke.
 */
export async function readChain<T>(chain: RpcChain, fn: (reader: ChainReader) => T): Promise<T> {
  const outcome = await chain.read((reader): Outcome<T> => {
    try {
      return { value: fn(reader) };
    } catch (error) {
      return { error };
    }
  });
  if ("error" in outcome) throw outcome.error;
  return outcome.value;
}
