#include "blake2b.h"

#include <cstring>

#include "kernel.h"

namespace fluxnode {

namespace {

uint64_t load64(const uint8_t* bytes) {
  uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

/** The chain value before the first block: RFC 7693 section 2.5 with fanout and depth 1. */
void initialChain(size_t digestBytes, const uint8_t* personal, uint64_t* chain) {
  std::memcpy(chain, kBlake2bIv, sizeof kBlake2bIv);
  chain[0] ^= 0x01010000 ^ digestBytes;
  chain[6] ^= load64(personal);
  chain[7] ^= load64(personal + 8);
}

const Blake2bKernel& chosenKernel() {
  static const Blake2bKernel& chosen = *blake2bKernels()[0];
  return chosen;
}

}  // namespace

Blake2b::Blake2b(size_t digestBytes, const uint8_t* personal) : digestBytes_(digestBytes) {
  initialChain(digestBytes, personal, chain_);
}

void Blake2b::update(const uint8_t* data, size_t length) {
  if (length == 0) return;
  // A full buffer is kept until more comes, because the last block is compressed differently.
  const size_t room = kBlake2bBlockBytes - buffered_;
  if (length > room) {
    if (buffered_ > 0) {
      std::memcpy(buffer_ + buffered_, data, room);
      data += room;
      length -= room;
      compressedBytes_ += kBlake2bBlockBytes;
      blake2bCompress(chain_, buffer_, compressedBytes_, false);
      buffered_ = 0;
    }
    while (length > kBlake2bBlockBytes) {
      compressedBytes_ += kBlake2bBlockBytes;
      blake2bCompress(chain_, data, compressedBytes_, false);
      data += kBlake2bBlockBytes;
      length -= kBlake2bBlockBytes;
    }
  }
  std::memcpy(buffer_ + buffered_, data, length);
  buffered_ += length;
}

void Blake2b::finish(uint8_t* digest) {
  std::memset(buffer_ + buffered_, 0, kBlake2bBlockBytes - buffered_);
  blake2bCompress(chain_, buffer_, compressedBytes_ + buffered_, true);
  std::memcpy(digest, chain_, digestBytes_);
}

Blake2bCounter::Blake2bCounter(size_t digestBytes, const uint8_t* personal, const uint8_t* prefix, size_t prefixLength,
                               const Blake2bKernel* kernel)
    : kernel_(kernel != nullptr ? kernel : &chosenKernel()) {
  initialChain(digestBytes, personal, chain_);
  // The counter follows, so that no block of the prefix is the last one.
  while (prefixLength - sharedBytes_ >= kBlake2bBlockBytes) {
    sharedBytes_ += kBlake2bBlockBytes;
    blake2bCompress(chain_, prefix + sharedBytes_ - kBlake2bBlockBytes, sharedBytes_, false);
  }
  tailLength_ = prefixLength - sharedBytes_;
  if (tailLength_ > 0) std::memcpy(tail_, prefix + sharedBytes_, tailLength_);

  const size_t finalLength = tailLength_ + sizeof(uint32_t);
  if (finalLength <= 2 * sizeof(uint64_t)) {
    layout_ = Layout::kShortTail;
    blake2bShortStart(chain_, sharedBytes_ + finalLength, start_);
  } else {
    layout_ = finalLength <= kBlake2bBlockBytes ? Layout::kOneBlock : Layout::kTwoBlocks;
  }
}

void Blake2bCounter::digests(const uint32_t* counters, size_t count, uint8_t* out) const {
  if (layout_ == Layout::kTwoBlocks) {
    for (size_t i = 0; i < count; i++) twoBlocks(counters[i], out + kBlake2bMaxDigestBytes * i);
    return;
  }
  const size_t lanes = kernel_->lanes;
  for (; count >= lanes; counters += lanes, count -= lanes, out += kBlake2bMaxDigestBytes * lanes) {
    finishLanes(counters, lanes, out);
  }
  if (count > 0) {
    // The kernel writes all its lanes, and `out` has no room for the unused ones.
    uint8_t all[kBlake2bMaxLanes * kBlake2bMaxDigestBytes];
    finishLanes(counters, count, all);
    std::memcpy(out, all, kBlake2bMaxDigestBytes * count);
  }
}

void Blake2bCounter::finishLanes(const uint32_t* counters, size_t used, uint8_t* out) const {
  if (layout_ == Layout::kShortTail) {
    shortTail(counters, used, out);
  } else {
    oneBlock(counters, used, out);
  }
}

void Blake2bCounter::shortTail(const uint32_t* counters, size_t used, uint8_t* out) const {
  // The counter may begin anywhere in the two words and lie across both.
  const uint64_t word0 = load64(tail_);
  const uint64_t word1 = load64(tail_ + 8);
  const unsigned bit = static_cast<unsigned>(8 * tailLength_);
  uint64_t low[kBlake2bMaxLanes] = {};
  uint64_t high[kBlake2bMaxLanes] = {};
  for (size_t i = 0; i < used; i++) {
    const uint64_t counter = counters[i];
    low[i] = word0;
    high[i] = word1;
    if (bit < 64) low[i] |= counter << bit;
    if (bit >= 64) high[i] |= counter << (bit - 64);
    if (bit > 32 && bit < 64) high[i] |= counter >> (64 - bit);
  }
  kernel_->finishShort(start_, chain_, low, high, out);
}

void Blake2bCounter::oneBlock(const uint32_t* counters, size_t used, uint8_t* out) const {
  uint8_t blocks[kBlake2bMaxLanes * kBlake2bBlockBytes] = {};
  for (size_t i = 0; i < used; i++) {
    uint8_t* block = blocks + kBlake2bBlockBytes * i;
    std::memcpy(block, tail_, tailLength_);
    std::memcpy(block + tailLength_, &counters[i], sizeof counters[i]);
  }
  const uint64_t totalBytes = sharedBytes_ + tailLength_ + sizeof counters[0];
  kernel_->finishBlock(chain_, totalBytes, blocks, out);
}

void Blake2bCounter::twoBlocks(uint32_t counter, uint8_t* out) const {
  uint8_t blocks[2 * kBlake2bBlockBytes];
  std::memcpy(blocks, tail_, sizeof blocks);
  std::memcpy(blocks + tailLength_, &counter, sizeof counter);
  uint64_t chain[8];
  std::memcpy(chain, chain_, sizeof chain);
  blake2bCompress(chain, blocks, sharedBytes_ + kBlake2bBlockBytes, false);
  blake2bCompress(chain, blocks + kBlake2bBlockBytes, sharedBytes_ + tailLength_ + sizeof counter, true);
  std::memcpy(out, chain, sizeof chain);
}

const Blake2bKernel* const* blake2bKernels() {
  struct Supported {
    const Blake2bKernel* kernels[4] = {};
    Supported() {
      size_t count = 0;
#if defined(__x86_64__)
      for (const Blake2bKernel* kernel : {&kBlake2bAvx512, &kBlake2bAvx2}) {
        if (kernel->supported()) kernels[count++] = kernel;
      }
#endif
      kernels[count] = &kBlake2bPortable;
    }
  };
  static const Supported supported;
  return supported.kernels;
}

}  // namespace fluxnode

const char* blake2bFeature() { return fluxnode::blake2bKernels()[0]->name; }
