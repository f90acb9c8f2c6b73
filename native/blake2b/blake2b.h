#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>

namespace fluxnode {

struct Blake2bKernel;

constexpr size_t kBlake2bBlockBytes = 128;
constexpr size_t kBlake2bMaxDigestBytes = 64;
constexpr size_t kBlake2bPersonalBytes = 16;

/** Unkeyed, unsalted BLAKE2b (RFC 7693) with a personalisation, fed piece by piece. */
class Blake2b {
 public:
  /** digestBytes: 1..64, part of the parameter block and so of every digest. personal: 16 bytes. */
  Blake2b(size_t digestBytes, const uint8_t* personal);

  void update(const uint8_t* data, size_t length);

  /** Writes digestBytes bytes. The object is spent afterwards. */
  void finish(uint8_t* digest);

 private:
  uint64_t chain_[8];
  uint64_t compressedBytes_ = 0;
  size_t buffered_ = 0;
  size_t digestBytes_;
  uint8_t buffer_[kBlake2bBlockBytes];
};

/**
 * The digests of prefix || LE32(counter) for many counters. What the counters share is computed once, and as many
 * hashes run side by side as the vector registers have lanes. An object is never changed after construction, so that
 * one can serve several threads.
 */
class Blake2bCounter {
 public:
  /** digestBytes: 1..64. personal: 16 bytes. The kernel is the best one for this machine when none is given. */
  Blake2bCounter(size_t digestBytes, const uint8_t* personal, const uint8_t* prefix, size_t prefixLength,
                 const Blake2bKernel* kernel = nullptr);

  /**
   * Writes kBlake2bMaxDigestBytes bytes for each counter, of which the first digestBytes are the digest and the rest
   * is the remainder of the last chain value.
   */
  void digests(const uint32_t* counters, size_t count, uint8_t* out) const;

 private:
  enum class Layout { kShortTail, kOneBlock, kTwoBlocks };

  void finishLanes(const uint32_t* counters, size_t used, uint8_t* out) const;
  void shortTail(const uint32_t* counters, size_t used, uint8_t* out) const;
  void oneBlock(const uint32_t* counters, size_t used, uint8_t* out) const;
  void twoBlocks(uint32_t counter, uint8_t* out) const;

  const Blake2bKernel* kernel_;
  Layout layout_;
  uint64_t chain_[8];
  uint64_t start_[16];
  uint64_t sharedBytes_ = 0;
  size_t tailLength_;
  uint8_t tail_[2 * kBlake2bBlockBytes] = {};
};

}  // namespace fluxnode

/** The name of the kernel that this machine runs: "avx512", "avx2" or "portable". */
const char* blake2bFeature();

void registerBlake2b(Napi::Env env, Napi::Object exports);
