import { FluxError, fileStatus, readTextFile } from "../../platform/index.ts";
import type { AddressPrefixes, PrivateKey } from "../../protocol/primitives/index.ts";
import type { Output } from "../output.ts";

const MAXIMUM = 4096;

async function standardInput(): Promise<string> {
  const { readBytes } = await import("../../platform/byte-streams/index.ts");
  let text = "";
  for await (const part of readBytes("-")) {
    text += Buffer.from(part).toString("latin1");
    if (text.length > MAXIMUM)
      throw new FluxError("key-invalid", "what came in is too long for a key", { kind: "usage" });
  }
  return text;
}

/**
 * A private key in WIF form out of a file, or stdin for "-". What the file says is in no error.
 * @throws FluxError key-invalid (kind "usage"), file-not-found …
 */
export async function readKeyFile(path: string, prefixes: AddressPrefixes, output: Output): Promise<PrivateKey> {
  const { decodeWif } = await import("../../protocol/primitives/index.ts");
  const text = path === "-" ? await standardInput() : readTextFile(path, MAXIMUM);
  if (path !== "-" && ((fileStatus(path)?.mode ?? 0) & 0o077) !== 0) {
    output.note(`others can read ${path}: chmod 600 it`);
  }
  const key = decodeWif(text.trim(), prefixes);
  if (key) return key;
  throw new FluxError("key-invalid", `${path === "-" ? "stdin" : path} holds no private key of this network`, {
    kind: "usage",
    hint: "one line: the key in WIF form; check --network, too",
  });
}
