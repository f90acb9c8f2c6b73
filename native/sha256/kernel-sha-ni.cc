// arch: x64
// cxxflags: -msha -msse4.1
#include <cpuid.h>
#include <immintrin.h>

#include "kernel.h"

namespace fluxnode {

namespace {

bool supported() {
  // The SSE registers are saved by every x86-64 system, so that no check of XCR0 is needed.
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_SSE4_1) == 0 || (c & bit_SSSE3) == 0) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA) != 0;
}

void compress(uint32_t* state, const uint8_t* blocks, size_t count) {
  const __m128i byteSwap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  auto* const lower = reinterpret_cast<__m128i*>(state);
  auto* const upper = reinterpret_cast<__m128i*>(state + 4);

  // The instructions want the words of the state as (a b e f) and (c d g h), first named in the highest lane.
  const __m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128(lower), 0xb1);
  const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128(upper), 0x1b);
  __m128i abef = _mm_alignr_epi8(abcd, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, abcd, 0xf0);

  for (; count > 0; count--, blocks += 64) {
    const __m128i savedAbef = abef;
    const __m128i savedCdgh = cdgh;
    // The last sixteen schedule words, four to a register; w[i % 4] is the oldest when group i is made.
    __m128i w[4];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      __m128i& current = w[i % 4];
      if (i < 4) {
        current = _mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(blocks) + i), byteSwap);
      } else {
        const __m128i next = w[(i + 1) % 4];
        const __m128i beforeLast = w[(i + 2) % 4];
        const __m128i last = w[(i + 3) % 4];
        const __m128i sevenBack = _mm_alignr_epi8(last, beforeLast, 4);
        current = _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(current, next), sevenBack), last);
      }
      const __m128i* constants = reinterpret_cast<const __m128i*>(kSha256RoundConstants);
      const __m128i sum = _mm_add_epi32(current, _mm_load_si128(constants + i));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0e));
    }
    abef = _mm_add_epi32(abef, savedAbef);
    cdgh = _mm_add_epi32(cdgh, savedCdgh);
  }

  const __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128(lower, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128(upper, _mm_alignr_epi8(dchg, feba, 8));
}

}  // namespace

const Sha256Kernel kSha256ShaNi = {"sha-ni", supported, compress};

}  // namespace fluxnode
