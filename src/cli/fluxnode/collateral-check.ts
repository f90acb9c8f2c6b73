import type { ExactJson, ExactJsonObject } from "../../node/index.ts";
import { FluxError } from "../../platform/index.ts";
import type { Tier } from "../../protocol/fluxnodes/index.ts";
import type { NetworkParams } from "../../protocol/params/index.ts";
import { objectsOf, outPointText, textOf } from "./answer-fields.ts";
import type { CollateralArgument } from "./collateral-argument.ts";
import type { AskedNode } from "./node-answer.ts";

export interface FoundCollateral {
  readonly tier: Tier;
  readonly script: Uint8Array;
}

function refused(code: string, message: string, hint?: string): FluxError {
  return new FluxError(code, message, { kind: "refused", hint });
}

/** Zatoshi of an amount as the daemon writes it, with all its decimals. */
function zatoshiOf(value: ExactJson | undefined): bigint {
  const match = /^(\d+)\.(\d{8})$/.exec(textOf(value));
  if (match) return BigInt(`${match[1]}${match[2]}`);
  throw new FluxError("rpc-failed", `${textOf(value)} is no amount`);
}

/** Refuses a collateral whose node cannot be started now. */
async function checkNodeList({ ask }: AskedNode, { txid, index }: CollateralArgument): Promise<void> {
  const name = `${txid}:${index}`;
  const isIt = ({ collateral }: ExactJsonObject) => outPointText(collateral) === name;
  if (objectsOf(await ask("viewdeterministicfluxnodelist", txid)).some(isIt)) {
    throw refused("already-confirmed", `the fluxnode of ${name} is confirmed already`, "there is nothing to start");
  }
  const started = objectsOf(await ask("getstartlist")).find(isIt);
  if (started) {
    throw refused(
      "already-started",
      `the fluxnode of ${name} was started at height ${textOf(started.added_height)} and waits to be confirmed`,
      "its machine has to confirm it: see `fluxnode node status` there",
    );
  }
  const dos = objectsOf(await ask("getdoslist")).find(isIt);
  if (dos) {
    throw refused(
      "in-dos-list",
      `the fluxnode of ${name} was started and not confirmed in time: it is in the DoS list for ${textOf(dos.eligible_in)} more blocks`,
      "find out on its machine why it was not confirmed, and start it again then",
    );
  }
}

async function unspentOutput({ ask }: AskedNode, { txid, index }: CollateralArgument): Promise<ExactJsonObject> {
  const output = (await ask("gettxout", txid, index, true)) as ExactJsonObject | null;
  if (output) return output;
  if (await ask("gettxout", txid, index, false)) {
    throw refused("collateral-spent", `a transaction that waits to be mined spends ${txid}:${index}`);
  }
  throw new FluxError("collateral-not-found", `there is no unspent output ${txid}:${index}`, {
    kind: "not-found",
    hint: "it does not exist on this chain, or it was spent; `fluxnode status` tells whether the node has caught up",
  });
}

/**
 * Looks whether an output can be the collateral of a fluxnode that is started in the block of a height.
 * @throws FluxError collateral-not-found (kind "not-found"); already-confirmed, already-started, in-dos-list, collateral-spent,
 *   collateral-amount, collateral-too-young (kind "refused")
 */
export async function checkCollateral(
  node: AskedNode,
  collateral: CollateralArgument,
  height: number,
  params: NetworkParams,
): Promise<FoundCollateral> {
  const [{ numberOf }, { allowedAmounts, COLLATERAL_MATURITY, TIERS, tierName, tierOfAmount }, { COIN }, { fromHex }] =
    await Promise.all([
      import("../../node/index.ts"),
      import("../../protocol/fluxnodes/index.ts"),
      import("../../protocol/primitives/index.ts"),
      import("../../protocol/bytes/index.ts"),
    ]);
  await checkNodeList(node, collateral);
  const { value, confirmations, scriptPubKey } = await unspentOutput(node, collateral);
  const tier = tierOfAmount(zatoshiOf(value), height, params);
  if (tier === null) {
    const amounts = TIERS.map(
      (each) =>
        `${tierName(each)} ${allowedAmounts(each, height, params)
          .map((amount) => amount / COIN)
          .join(" or ")}`,
    );
    throw refused(
      "collateral-amount",
      `${textOf(value)} is no amount of a collateral`,
      `exactly one of these is: ${amounts.join(", ")}`,
    );
  }
  const missing = COLLATERAL_MATURITY - numberOf(confirmations);
  if (missing > 0) {
    throw refused(
      "collateral-too-young",
      `the collateral needs ${missing} more confirmation${missing === 1 ? "" : "s"}`,
      `it has ${textOf(confirmations)} of ${COLLATERAL_MATURITY}`,
    );
  }
  return { tier, script: fromHex(String((scriptPubKey as ExactJsonObject).hex)) };
}
