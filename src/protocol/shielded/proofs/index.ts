export { firstFailingJob, verifyJob } from "./batch.ts";
export type { RandomBytes } from "./groth16.ts";
export { verifyBindingSignature } from "./sapling.ts";
