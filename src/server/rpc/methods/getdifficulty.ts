import { type RpcMethod, reading } from "../declaration.ts";
import { difficulty } from "../shapes/difficulty.ts";

export const getdifficulty: RpcMethod = {
  name: "getdifficulty",
  category: "blockchain",
  summary: "Difficulty of the next block as a multiple of the lowest proof-of-work difficulty.",
  params: [],
  result: "a number",
  call: reading((reader) => difficulty(reader.nextBits(), reader.params)),
};
