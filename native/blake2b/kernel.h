#pragma once

#include <cstddef>
#include <cstdint>

namespace fluxnode {

constexpr uint64_t kBlake2bIv[8] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/**
 * One way to finish several independent hashes that share their chain value. Each function writes 64 bytes per lane,
 * the lanes one after the other.
 */
struct Blake2bKernel {
  const char* name;
  size_t lanes;

  /** Whether this processor and operating system can run it. */
  bool (*supported)();

  /**
   * The last block when only its first two words can differ from zero. word0 and word1 hold one value per lane;
   * start is what blake2bShortStart gives for the chain value.
   */
  void (*finishShort)(const uint64_t* start, const uint64_t* chain, const uint64_t* word0, const uint64_t* word1,
                      uint8_t* out);

  /** The last block in general: 128 bytes per lane, zero padded. totalBytes is the length of the whole message. */
  void (*finishBlock)(const uint64_t* chain, uint64_t totalBytes, const uint8_t* blocks, uint8_t* out);
};

constexpr size_t kBlake2bMaxLanes = 8;

extern const Blake2bKernel kBlake2bPortable;
#if defined(__x86_64__)
extern const Blake2bKernel kBlake2bAvx2;
extern const Blake2bKernel kBlake2bAvx512;
#endif

/** The kernels that this machine can run, best first, ended by nullptr. The portable one is always there. */
const Blake2bKernel* const* blake2bKernels();

/** One compression of the chain value; totalBytes counts the message up to and including this block. */
void blake2bCompress(uint64_t* chain, const uint8_t* block, uint64_t totalBytes, bool last);

/**
 * The 16 working words of a last block after the part of the first round that words 0 and 1 of the message do not
 * touch: the columns 1 to 3.
 */
void blake2bShortStart(const uint64_t* chain, uint64_t totalBytes, uint64_t* start);

}  // namespace fluxnode
