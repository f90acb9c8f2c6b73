#include "sha256.h"

#include <algorithm>
#include <cstring>

#include "kernel.h"

namespace fluxnode {

namespace {

constexpr uint32_t kInitialState[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

void storeBigEndian(uint8_t* out, uint64_t value, size_t bytes) {
  for (size_t i = bytes; i-- > 0; value >>= 8) out[i] = static_cast<uint8_t>(value);
}

}  // namespace

Sha256::Sha256() { std::memcpy(state_, kInitialState, sizeof state_); }

void Sha256::update(const uint8_t* data, size_t length) {
  const size_t buffered = length_ % kSha256BlockBytes;
  length_ += length;
  if (buffered > 0) {
    const size_t taken = std::min(length, kSha256BlockBytes - buffered);
    std::memcpy(buffer_ + buffered, data, taken);
    if (buffered + taken < kSha256BlockBytes) return;
    sha256Kernel().compress(state_, buffer_, 1);
    data += taken;
    length -= taken;
  }
  const size_t blocks = length / kSha256BlockBytes;
  if (blocks > 0) sha256Kernel().compress(state_, data, blocks);
  const size_t consumed = blocks * kSha256BlockBytes;
  if (length > consumed) std::memcpy(buffer_, data + consumed, length - consumed);
}

void Sha256::finish(uint8_t* digest) {
  uint8_t last[2 * kSha256BlockBytes] = {};
  const size_t buffered = length_ % kSha256BlockBytes;
  std::memcpy(last, buffer_, buffered);
  last[buffered] = 0x80;
  const size_t blocks = buffered + 1 + 8 <= kSha256BlockBytes ? 1 : 2;
  storeBigEndian(last + blocks * kSha256BlockBytes - 8, length_ * 8, 8);
  sha256Kernel().compress(state_, last, blocks);
  for (size_t i = 0; i < 8; i++) storeBigEndian(digest + 4 * i, state_[i], 4);
}

void Sha256::finishTwice(uint8_t* digest) {
  uint8_t first[kSha256Bytes];
  finish(first);
  sha256(first, sizeof first, digest);
}

void sha256(const uint8_t* data, size_t length, uint8_t* digest) {
  Sha256 hash;
  hash.update(data, length);
  hash.finish(digest);
}

void sha256d(const uint8_t* data, size_t length, uint8_t* digest) {
  Sha256 hash;
  hash.update(data, length);
  hash.finishTwice(digest);
}

}  // namespace fluxnode
