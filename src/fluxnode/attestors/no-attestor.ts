import { type Attestor, refusal } from "./attestor.ts";

/** A machine that is to confirm nothing. */
export const NO_ATTESTOR: Attestor = {
  name: "none",
  attest: async () =>
    refusal(
      "attestor=none: this machine confirms nothing",
      "set attestor to external, or to key on a network of your own",
    ),
};
