export { compareCandidates } from "./candidates.ts";
export { HeaderNode, type LoadNode } from "./header-node.ts";
export { HeaderPath } from "./header-path.ts";
export { type HeaderBacking, type HeaderRow, HeaderTree } from "./header-tree.ts";
