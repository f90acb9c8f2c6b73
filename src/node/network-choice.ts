import { FluxError, readTextFile } from "../platform/index.ts";
import { DecodeError } from "../protocol/bytes/index.ts";
import { BUILT_IN_NETWORKS, builtInNetwork, type NetworkParams, parseNetworkFile } from "../protocol/params/index.ts";

const MAXIMUM_FILE_SIZE = 1 << 20;

/**
 * The network that `--network` names: a built-in one, or one described in a file (spec network-file.md).
 * @throws FluxError unknown-network (kind "usage"), network-file-invalid, or what reading the file throws
 */
export function chooseNetwork(choice: string): NetworkParams {
  const builtIn = builtInNetwork(choice);
  if (builtIn) return builtIn;
  if (!choice.includes("/") && !choice.endsWith(".json")) {
    throw new FluxError("unknown-network", `there is no network called ${JSON.stringify(choice.slice(0, 100))}`, {
      kind: "usage",
      hint: `use ${BUILT_IN_NETWORKS.join(", ")}, or the path of a network file ending in .json`,
    });
  }
  const text = readTextFile(choice, MAXIMUM_FILE_SIZE);
  try {
    return parseNetworkFile(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof SyntaxError)) throw error;
    throw new FluxError("network-file-invalid", `the network file ${choice} cannot be used: ${error.message}`, {
      kind: "usage",
      hint: "docs/configuration.md explains the keys of a network file",
    });
  }
}
