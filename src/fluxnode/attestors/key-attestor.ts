import { FluxError } from "../../platform/index.ts";
import { equalBytes } from "../../protocol/bytes/index.ts";
import { publicKeyCreate } from "../../protocol/crypto/index.ts";
import { attestConfirm, type Tier, tierName } from "../../protocol/fluxnodes/index.ts";
import { keyAtTime, type NetworkParams } from "../../protocol/params/index.ts";
import type { PrivateKey } from "../../protocol/primitives/index.ts";
import type { BenchmarkSource } from "../benchmark-source.ts";
import { type Attestation, type AttestationRequest, type Attestor, refusal } from "./attestor.ts";

export interface KeyAttestorOptions {
  readonly params: NetworkParams;
  /** One of the network's benchmark keys, whatever its form. */
  readonly key: PrivateKey;
  /** As it is to stand in the node list: `address` or `address:port` of the API. */
  readonly ip: string;
  /** What is attested; null for what was measured. */
  readonly tier: Tier | null;
  readonly benchmarks: BenchmarkSource;
}

/** Attests with a benchmark key of its own, on networks whose parameters list it. */
export class KeyAttestor implements Attestor {
  readonly name = "key";
  private readonly options: KeyAttestorOptions;
  private readonly publicKeys: readonly Uint8Array[];

  /** @throws FluxError attestor-key-unknown (kind "usage") for a key that the network never listed */
  constructor(options: KeyAttestorOptions) {
    this.options = options;
    const { secret } = options.key;
    this.publicKeys = [publicKeyCreate(secret, true), publicKeyCreate(secret, false)];
    if (options.params.benchmarkKeys.some(({ publicKey }) => this.isOwn(publicKey))) return;
    throw new FluxError("attestor-key-unknown", "attestor-key is no benchmark key of this network", {
      kind: "usage",
      hint: "the parameters of the network list the public keys; on main and test only the official benchmark daemon can sign",
    });
  }

  async attest({ confirm, record, now }: AttestationRequest): Promise<Attestation> {
    const { params, key, ip, benchmarks } = this.options;
    const tier = this.options.tier ?? benchmarks.tier;
    if (tier === null) {
      return refusal(
        "this machine was not measured yet, or reaches no tier",
        "look at getbenchmarks, or set attestor-tier on a network for tests",
      );
    }
    if (tier < record.tier) {
      return refusal(
        `this machine reaches ${tierName(tier)}, the collateral asks for ${tierName(record.tier)}`,
        "`fluxnode bench` says what is missing",
      );
    }
    const listed = keyAtTime(params.benchmarkKeys, now);
    if (!this.isOwn(listed)) {
      return refusal(
        "attestor-key is not the network's benchmark key of this time",
        "set the key that is in force now",
      );
    }
    // The signature says in which form the key is listed.
    const signer = { secret: key.secret, compressed: listed.length === 33 };
    return { kind: "attested", tx: attestConfirm(confirm, { tier, sigTime: now, ip }, signer) };
  }

  private isOwn(listed: Uint8Array): boolean {
    return this.publicKeys.some((key) => equalBytes(key, listed));
  }
}
