#pragma once

#include <cstddef>

// The unnamed namespace is needed, not a matter of taste: every kernel is compiled for another instruction set, and
// with external linkage the linker would keep one copy for all of them.
namespace {

constexpr unsigned char kSigma[12][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4}, {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13}, {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11}, {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5}, {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
};

/**
 * The BLAKE2b rounds over any word type. Words is how many leading message words can differ from zero: adding the
 * others is left out at compile time.
 */
template <class Ops, unsigned Words>
struct Rounds {
  using Word = typename Ops::Word;

  template <unsigned A, unsigned B, unsigned C, unsigned D, unsigned X, unsigned Y>
  static inline __attribute__((always_inline)) void mix(Word (&v)[16], const Word (&m)[Words]) {
    v[A] = Ops::add(v[A], v[B]);
    if constexpr (X < Words) v[A] = Ops::add(v[A], m[X]);
    v[D] = Ops::template rotate<32>(Ops::exclusiveOr(v[D], v[A]));
    v[C] = Ops::add(v[C], v[D]);
    v[B] = Ops::template rotate<24>(Ops::exclusiveOr(v[B], v[C]));
    v[A] = Ops::add(v[A], v[B]);
    if constexpr (Y < Words) v[A] = Ops::add(v[A], m[Y]);
    v[D] = Ops::template rotate<16>(Ops::exclusiveOr(v[D], v[A]));
    v[C] = Ops::add(v[C], v[D]);
    v[B] = Ops::template rotate<63>(Ops::exclusiveOr(v[B], v[C]));
  }

  template <unsigned R>
  static inline __attribute__((always_inline)) void diagonals(Word (&v)[16], const Word (&m)[Words]) {
    mix<0, 5, 10, 15, kSigma[R][8], kSigma[R][9]>(v, m);
    mix<1, 6, 11, 12, kSigma[R][10], kSigma[R][11]>(v, m);
    mix<2, 7, 8, 13, kSigma[R][12], kSigma[R][13]>(v, m);
    mix<3, 4, 9, 14, kSigma[R][14], kSigma[R][15]>(v, m);
  }

  /** The columns that the first two message words do not touch in round 0. */
  static inline __attribute__((always_inline)) void firstColumnsWithoutTheFirst(Word (&v)[16], const Word (&m)[Words]) {
    mix<1, 5, 9, 13, 2, 3>(v, m);
    mix<2, 6, 10, 14, 4, 5>(v, m);
    mix<3, 7, 11, 15, 6, 7>(v, m);
  }

  static inline __attribute__((always_inline)) void firstColumn(Word (&v)[16], const Word (&m)[Words]) {
    mix<0, 4, 8, 12, 0, 1>(v, m);
  }

  template <unsigned R>
  static inline __attribute__((always_inline)) void round(Word (&v)[16], const Word (&m)[Words]) {
    mix<0, 4, 8, 12, kSigma[R][0], kSigma[R][1]>(v, m);
    mix<1, 5, 9, 13, kSigma[R][2], kSigma[R][3]>(v, m);
    mix<2, 6, 10, 14, kSigma[R][4], kSigma[R][5]>(v, m);
    mix<3, 7, 11, 15, kSigma[R][6], kSigma[R][7]>(v, m);
    diagonals<R>(v, m);
  }

  static inline __attribute__((always_inline)) void afterFirstColumns(Word (&v)[16], const Word (&m)[Words]) {
    diagonals<0>(v, m);
    round<1>(v, m);
    round<2>(v, m);
    round<3>(v, m);
    round<4>(v, m);
    round<5>(v, m);
    round<6>(v, m);
    round<7>(v, m);
    round<8>(v, m);
    round<9>(v, m);
    round<10>(v, m);
    round<11>(v, m);
  }

  static inline __attribute__((always_inline)) void all(Word (&v)[16], const Word (&m)[Words]) {
    firstColumn(v, m);
    firstColumnsWithoutTheFirst(v, m);
    afterFirstColumns(v, m);
  }
};

/** The two kernel functions, given a word type that can load and store its lanes. */
template <class Ops>
struct LaneKernel {
  using Word = typename Ops::Word;

  static void finishShort(const uint64_t* start, const uint64_t* chain, const uint64_t* word0, const uint64_t* word1,
                          uint8_t* out) {
    const Word m[2] = {Ops::loadLanes(word0), Ops::loadLanes(word1)};
    Word v[16];
    for (size_t i = 0; i < 16; i++) v[i] = Ops::broadcast(start[i]);
    Rounds<Ops, 2>::firstColumn(v, m);
    Rounds<Ops, 2>::afterFirstColumns(v, m);
    storeChain(chain, v, out);
  }

  static void finishBlock(const uint64_t* chain, uint64_t totalBytes, const uint8_t* blocks, uint8_t* out) {
    Word m[16];
    Ops::loadBlocks(blocks, m);
    Word v[16];
    for (size_t i = 0; i < 8; i++) {
      v[i] = Ops::broadcast(chain[i]);
      v[i + 8] = Ops::broadcast(fluxnode::kBlake2bIv[i]);
    }
    v[12] = Ops::exclusiveOr(v[12], Ops::broadcast(totalBytes));
    v[14] = Ops::exclusiveOr(v[14], Ops::broadcast(~uint64_t{0}));
    Rounds<Ops, 16>::all(v, m);
    storeChain(chain, v, out);
  }

 private:
  static inline __attribute__((always_inline)) void storeChain(const uint64_t* chain, const Word (&v)[16],
                                                               uint8_t* out) {
    Word h[8];
    for (size_t i = 0; i < 8; i++) {
      h[i] = Ops::exclusiveOr(Ops::broadcast(chain[i]), Ops::exclusiveOr(v[i], v[i + 8]));
    }
    Ops::storeDigests(h, out);
  }
};

}  // namespace
