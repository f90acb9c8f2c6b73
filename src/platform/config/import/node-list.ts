import { FluxError } from "../../errors.ts";
import { parseNetworkAddress } from "../network-address.ts";

/** One fluxnode of a controller's list (spec/fluxnode-config.md section 3). */
export interface NodeListEntry {
  readonly alias: string;
  /** host:port; shown only, never part of a transaction. */
  readonly address: string;
  /** The node's identity key in WIF: a secret. */
  readonly privateKey: string;
  /** Transaction id in display order. */
  readonly txid: string;
  readonly outputIndex: number;
}

/**
 * Reads a node list of the reference daemon: `alias host:port key txid index` per line, `#` comments.
 *
 * Stricter than the daemon where that spares the operator a node that never starts (key, transaction id, index, double
 * aliases), and milder for lines that are only blanks.
 *
 * @throws FluxError node-list-invalid naming every line that is wrong; keys are never repeated in it
 */
export function parseNodeList(content: string, path: string): NodeListEntry[] {
  const entries: NodeListEntry[] = [];
  const problems: string[] = [];
  const aliases = new Set<string>();
  for (const [index, raw] of content.split(/\r?\n/).entries()) {
    const words = raw.trim().split(/\s+/);
    const [alias = "", address = "", privateKey = "", txid = "", outputIndex = ""] = words;
    if (alias === "" || alias.startsWith("#")) continue;
    const problem = (text: string) => problems.push(`${path}:${index + 1}: ${text}`);
    if (words.length < 5) {
      problem('expected "alias host:port key txid index"');
      continue;
    }
    if (aliases.has(alias)) problem(`the alias ${alias} is given twice`);
    aliases.add(alias);
    if (parseNetworkAddress(address)?.port === undefined) problem("the second word has to be host:port");
    if (!/^[1-9A-HJ-NP-Za-km-z]{50,53}$/.test(privateKey))
      problem("the third word has to be a private key in WIF form");
    if (!/^[0-9a-f]{64}$/i.test(txid)) problem("the fourth word has to be a transaction id of 64 hex digits");
    if (!/^\d{1,10}$/.test(outputIndex) || Number(outputIndex) > 0xffffffff)
      problem("the fifth word has to be an output index");
    entries.push({ alias, address, privateKey, txid: txid.toLowerCase(), outputIndex: Number(outputIndex) });
  }
  if (problems.length > 0) {
    throw new FluxError("node-list-invalid", problems.join("\n"), {
      kind: "usage",
      hint: "correct these lines and import again; nothing was written",
    });
  }
  return entries;
}

/** A node list has no `key=value` lines; the two kinds of file have carried the same name. */
export function looksLikeNodeList(content: string): boolean {
  const lines = content.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
  return lines.length > 0 && lines.every((line) => !/^\s*-?[A-Za-z0-9_-]+\s*=/.test(line));
}
