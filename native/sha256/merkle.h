#pragma once

#include <cstddef>
#include <cstdint>

namespace fluxnode {

/**
 * Root of the merkle tree over `count` >= 1 leaves of 32 bytes, which are overwritten. Returns whether some level has an
 * even number of nodes of which the last two are equal: such a tree has the root of a shorter list too.
 */
bool merkleRoot(uint8_t* nodes, size_t count, uint8_t* root);

}  // namespace fluxnode
