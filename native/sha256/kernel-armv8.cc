// arch: arm64
// cxxflags: -march=armv8-a+crypto
#include <arm_neon.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>

#include "kernel.h"

namespace fluxnode {

namespace {

bool supported() { return (getauxval(AT_HWCAP) & HWCAP_SHA2) != 0; }

void compress(uint32_t* state, const uint8_t* blocks, size_t count) {
  uint32x4_t abcd = vld1q_u32(state);
  uint32x4_t efgh = vld1q_u32(state + 4);
  for (; count > 0; count--, blocks += 64) {
    const uint32x4_t savedAbcd = abcd;
    const uint32x4_t savedEfgh = efgh;
    // The last sixteen schedule words, four to a register; w[i % 4] is the oldest when group i is made.
    uint32x4_t w[4];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
      uint32x4_t& current = w[i % 4];
      if (i < 4) {
        current = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(blocks + 16 * i)));
      } else {
        current = vsha256su1q_u32(vsha256su0q_u32(current, w[(i + 1) % 4]), w[(i + 2) % 4], w[(i + 3) % 4]);
      }
      const uint32x4_t sum = vaddq_u32(current, vld1q_u32(kSha256RoundConstants + 4 * i));
      const uint32x4_t before = abcd;
      abcd = vsha256hq_u32(abcd, efgh, sum);
      efgh = vsha256h2q_u32(efgh, before, sum);
    }
    abcd = vaddq_u32(abcd, savedAbcd);
    efgh = vaddq_u32(efgh, savedEfgh);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

}  // namespace

const Sha256Kernel kSha256Armv8 = {"armv8", supported, compress};

}  // namespace fluxnode
