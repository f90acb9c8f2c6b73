#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>

#include "solver-layout.h"

namespace fluxnode {

/** Turns references back into the indices that they stand for. */
template <class Layout>
class SolutionTree {
 public:
  explicit SolutionTree(const uint8_t* memory) : memory_(memory) {}

  /** The number of the pair of places a < b in a bucket. */
  static uint64_t pairNumber(uint64_t a, uint64_t b) { return b * (b - 1) / 2 + a; }

  /** The reference of a row that was made from the rows at places a < b of a bucket. */
  static uint64_t reference(uint64_t bucket, uint64_t a, uint64_t b) {
    return pairNumber(a, b) << Layout::kBucketBits | bucket;
  }

  /**
   * Writes the 2^(stage + 1) indices of the row made from two rows of a stage, in the order that a solution demands:
   * of every two halves that were merged the one with the smaller first index comes first.
   */
  void indices(unsigned stage, size_t bucket, size_t a, size_t b, uint32_t* out) const {
    const size_t half = size_t{1} << stage;
    indicesOf(stage, bucket, a, out);
    indicesOf(stage, bucket, b, out + half);
    if (out[0] > out[half]) std::swap_ranges(out, out + half, out + half);
  }

 private:
  void indicesOf(unsigned stage, size_t bucket, size_t place, uint32_t* out) const {
    uint64_t reference = 0;
    const size_t size = Layout::referenceBytes(stage);
    std::memcpy(&reference, memory_ + Layout::referenceOffset(stage) + (bucket * Layout::kCapacity + place) * size,
                size);
    if (stage == 0) {
      *out = static_cast<uint32_t>(reference);
      return;
    }
    const uint64_t pair = reference >> Layout::kBucketBits;
    uint64_t b = static_cast<uint64_t>((1 + std::sqrt(1 + 8 * static_cast<double>(pair))) / 2);
    // The root of a large number may be off by one either way.
    while (b * (b - 1) / 2 > pair) b--;
    while ((b + 1) * b / 2 <= pair) b++;
    indices(stage - 1, reference % Layout::kBuckets, pair - b * (b - 1) / 2, b, out);
  }

  const uint8_t* memory_;
};

/** Whether an index occurs twice. */
template <size_t Count>
bool hasDuplicate(const uint32_t* indices) {
  uint32_t sorted[Count];
  std::memcpy(sorted, indices, sizeof sorted);
  std::sort(sorted, sorted + Count);
  return std::adjacent_find(sorted, sorted + Count) != sorted + Count;
}

/** Writes numbers of `bits` bits one after the other, most significant bit first, into zeroed bytes. */
inline void packIndices(const uint32_t* indices, size_t count, unsigned bits, uint8_t* out) {
  size_t at = 0;
  for (size_t i = 0; i < count; i++) {
    for (unsigned bit = bits; bit-- > 0; at++) out[at / 8] |= ((indices[i] >> bit) & 1) << (7 - at % 8);
  }
}

}  // namespace fluxnode
