#include "ripemd160.h"

#include <cstring>

#include "sha256.h"

namespace fluxnode {

namespace {

constexpr size_t kBlockBytes = 64;

// Message word and rotation of each of the 80 steps, for the two lines that run side by side.
constexpr uint8_t kWordLeft[80] = {
    0, 1, 2,  3,  4,  5,  6,  7, 8, 9,  10, 11, 12, 13, 14, 15, 7, 4,  13, 1, 10, 6,  15, 3, 12, 0, 9,
    5, 2, 14, 11, 8,  3,  10, 14, 4, 9, 15, 8,  1,  2,  7,  0,  6, 13, 11, 5, 12, 1,  9,  11, 10, 0, 8,
    12, 4, 13, 3, 7,  15, 14, 5, 6, 2,  4,  0,  5,  9,  7,  12, 2, 10, 14, 1, 3,  8,  11, 6, 15, 13,
};
constexpr uint8_t kWordRight[80] = {
    5, 14, 7, 0, 9, 2,  11, 4, 13, 6,  15, 8, 1, 10, 3,  12, 6, 11, 3, 7, 0, 13, 5,  10, 14, 15, 8,
    12, 4, 9, 1, 2, 15, 5,  1, 3,  7,  14, 6, 9, 11, 8,  12, 2, 10, 0, 4, 13, 8, 6,  4,  1,  3,  11,
    15, 0, 5, 12, 2, 13, 9, 7, 10, 14, 12, 15, 10, 4, 1, 5,  8, 7,  6, 2, 13, 14, 0, 3,  9,  11,
};
constexpr uint8_t kRotateLeft[80] = {
    11, 14, 15, 12, 5,  8,  7, 9,  11, 13, 14, 15, 6,  7,  9,  8,  7, 6, 8,  13, 11, 9,  7,  15, 7,  12, 15,
    9,  11, 7,  13, 12, 11, 13, 6, 7,  14, 9,  13, 15, 14, 8,  13, 6, 5, 12, 7,  5,  11, 12, 14, 15, 14, 15,
    9,  8,  9,  14, 5,  6,  8, 6,  5,  12, 9,  15, 5,  11, 6,  8,  13, 12, 5, 12, 13, 14, 11, 8,  5,  6,
};
constexpr uint8_t kRotateRight[80] = {
    8, 9, 9,  11, 13, 15, 15, 5,  7, 7,  8,  11, 14, 14, 12, 6,  9, 13, 15, 7,  12, 8,  9,  11, 7,  7,  12,
    7, 6, 15, 13, 11, 9,  7,  15, 11, 8, 6,  6,  14, 12, 13, 5,  14, 13, 13, 7,  5,  15, 5, 8,  11, 14, 14,
    6, 14, 6, 9,  12, 9,  12, 5,  15, 8, 8,  5,  12, 9,  12, 5,  14, 6,  8,  13, 6,  5,  15, 13, 11, 11,
};
constexpr uint32_t kConstantLeft[5] = {0x00000000, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e};
constexpr uint32_t kConstantRight[5] = {0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0x00000000};

inline uint32_t rotate(uint32_t x, unsigned n) { return (x << n) | (x >> (32 - n)); }

inline uint32_t mix(int function, uint32_t x, uint32_t y, uint32_t z) {
  switch (function) {
    case 0: return x ^ y ^ z;
    case 1: return (x & y) | (~x & z);
    case 2: return (x | ~y) ^ z;
    case 3: return (x & z) | (y & ~z);
    default: return x ^ (y | ~z);
  }
}

inline void step(uint32_t* line, int function, uint32_t word, uint32_t constant, unsigned rotation) {
  const uint32_t sum = line[0] + mix(function, line[1], line[2], line[3]) + word + constant;
  const uint32_t next = rotate(sum, rotation) + line[4];
  line[0] = line[4];
  line[4] = line[3];
  line[3] = rotate(line[2], 10);
  line[2] = line[1];
  line[1] = next;
}

void compress(uint32_t* state, const uint8_t* block) {
  uint32_t words[16];
  for (int i = 0; i < 16; i++) {
    const uint8_t* p = block + 4 * i;
    words[i] = uint32_t{p[0]} | uint32_t{p[1]} << 8 | uint32_t{p[2]} << 16 | uint32_t{p[3]} << 24;
  }
  uint32_t left[5], right[5];
  std::memcpy(left, state, sizeof left);
  std::memcpy(right, state, sizeof right);
#pragma GCC unroll 80
  for (int i = 0; i < 80; i++) {
    step(left, i / 16, words[kWordLeft[i]], kConstantLeft[i / 16], kRotateLeft[i]);
    step(right, 4 - i / 16, words[kWordRight[i]], kConstantRight[i / 16], kRotateRight[i]);
  }
  const uint32_t first = state[1] + left[2] + right[3];
  state[1] = state[2] + left[3] + right[4];
  state[2] = state[3] + left[4] + right[0];
  state[3] = state[4] + left[0] + right[1];
  state[4] = state[0] + left[1] + right[2];
  state[0] = first;
}

}  // namespace

void ripemd160(const uint8_t* data, size_t length, uint8_t* digest) {
  uint32_t state[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  const uint64_t bits = static_cast<uint64_t>(length) * 8;
  for (; length >= kBlockBytes; length -= kBlockBytes, data += kBlockBytes) compress(state, data);

  uint8_t last[2 * kBlockBytes] = {};
  std::memcpy(last, data, length);
  last[length] = 0x80;
  const size_t blocks = length + 1 + 8 <= kBlockBytes ? 1 : 2;
  for (size_t i = 0; i < 8; i++) last[blocks * kBlockBytes - 8 + i] = static_cast<uint8_t>(bits >> (8 * i));
  for (size_t i = 0; i < blocks; i++) compress(state, last + i * kBlockBytes);

  for (size_t i = 0; i < 20; i++) digest[i] = static_cast<uint8_t>(state[i / 4] >> (8 * (i % 4)));
}

void hash160(const uint8_t* data, size_t length, uint8_t* digest) {
  uint8_t inner[kSha256Bytes];
  sha256(data, length, inner);
  ripemd160(inner, sizeof inner, digest);
}

}  // namespace fluxnode
