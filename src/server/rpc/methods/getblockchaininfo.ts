import { toDisplayHash } from "../../../protocol/bytes/index.ts";
import { branchIdAt } from "../../../protocol/params/index.ts";
import { type RpcMethod, reading } from "../declaration.ts";
import { difficulty } from "../shapes/difficulty.ts";
import { hexNumber, hexWord } from "../shapes/text.ts";
import { softForksShape, upgradesShape } from "../shapes/upgrade-shape.ts";
import { chainValuePools } from "../shapes/value-pools.ts";
import { verificationProgress } from "../shapes/verification-progress.ts";

export const getblockchaininfo: RpcMethod = {
  name: "getblockchaininfo",
  category: "blockchain",
  summary: "State of the chain: tip, work, value pools, upgrades.",
  params: [],
  result: "an object",
  call: reading((reader, _args, { clock }) => {
    const { params, tip } = reader;
    return {
      chain: params.networkId,
      blocks: tip.height,
      headers: reader.bestHeader.height,
      bestblockhash: toDisplayHash(tip.hash),
      difficulty: difficulty(reader.nextBits(), params),
      verificationprogress: verificationProgress(tip, params, clock.now()),
      chainwork: hexNumber(tip.chainWork),
      pruned: reader.pruned,
      size_on_disk: reader.sizeOnDisk,
      commitments: reader.sproutCommitments,
      valuePools: chainValuePools(tip),
      softforks: softForksShape(tip, params),
      upgrades: upgradesShape(tip.height, params),
      consensus: {
        chaintip: hexWord(branchIdAt(params, tip.height)),
        nextblock: hexWord(branchIdAt(params, tip.height + 1)),
      },
      pruneheight: reader.pruned ? reader.pruneHeight : undefined,
    };
  }),
};
