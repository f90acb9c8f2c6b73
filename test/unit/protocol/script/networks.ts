import { builtInNetwork, type NetworkParams } from "../../../../src/protocol/params/index.ts";

/** Parameters of a network that every build knows. */
export function knownNetwork(name: "main" | "test" | "regtest"): NetworkParams {
  const params = builtInNetwork(name);
  if (!params) throw new Error(`${name} is missing`);
  return params;
}
