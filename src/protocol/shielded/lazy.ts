type PedersenModule = typeof import("./sapling-merkle-hash.ts");
type ProofsModule = typeof import("./proofs/index.ts");

let pedersen: PedersenModule | undefined;
let proofsModule: ProofsModule | undefined;

/**
 * {@link PedersenModule.saplingMerkleHash}, loaded at the first call: evaluating the curves takes tens of milliseconds, which
 * a command that touches no shielded data must not pay. `require` because consensus code has to stay synchronous.
 */
export function saplingMerkleHash(level: number, left: Uint8Array, right: Uint8Array): Uint8Array {
  pedersen ??= require("./sapling-merkle-hash.ts") as PedersenModule;
  return pedersen.saplingMerkleHash(level, left, right);
}

/** The module of proofs and signatures, loaded at the first call for the same reason. */
export function proofs(): ProofsModule {
  proofsModule ??= require("./proofs/index.ts") as ProofsModule;
  return proofsModule;
}
