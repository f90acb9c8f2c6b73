/** The roots of subtrees of unused leaves, each from the one below, worked out when first asked for. */
export function emptyRoots(
  uncommitted: Uint8Array,
  combine: (level: number, left: Uint8Array, right: Uint8Array) => Uint8Array,
): (level: number) => Uint8Array {
  const roots = [uncommitted];
  return (level) => {
    let root = roots.at(-1) as Uint8Array;
    while (roots.length <= level) {
      root = combine(roots.length - 1, root, root);
      roots.push(root);
    }
    return roots[level] as Uint8Array;
  };
}
