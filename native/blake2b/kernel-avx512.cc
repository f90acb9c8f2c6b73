// arch: x64
// cxxflags: -mavx512f
// The intrinsics of g++ 12 leave the unused operand of an unmasked instruction undefined on purpose.
// cxxflags: -Wno-uninitialized -Wno-maybe-uninitialized
#include <immintrin.h>

#include "kernel.h"
#include "rounds.h"

namespace {

/** Turns eight rows of eight words into eight columns; it is its own inverse. */
inline __attribute__((always_inline)) void transpose(__m512i* rows) {
  __m512i pairs[8];
  for (size_t i = 0; i < 8; i += 2) {
    pairs[i] = _mm512_unpacklo_epi64(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm512_unpackhi_epi64(rows[i], rows[i + 1]);
  }
  for (size_t i = 0; i < 2; i++) {
    const __m512i low0 = _mm512_shuffle_i64x2(pairs[i], pairs[i + 2], 0x88);
    const __m512i high0 = _mm512_shuffle_i64x2(pairs[i], pairs[i + 2], 0xdd);
    const __m512i low1 = _mm512_shuffle_i64x2(pairs[i + 4], pairs[i + 6], 0x88);
    const __m512i high1 = _mm512_shuffle_i64x2(pairs[i + 4], pairs[i + 6], 0xdd);
    rows[i] = _mm512_shuffle_i64x2(low0, low1, 0x88);
    rows[i + 4] = _mm512_shuffle_i64x2(low0, low1, 0xdd);
    rows[i + 2] = _mm512_shuffle_i64x2(high0, high1, 0x88);
    rows[i + 6] = _mm512_shuffle_i64x2(high0, high1, 0xdd);
  }
}

struct Lanes8 {
  using Word = __m512i;

  static inline __attribute__((always_inline)) Word add(Word a, Word b) { return _mm512_add_epi64(a, b); }
  static inline __attribute__((always_inline)) Word exclusiveOr(Word a, Word b) { return _mm512_xor_si512(a, b); }

  template <int N>
  static inline __attribute__((always_inline)) Word rotate(Word a) {
    return _mm512_ror_epi64(a, N);
  }

  static inline __attribute__((always_inline)) Word broadcast(uint64_t value) {
    return _mm512_set1_epi64(static_cast<long long>(value));
  }

  static inline __attribute__((always_inline)) Word loadLanes(const uint64_t* lanes) { return _mm512_loadu_si512(lanes); }

  static inline __attribute__((always_inline)) void loadBlocks(const uint8_t* blocks, Word (&m)[16]) {
    for (size_t i = 0; i < 16; i++) m[i] = _mm512_loadu_si512(blocks + 128 * (i % 8) + 64 * (i / 8));
    transpose(m);
    transpose(m + 8);
  }

  static inline __attribute__((always_inline)) void storeDigests(Word (&h)[8], uint8_t* out) {
    transpose(h);
    for (size_t i = 0; i < 8; i++) _mm512_storeu_si512(out + 64 * i, h[i]);
  }
};

bool supported() { return __builtin_cpu_supports("avx512f") != 0; }

}  // namespace

namespace fluxnode {

const Blake2bKernel kBlake2bAvx512 = {
    "avx512", 8, supported, LaneKernel<Lanes8>::finishShort, LaneKernel<Lanes8>::finishBlock,
};

}  // namespace fluxnode
