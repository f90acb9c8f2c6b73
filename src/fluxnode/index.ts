export {
  type Attestor,
  BenchmarkProgram,
  bypassAttestor,
  ExternalAttestor,
  KeyAttestor,
  NO_ATTESTOR,
} from "./attestors/index.ts";
export { AutomaticConfirmation } from "./automatic-confirmation.ts";
export { type BenchmarkSource, NOT_MEASURED } from "./benchmark-source.ts";
export { type Confirmation, confirmFluxnode } from "./confirmation.ts";
export { type FluxnodeIdentity, fluxnodeIdentity } from "./identity.ts";
