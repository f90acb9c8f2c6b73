#include "merkle.h"

#include <cstring>

#include "sha256.h"

namespace fluxnode {

bool merkleRoot(uint8_t* nodes, size_t count, uint8_t* root) {
  bool mutated = false;
  while (count > 1) {
    if (count % 2 == 0) {
      const uint8_t* last = nodes + (count - 1) * kSha256Bytes;
      mutated |= std::memcmp(last - kSha256Bytes, last, kSha256Bytes) == 0;
    }
    // Parents overwrite nodes that have already been read.
    for (size_t i = 0; i < count / 2; i++) {
      sha256d(nodes + 2 * i * kSha256Bytes, 2 * kSha256Bytes, nodes + i * kSha256Bytes);
    }
    if (count % 2 == 1) {
      uint8_t pair[2 * kSha256Bytes];
      std::memcpy(pair, nodes + (count - 1) * kSha256Bytes, kSha256Bytes);
      std::memcpy(pair + kSha256Bytes, pair, kSha256Bytes);
      sha256d(pair, sizeof pair, nodes + (count / 2) * kSha256Bytes);
    }
    count = (count + 1) / 2;
  }
  std::memcpy(root, nodes, kSha256Bytes);
  return mutated;
}

}  // namespace fluxnode
