export { blake2b, blake2bReference } from "./blake2b.ts";
export {
  type EquihashItem,
  type EquihashParameters,
  equihashParametersFor,
  equihashVerify,
  equihashVerifyBatch,
  equihashVerifyReference,
} from "./equihash.ts";
