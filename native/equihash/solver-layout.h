#pragma once

#include <cstddef>
#include <cstdint>

#include "equihash.h"

namespace fluxnode {

/**
 * How the rows of the solver lie in memory.
 *
 * A row of stage s is what is left of an index hash after s collisions: K + 1 - s values of collisionBits() bits. It lies
 * in the bucket that the first bits of its first value name, so that these bits need not be stored. Rows that collide
 * are found inside a bucket, and a row made from two of them is known by the bucket and their places in it: its
 * reference. Hashes are only needed until the next stage is made, references until the solutions are.
 */
template <unsigned N, unsigned K>
struct SolverLayout {
  static constexpr EquihashParameters kSet = {N, K, nullptr};
  static constexpr unsigned kCollisionBits = kSet.collisionBits();
  static constexpr size_t kIndexCount = size_t{1} << kSet.indexBits();

  static constexpr unsigned bucketBits() {
    switch (N) {
      case 48:
        return 3;
      case 96:
        return 8;
      case 125:
        return 13;
      default:
        return 12;
    }
  }
  static constexpr unsigned kBucketBits = bucketBits();
  static constexpr unsigned kRestBits = kCollisionBits - kBucketBits;
  static constexpr size_t kBuckets = size_t{1} << kBucketBits;
  static constexpr size_t kMeanRows = kIndexCount >> kBucketBits;

  /** Room for what chance puts into a bucket; a row that finds no room is left out. */
  static constexpr size_t capacity() {
    if (kMeanRows >= 8192) return kMeanRows + 512;
    if (N == 200) return kMeanRows + 192;
    return kMeanRows < 128 ? 4 * kMeanRows : 2 * kMeanRows;
  }
  static constexpr size_t kCapacity = capacity();
  static constexpr size_t kSlots = kBuckets * kCapacity;
  static_assert(kCapacity <= 1 << 14, "two places have to fit into a reference");

  static constexpr size_t rowBits(unsigned stage) { return (K + 1 - stage) * kCollisionBits - kBucketBits; }
  static constexpr size_t rowBytes(unsigned stage) { return (rowBits(stage) + 7) / 8; }
  static constexpr size_t rowWords(unsigned stage) { return (rowBits(stage) + 63) / 64; }
  /** Words of a row before its bucket bits are dropped. */
  static constexpr size_t kWords = (N + 63) / 64;

  /** Bits that number the pairs of a full bucket. */
  static constexpr unsigned pairBits() {
    unsigned bits = 0;
    while ((size_t{1} << bits) < kCapacity * (kCapacity - 1) / 2) bits++;
    return bits;
  }
  static constexpr size_t referenceBytes(unsigned stage) {
    return ((stage == 0 ? kSet.indexBits() : kBucketBits + pairBits()) + 7) / 8;
  }

  /** Where the references of a stage begin. */
  static constexpr size_t referenceOffset(unsigned stage) {
    size_t offset = 0;
    for (unsigned s = 0; s < stage; s++) offset += kSlots * referenceBytes(s);
    return offset;
  }
  /** Where the hashes of a stage begin: even and odd stages take turns. */
  static constexpr size_t hashOffset(unsigned stage) {
    return referenceOffset(K) + (stage % 2 == 0 ? 0 : kSlots * rowBytes(0));
  }
  /** Rows are read in whole words, past the end of the last one. */
  static constexpr size_t kTableBytes = referenceOffset(K) + kSlots * (rowBytes(0) + rowBytes(1)) + sizeof(uint64_t);

  /** Rows that a thread collects for a bucket before it writes them, so that it writes whole cache lines. */
  static constexpr size_t kBatch = N == 48 ? 1 : 4;
  /** Bytes between the batches of two buckets; rows and references are written in whole words, past their ends. */
  static constexpr size_t kBatchStride =
      (kBatch * (rowBytes(0) + sizeof(uint64_t)) + 2 * sizeof(uint64_t) + 63) / 64 * 64;
  static constexpr size_t kBatchBytes = kBuckets * (1 + kBatchStride);
};

}  // namespace fluxnode
