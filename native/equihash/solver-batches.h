#pragma once

#include <atomic>
#include <cstring>
#include <memory>

#include "solver-layout.h"

namespace fluxnode {

/** The rows of one stage as the threads that make them see it: where they go, and how many each bucket has. */
template <class Layout>
struct StageTable {
  uint8_t* memory;
  std::atomic<uint32_t>* counts;

  size_t rowsIn(size_t bucket) const {
    // Threads count also what found no room.
    const size_t rows = counts[bucket].load(std::memory_order_relaxed);
    return rows < Layout::kCapacity ? rows : Layout::kCapacity;
  }
  uint8_t* hashes(unsigned stage, size_t bucket) const {
    return memory + Layout::hashOffset(stage) + bucket * Layout::kCapacity * Layout::rowBytes(stage);
  }
  uint8_t* references(unsigned stage, size_t bucket) const {
    return memory + Layout::referenceOffset(stage) + bucket * Layout::kCapacity * Layout::referenceBytes(stage);
  }
};

/** The rows that one thread has made and not yet written to their buckets. */
template <class Layout>
class RowBatches {
 public:
  RowBatches() : bytes_(new uint8_t[Layout::kBatchBytes]()) {}

  /** row: the words of a row of this stage without its bucket bits. */
  template <unsigned Stage>
  inline __attribute__((always_inline)) void add(const StageTable<Layout>& table, size_t bucket, const uint64_t* row,
                                                 uint64_t reference) {
    constexpr size_t kBatch = Layout::kBatch;
    uint8_t& filled = bytes_[bucket];
    storeWords<Layout::rowWords(Stage)>(row, rows(bucket) + filled * Layout::rowBytes(Stage));
    storeWords<1>(&reference, references<Stage>(bucket) + filled * Layout::referenceBytes(Stage));
    if (++filled == kBatch) write<Stage>(table, bucket);
  }

  /** Writes everything that is left. */
  template <unsigned Stage>
  void finish(const StageTable<Layout>& table) {
    for (size_t bucket = 0; bucket < Layout::kBuckets; bucket++) {
      if (bytes_[bucket] > 0) write<Stage>(table, bucket);
    }
  }

 private:
  uint8_t* rows(size_t bucket) { return bytes_.get() + Layout::kBuckets + bucket * Layout::kBatchStride; }
  template <unsigned Stage>
  uint8_t* references(size_t bucket) {
    return rows(bucket) + Layout::kBatch * Layout::rowBytes(Stage) + sizeof(uint64_t);
  }

  /** What is written too much lies where the next row goes. */
  template <size_t Words>
  static inline __attribute__((always_inline)) void storeWords(const uint64_t* words, uint8_t* to) {
    for (size_t w = 0; w < Words; w++) std::memcpy(to + 8 * w, &words[w], sizeof words[w]);
  }

  template <unsigned Stage>
  void write(const StageTable<Layout>& table, size_t bucket) {
    constexpr size_t kHash = Layout::rowBytes(Stage);
    constexpr size_t kReference = Layout::referenceBytes(Stage);
    const size_t filled = bytes_[bucket];
    bytes_[bucket] = 0;
    const size_t slot = table.counts[bucket].fetch_add(static_cast<uint32_t>(filled), std::memory_order_relaxed);
    if (slot >= Layout::kCapacity) return;
    const size_t room = Layout::kCapacity - slot;
    const size_t fitting = filled < room ? filled : room;
    const uint8_t* fromHashes = rows(bucket);
    const uint8_t* fromReferences = references<Stage>(bucket);
    uint8_t* toHashes = table.hashes(Stage, bucket) + slot * kHash;
    uint8_t* toReferences = table.references(Stage, bucket) + slot * kReference;
    if (fitting == Layout::kBatch) {
      // Copies of a fixed size need no loop.
      std::memcpy(toHashes, fromHashes, Layout::kBatch * kHash);
      std::memcpy(toReferences, fromReferences, Layout::kBatch * kReference);
    } else {
      std::memcpy(toHashes, fromHashes, fitting * kHash);
      std::memcpy(toReferences, fromReferences, fitting * kReference);
    }
  }

  std::unique_ptr<uint8_t[]> bytes_;
};

}  // namespace fluxnode
