import type { Command } from "commander";
import { createClock, FluxError } from "../../platform/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import type { Transaction } from "../../protocol/primitives/index.ts";
import type { CommandLine } from "../command-line.ts";
import { collateralArgument } from "../fluxnode/collateral-argument.ts";
import { checkCollateral } from "../fluxnode/collateral-check.ts";
import { readKeyFile } from "../fluxnode/key-file.ts";
import { type AskedNode, askNode, askRunningNode } from "../fluxnode/node-answer.ts";
import { delegateOptions, hexOption, publicKeyOption, type StartRequest } from "../fluxnode/start-request.ts";
import { nodeOptions } from "../node-options.ts";
import type { Output } from "../output.ts";
import { fields } from "../text-layout.ts";

interface StartOptions {
  readonly collateral: string;
  readonly ownerKeyFile: string;
  readonly nodeKey?: string;
  readonly nodeKeyFile?: string;
  readonly delegate?: readonly string[];
  readonly redeemScript?: string;
  readonly dryRun?: true;
}

export function addNodeStartCommand(parent: Command, line: CommandLine): void {
  parent
    .command("start")
    .description("start a fluxnode with the key of its collateral; its machine confirms it then")
    .requiredOption("--collateral <txid:index>", "the output that holds the collateral")
    .requiredOption("--owner-key-file <file>", "file with the private key that owns it (WIF), or - for stdin")
    .option("--node-key <hex>", "public key of the fluxnode, as `node keygen` prints it")
    .option("--node-key-file <file>", "or the file with its private key (WIF)")
    .option("--delegate <hex...>", "compressed public keys that may start it, too, from now on (at most 4)")
    .option("--redeem-script <hex>", "script of the multisignature address where the collateral lies")
    .option("--dry-run", "check, build and sign everything, and print the transaction instead of sending it")
    .action(
      line.action<StartOptions>(async ({ output, globals }, options) => {
        const collateral = collateralArgument(options.collateral);
        const { params } = await nodeOptions(globals);
        const request = await requestOf(options, params, output);
        const { toDisplayHash, toHex } = await import("../../protocol/bytes/index.ts");
        const { tierName } = await import("../../protocol/fluxnodes/index.ts");
        const ask = options.dryRun ? askNode : askRunningNode;
        const { tx, tier } = await ask(globals, async (node) => {
          const made = await signedStart(node, collateral, request, params);
          if (!options.dryRun) await node.ask("sendrawtransaction", toHex(made.tx.raw));
          return made;
        });
        const txid = toDisplayHash(tx.txid);
        const sent = options.dryRun === undefined;
        const report = { txid, sent, tier: tierName(tier), version: tx.version, hex: toHex(tx.raw) };
        output.result(report, () =>
          fields([
            ["txid", txid],
            ["sent", sent ? "yes" : "no (--dry-run)"],
            ["tier", report.tier],
            ["version", String(tx.version)],
            ...(sent ? [] : ([["transaction", report.hex]] as const)),
            ["next", sent ? "once a block holds it, the machine of the fluxnode confirms it by itself" : "send it"],
          ]),
        );
      }),
    );
}

async function requestOf(options: StartOptions, params: NetworkParams, output: Output): Promise<StartRequest> {
  const { nodeKey, nodeKeyFile, ownerKeyFile, redeemScript, delegate = [] } = options;
  if ((nodeKey === undefined) === (nodeKeyFile === undefined)) {
    throw new FluxError("usage", "either --node-key or --node-key-file is needed", {
      kind: "usage",
      hint: "`fluxnode node keygen` makes a key",
    });
  }
  if (ownerKeyFile === "-" && nodeKeyFile === "-") {
    throw new FluxError("usage", "only one key can come from stdin", { kind: "usage" });
  }
  const { publicKeyCreate } = await import("../../protocol/crypto/index.ts");
  const keyOf = async (file: string) => {
    const { secret, compressed } = await readKeyFile(file, params.base58, output);
    return publicKeyCreate(secret, compressed);
  };
  return {
    nodePublicKey:
      nodeKeyFile === undefined ? await publicKeyOption(nodeKey ?? "", "--node-key") : await keyOf(nodeKeyFile),
    delegates: await delegateOptions(delegate),
    redeemScript: redeemScript === undefined ? null : await hexOption(redeemScript, "--redeem-script"),
    ownerKey: await readKeyFile(ownerKeyFile, params.base58, output),
  };
}

async function signedStart(
  node: AskedNode,
  collateral: ReturnType<typeof collateralArgument>,
  request: StartRequest,
  params: NetworkParams,
): Promise<{ tx: Transaction; tier: 1 | 2 | 3 }> {
  const [{ numberOf }, { fromDisplayHash }, { buildStart }] = await Promise.all([
    import("../../node/index.ts"),
    import("../../protocol/bytes/index.ts"),
    import("../fluxnode/build-start.ts"),
  ]);
  const height = numberOf(await node.ask("getblockcount")) + 1;
  const { tier, script } = await checkCollateral(node, collateral, height, params);
  const outpoint = { txid: fromDisplayHash(collateral.txid), index: collateral.index };
  const tx = buildStart(request, { collateral: outpoint, script, height, now: createClock().now() }, params);
  return { tx, tier };
}
