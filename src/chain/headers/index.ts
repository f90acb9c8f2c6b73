export { compareCandidates } from "./candidates.ts";
export { HeaderNode } from "./header-node.ts";
export { type HeaderBacking, type HeaderRow, HeaderTree } from "./header-tree.ts";
