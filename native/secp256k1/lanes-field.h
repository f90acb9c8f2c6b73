#pragma once

#include <immintrin.h>

#include "lanes.h"

/*
 * The field of integers modulo p = 2^256 - 0x1000003d1, eight elements at a time. An Element has limbs below 2^52 and a
 * value below 2^256 + 2^220, which need not be reduced modulo p; this is what multiplication takes and gives. A Loose has
 * limbs of up to 60 bits: sums and differences are loose, `strict` makes an Element of them.
 */

namespace fluxnode {
namespace lanes {

#define LANES_INLINE inline __attribute__((always_inline))

using Word = __m512i;

struct Loose {
  Word limb[LANES_LIMBS];
};

struct Element {
  Word limb[LANES_LIMBS];
};

constexpr uint64_t kLimbMask = 0xfffffffffffff;
constexpr uint64_t kTopMask = 0xffffffffffff;
/** 2^256 and 2^260 modulo p. */
constexpr uint64_t kFold256 = 0x1000003d1;
constexpr uint64_t kFold260 = kFold256 << 4;
constexpr uint64_t kPrime[LANES_LIMBS] = {0xffffefffffc2f, kLimbMask, kLimbMask, kLimbMask, kTopMask};

LANES_INLINE Word all(uint64_t value) { return _mm512_set1_epi64(static_cast<long long>(value)); }
LANES_INLINE Word add(Word a, Word b) { return _mm512_add_epi64(a, b); }
LANES_INLINE Word subtract(Word a, Word b) { return _mm512_sub_epi64(a, b); }
LANES_INLINE Word bitAnd(Word a, Word b) { return _mm512_and_si512(a, b); }
template <unsigned Bits>
LANES_INLINE Word shiftRight(Word a) {
  return _mm512_srli_epi64(a, Bits);
}
template <unsigned Bits>
LANES_INLINE Word shiftLeft(Word a) {
  return _mm512_slli_epi64(a, Bits);
}
/** sum + the lower (upper) 52 bits of a * b; only the lower 52 bits of a and b count. */
LANES_INLINE Word addLow(Word sum, Word a, Word b) { return _mm512_madd52lo_epu64(sum, a, b); }
LANES_INLINE Word addHigh(Word sum, Word a, Word b) { return _mm512_madd52hi_epu64(sum, a, b); }

LANES_INLINE Element load(const lanes_field field) {
  Element result;
  for (int i = 0; i < LANES_LIMBS; i++) result.limb[i] = _mm512_loadu_si512(field[i]);
  return result;
}

LANES_INLINE void store(lanes_field field, const Element& a) {
  for (int i = 0; i < LANES_LIMBS; i++) _mm512_storeu_si512(field[i], a.limb[i]);
}

LANES_INLINE Element constant(const uint64_t* limbs) {
  Element result;
  for (int i = 0; i < LANES_LIMBS; i++) result.limb[i] = all(limbs[i]);
  return result;
}

LANES_INLINE Element one() {
  constexpr uint64_t kOne[LANES_LIMBS] = {1, 0, 0, 0, 0};
  return constant(kOne);
}

LANES_INLINE Element blend(__mmask8 second, const Element& a, const Element& b) {
  Element result;
  for (int i = 0; i < LANES_LIMBS; i++) result.limb[i] = _mm512_mask_blend_epi64(second, a.limb[i], b.limb[i]);
  return result;
}

/** Moves what exceeds 52 bits from each limb into the next; the last limb takes what comes. */
LANES_INLINE Element carry(Word t0, Word t1, Word t2, Word t3, Word t4) {
  const Word mask = all(kLimbMask);
  t1 = add(t1, shiftRight<52>(t0));
  t2 = add(t2, shiftRight<52>(t1));
  t3 = add(t3, shiftRight<52>(t2));
  t4 = add(t4, shiftRight<52>(t3));
  return {{bitAnd(t0, mask), bitAnd(t1, mask), bitAnd(t2, mask), bitAnd(t3, mask), t4}};
}

LANES_INLINE Element strict(const Loose& a) {
  const Word top = shiftRight<48>(a.limb[4]);
  const Word low = addLow(a.limb[0], top, all(kFold256));
  return carry(low, a.limb[1], a.limb[2], a.limb[3], bitAnd(a.limb[4], all(kTopMask)));
}

LANES_INLINE Loose loose(const Element& a) {
  Loose result;
  for (int i = 0; i < LANES_LIMBS; i++) result.limb[i] = a.limb[i];
  return result;
}

LANES_INLINE Loose operator+(const Loose& a, const Loose& b) {
  Loose result;
  for (int i = 0; i < LANES_LIMBS; i++) result.limb[i] = add(a.limb[i], b.limb[i]);
  return result;
}

template <unsigned Bits>
LANES_INLINE Loose timesPowerOfTwo(const Element& a) {
  Loose result;
  for (int i = 0; i < LANES_LIMBS; i++) result.limb[i] = shiftLeft<Bits>(a.limb[i]);
  return result;
}

/** a - b + Multiple * p; b must be at most (Multiple - 1) times an Element, so that no limb becomes negative. */
template <unsigned Multiple>
LANES_INLINE Loose difference(const Loose& a, const Loose& b) {
  Loose result;
  for (int i = 0; i < LANES_LIMBS; i++) {
    result.limb[i] = add(a.limb[i], subtract(all(Multiple * kPrime[i]), b.limb[i]));
  }
  return result;
}

/** From the ten columns of a product, each below 2^57. */
LANES_INLINE Element reduce(Word* t) {
  const Word mask = all(kLimbMask);
  t[6] = add(t[6], shiftRight<52>(t[5]));
  t[5] = bitAnd(t[5], mask);
  t[7] = add(t[7], shiftRight<52>(t[6]));
  t[6] = bitAnd(t[6], mask);
  t[8] = add(t[8], shiftRight<52>(t[7]));
  t[7] = bitAnd(t[7], mask);
  t[9] = add(t[9], shiftRight<52>(t[8]));
  t[8] = bitAnd(t[8], mask);

  // The upper half has weight 2^260.
  const Word fold = all(kFold260);
  t[0] = addLow(t[0], t[5], fold);
  t[1] = addHigh(t[1], t[5], fold);
  t[1] = addLow(t[1], t[6], fold);
  t[2] = addHigh(t[2], t[6], fold);
  t[2] = addLow(t[2], t[7], fold);
  t[3] = addHigh(t[3], t[7], fold);
  t[3] = addLow(t[3], t[8], fold);
  t[4] = addHigh(t[4], t[8], fold);
  t[4] = addLow(t[4], t[9], fold);
  const Word beyond = addHigh(_mm512_setzero_si512(), t[9], fold);

  // What is left above 2^256, apart from a carry that is still to come: less than 2^40.
  t[4] = add(t[4], shiftRight<52>(t[3]));
  t[3] = bitAnd(t[3], mask);
  const Word top = add(shiftRight<48>(t[4]), shiftLeft<4>(beyond));
  t[4] = bitAnd(t[4], all(kTopMask));
  t[0] = addLow(t[0], top, all(kFold256));
  t[1] = addHigh(t[1], top, all(kFold256));
  return carry(t[0], t[1], t[2], t[3], t[4]);
}

LANES_INLINE Element operator*(const Element& a, const Element& b) {
  Word t[10];
  for (Word& column : t) column = _mm512_setzero_si512();
#pragma GCC unroll 5
  for (int i = 0; i < LANES_LIMBS; i++) {
#pragma GCC unroll 5
    for (int j = 0; j < LANES_LIMBS; j++) {
      t[i + j] = addLow(t[i + j], a.limb[i], b.limb[j]);
      t[i + j + 1] = addHigh(t[i + j + 1], a.limb[i], b.limb[j]);
    }
  }
  return reduce(t);
}

LANES_INLINE Element square(const Element& a) {
  Word t[10];
  for (Word& column : t) column = _mm512_setzero_si512();
#pragma GCC unroll 5
  for (int i = 0; i < LANES_LIMBS; i++) {
#pragma GCC unroll 5
    for (int j = i + 1; j < LANES_LIMBS; j++) {
      t[i + j] = addLow(t[i + j], a.limb[i], a.limb[j]);
      t[i + j + 1] = addHigh(t[i + j + 1], a.limb[i], a.limb[j]);
    }
  }
#pragma GCC unroll 8
  for (int i = 1; i < 9; i++) t[i] = add(t[i], t[i]);
#pragma GCC unroll 5
  for (int i = 0; i < LANES_LIMBS; i++) {
    t[2 * i] = addLow(t[2 * i], a.limb[i], a.limb[i]);
    t[2 * i + 1] = addHigh(t[2 * i + 1], a.limb[i], a.limb[i]);
  }
  return reduce(t);
}

/** One bit for each lane that is zero modulo p. */
LANES_INLINE __mmask8 isZero(const Element& a) {
  __mmask8 zero = 0xff;
  __mmask8 prime = 0xff;
  // The only multiples of p that an Element can hold.
  for (int i = 0; i < LANES_LIMBS; i++) {
    zero &= _mm512_cmpeq_epi64_mask(a.limb[i], _mm512_setzero_si512());
    prime &= _mm512_cmpeq_epi64_mask(a.limb[i], all(kPrime[i]));
  }
  return zero | prime;
}

LANES_INLINE __mmask8 equal(const Element& a, const Element& b) {
  return isZero(strict(difference<4>(loose(a), loose(b))));
}

/** The representative below p. */
LANES_INLINE Element canonical(const Element& a) {
  // a + 2^256 - p reaches 2^256 exactly when a is not below p.
  Element shifted = carry(add(a.limb[0], all(kFold256)), a.limb[1], a.limb[2], a.limb[3], a.limb[4]);
  const __mmask8 tooLarge = _mm512_cmpgt_epu64_mask(shifted.limb[4], all(kTopMask));
  shifted.limb[4] = bitAnd(shifted.limb[4], all(kTopMask));
  return blend(tooLarge, a, shifted);
}

}  // namespace lanes
}  // namespace fluxnode
