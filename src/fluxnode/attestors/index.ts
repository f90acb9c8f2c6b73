export { type Attestation, type AttestationRequest, type Attestor, refusal } from "./attestor.ts";
export { BenchmarkProgram, type BenchmarkProgramOptions } from "./benchmark-program.ts";
export { bypassAttestor } from "./bypass-attestor.ts";
export { ExternalAttestor } from "./external-attestor.ts";
export { KeyAttestor, type KeyAttestorOptions } from "./key-attestor.ts";
export { NO_ATTESTOR } from "./no-attestor.ts";
