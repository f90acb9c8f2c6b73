#include <cstring>

#include "kernel.h"
#include "rounds.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are loaded and stored as they lie in memory");

namespace {

struct Scalar {
  using Word = uint64_t;

  static Word add(Word a, Word b) { return a + b; }
  static Word exclusiveOr(Word a, Word b) { return a ^ b; }
  template <int N>
  static Word rotate(Word a) {
    return a >> N | a << (64 - N);
  }
  static Word broadcast(uint64_t value) { return value; }
  static Word loadLanes(const uint64_t* lanes) { return *lanes; }
  static void loadBlocks(const uint8_t* blocks, Word (&m)[16]) { std::memcpy(m, blocks, sizeof m); }
  static void storeDigests(const Word (&h)[8], uint8_t* out) { std::memcpy(out, h, sizeof h); }
};

void startWords(const uint64_t* chain, uint64_t totalBytes, bool last, uint64_t (&v)[16]) {
  for (size_t i = 0; i < 8; i++) {
    v[i] = chain[i];
    v[i + 8] = fluxnode::kBlake2bIv[i];
  }
  v[12] ^= totalBytes;
  if (last) v[14] = ~v[14];
}

bool always() { return true; }

}  // namespace

namespace fluxnode {

const Blake2bKernel kBlake2bPortable = {
    "portable", 1, always, LaneKernel<Scalar>::finishShort, LaneKernel<Scalar>::finishBlock,
};

void blake2bCompress(uint64_t* chain, const uint8_t* block, uint64_t totalBytes, bool last) {
  uint64_t m[16];
  Scalar::loadBlocks(block, m);
  uint64_t v[16];
  startWords(chain, totalBytes, last, v);
  Rounds<Scalar, 16>::all(v, m);
  for (size_t i = 0; i < 8; i++) chain[i] ^= v[i] ^ v[i + 8];
}

void blake2bShortStart(const uint64_t* chain, uint64_t totalBytes, uint64_t* start) {
  const uint64_t m[2] = {0, 0};
  uint64_t v[16];
  startWords(chain, totalBytes, true, v);
  Rounds<Scalar, 2>::firstColumnsWithoutTheFirst(v, m);
  std::memcpy(start, v, sizeof v);
}

}  // namespace fluxnode
