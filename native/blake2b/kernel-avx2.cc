// arch: x64
// cxxflags: -mavx2
#include <immintrin.h>

#include "kernel.h"
#include "rounds.h"

namespace {

/** Turns four rows of four words into four columns; it is its own inverse. */
inline __attribute__((always_inline)) void transpose(__m256i& a, __m256i& b, __m256i& c, __m256i& d) {
  const __m256i ab0 = _mm256_unpacklo_epi64(a, b);
  const __m256i ab1 = _mm256_unpackhi_epi64(a, b);
  const __m256i cd0 = _mm256_unpacklo_epi64(c, d);
  const __m256i cd1 = _mm256_unpackhi_epi64(c, d);
  a = _mm256_permute2x128_si256(ab0, cd0, 0x20);
  b = _mm256_permute2x128_si256(ab1, cd1, 0x20);
  c = _mm256_permute2x128_si256(ab0, cd0, 0x31);
  d = _mm256_permute2x128_si256(ab1, cd1, 0x31);
}

struct Lanes4 {
  using Word = __m256i;

  static inline __attribute__((always_inline)) Word add(Word a, Word b) { return _mm256_add_epi64(a, b); }
  static inline __attribute__((always_inline)) Word exclusiveOr(Word a, Word b) { return _mm256_xor_si256(a, b); }

  template <int N>
  static inline __attribute__((always_inline)) Word rotate(Word a) {
    if constexpr (N == 32) return _mm256_shuffle_epi32(a, 0xb1);
    if constexpr (N == 24) {
      return _mm256_shuffle_epi8(a, _mm256_setr_epi8(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10, 3, 4, 5, 6, 7,
                                                     0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10));
    }
    if constexpr (N == 16) {
      return _mm256_shuffle_epi8(a, _mm256_setr_epi8(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9, 2, 3, 4, 5, 6,
                                                     7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9));
    }
    return _mm256_xor_si256(_mm256_srli_epi64(a, N), _mm256_slli_epi64(a, 64 - N));
  }

  static inline __attribute__((always_inline)) Word broadcast(uint64_t value) {
    return _mm256_set1_epi64x(static_cast<long long>(value));
  }

  static inline __attribute__((always_inline)) Word loadLanes(const uint64_t* lanes) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(lanes));
  }

  static inline __attribute__((always_inline)) void loadBlocks(const uint8_t* blocks, Word (&m)[16]) {
    for (size_t i = 0; i < 16; i++) {
      m[i] = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(blocks + 128 * (i % 4) + 32 * (i / 4)));
    }
    for (size_t i = 0; i < 16; i += 4) transpose(m[i], m[i + 1], m[i + 2], m[i + 3]);
  }

  static inline __attribute__((always_inline)) void storeDigests(Word (&h)[8], uint8_t* out) {
    for (size_t i = 0; i < 8; i += 4) transpose(h[i], h[i + 1], h[i + 2], h[i + 3]);
    for (size_t i = 0; i < 8; i++) {
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 64 * (i % 4) + 32 * (i / 4)), h[i]);
    }
  }
};

bool supported() { return __builtin_cpu_supports("avx2") != 0; }

}  // namespace

namespace fluxnode {

const Blake2bKernel kBlake2bAvx2 = {
    "avx2", 4, supported, LaneKernel<Lanes4>::finishShort, LaneKernel<Lanes4>::finishBlock,
};

}  // namespace fluxnode
