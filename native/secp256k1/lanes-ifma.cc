// arch: x64
// cxxflags: -mavx512f -mavx512dq -mavx512vl -mavx512ifma -mbmi2 -mtune=icelake-server -Wno-uninitialized -Wno-maybe-uninitialized
#include "lanes-field.h"

#include <cstddef>

/*
 * All eight sums are computed with the same sequence of steps: five doublings, then one addition for each table. A lane
 * whose digit is zero computes the addition too and drops its result.
 *
 * The addition formulas are wrong when both points have the same x coordinate. They then give z = 0, and every later step
 * keeps z = 0, so that one test at the end finds such a lane.
 */

namespace fluxnode {
namespace lanes {
namespace {

/** Jacobian coordinates: x / z^2, y / z^3. Lanes in `infinity` hold nothing. */
struct Point {
  Element x, y, z;
  __mmask8 infinity;
};

constexpr int kKeyMultiples = 1 << (LANES_KEY_WINDOW - 1);
constexpr int kRatio = LANES_BASE_WINDOW / LANES_KEY_WINDOW;

/** The cube root of one that multiplies x when the point is multiplied by lambda. */
constexpr uint64_t kBeta[LANES_LIMBS] = {
    0x96c28719501ee, 0x7512f58995c13, 0xc3434e99cf049, 0x7106e64479ea, 0x7ae96a2b657c,
};
constexpr uint64_t kSeven[LANES_LIMBS] = {7, 0, 0, 0, 0};

/** Multiples of the generator and of 2^128 times the generator, from 1 on: five limbs of x, five of y. */
alignas(64) uint64_t base[2][LANES_BASE_MULTIPLES][2 * LANES_LIMBS];

struct KeyTable {
  lanes_field x[kKeyMultiples];
  lanes_field lambdaX[kKeyMultiples];
  lanes_field y[kKeyMultiples];
};

__attribute__((noinline)) void twice(Point* p) {
  const Element a = square(p->x);
  const Element b = square(p->y);
  const Element c = square(b);
  const Element s = p->x * b;
  const Element e = strict(loose(a) + timesPowerOfTwo<1>(a));
  const Element x3 = strict(difference<16>(loose(square(e)), timesPowerOfTwo<3>(s)));
  const Element slope = strict(difference<2>(timesPowerOfTwo<2>(s), loose(x3)));
  const Element yz = p->y * p->z;
  p->y = strict(difference<16>(loose(e * slope), timesPowerOfTwo<3>(c)));
  p->z = strict(timesPowerOfTwo<1>(yz));
  p->x = x3;
}

/**
 * Adds the affine points (x2, y2), y2 negated in the lanes of `negative`, nothing in those of `skip`. With `scale` the sum
 * lives on the isomorphic curve whose z is the real z divided by `scale`, while (x2, y2) is a real point.
 */
template <bool Scaled>
LANES_INLINE void addAffine(Point* p, const Element& x2, const Element& y2, __mmask8 negative, __mmask8 skip,
                            const Element* scale) {
  const Element realZ = Scaled ? p->z * *scale : p->z;
  const Element zz = square(realZ);
  const Element u2 = x2 * zz;
  const Element s2 = y2 * zz * realZ;
  const Element h = strict(difference<2>(loose(u2), loose(p->x)));
  Loose signedS2 = loose(s2);
  for (Word& limb : signedS2.limb) {
    // Two's complement for a moment: the multiple of p below makes the sum positive.
    limb = _mm512_mask_sub_epi64(limb, negative, _mm512_setzero_si512(), limb);
  }
  const Element r = strict(difference<4>(signedS2, loose(p->y)));
  const Element hh = square(h);
  const Element hhh = h * hh;
  const Element t = p->x * hh;
  const Element x3 = strict(difference<4>(loose(square(r)), loose(hhh) + timesPowerOfTwo<1>(t)));
  const Element slope = strict(difference<2>(loose(t), loose(x3)));
  const Element y3 = strict(difference<2>(loose(r * slope), loose(p->y * hhh)));
  const Element z3 = p->z * h;

  const __mmask8 take = static_cast<__mmask8>(~(skip | p->infinity));
  p->x = blend(take, p->x, x3);
  p->y = blend(take, p->y, y3);
  p->z = blend(take, p->z, z3);

  const __mmask8 first = static_cast<__mmask8>(p->infinity & ~skip);
  if (first != 0) {
    Element startX = x2;
    Element startY = y2;
    if (Scaled) {
      const Element scale2 = square(*scale);
      startX = x2 * scale2;
      startY = y2 * (scale2 * *scale);
    }
    constexpr uint64_t kZero[LANES_LIMBS] = {};
    const Element negated = strict(difference<2>(loose(constant(kZero)), loose(startY)));
    p->x = blend(first, p->x, startX);
    p->y = blend(first, p->y, blend(negative, startY, negated));
    p->z = blend(first, p->z, one());
    p->infinity &= skip;
  }
}

/** Table positions, signs and zeros of eight signed digits. */
struct Digits {
  explicit Digits(const int16_t* digits) {
    const Word value = _mm512_cvtepi16_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(digits)));
    negative = _mm512_movepi64_mask(value);
    zero = _mm512_cmpeq_epi64_mask(value, _mm512_setzero_si512());
    index = subtract(_mm512_max_epi64(_mm512_abs_epi64(value), all(1)), all(1));
  }

  Word index;
  __mmask8 negative;
  __mmask8 zero;
};

LANES_INLINE Element gather(const uint64_t* start, Word offset, size_t limbStride) {
  Element result;
  for (int i = 0; i < LANES_LIMBS; i++) {
    result.limb[i] = _mm512_i64gather_epi64(offset, start + i * limbStride, 8);
  }
  return result;
}

__attribute__((noinline)) void addFromKey(Point* p, const int16_t* digits, const lanes_field* x, const lanes_field* y) {
  const Digits d(digits);
  const Word lane = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
  const Word offset = add(_mm512_mullo_epi64(d.index, all(LANES_LIMBS * LANES)), lane);
  addAffine<false>(p, gather(x[0][0], offset, LANES), gather(y[0][0], offset, LANES), d.negative, d.zero, nullptr);
}

__attribute__((noinline)) void addFromBase(Point* p, const int16_t* digits, int table, const Element& scale) {
  const Digits d(digits);
  const Word offset = _mm512_mullo_epi64(d.index, all(2 * LANES_LIMBS));
  const uint64_t* start = base[table][0];
  addAffine<true>(p, gather(start, offset, 1), gather(start + LANES_LIMBS, offset, 1), d.negative, d.zero, &scale);
}

/**
 * Fills the table with the multiples 1 to 16 of the key, all brought to the z coordinate that is returned: on the
 * isomorphic curve where it counts as 1 they are affine.
 */
__attribute__((noinline)) Element fillTable(const Element& keyX, const Element& keyY, KeyTable* table) {
  Point multiples[kKeyMultiples];
  Element ratio[kKeyMultiples];  // z of each multiple over z of the one before
  multiples[0] = {keyX, keyY, one(), 0};
  multiples[1] = multiples[0];
  twice(&multiples[1]);
  ratio[1] = multiples[1].z;
  for (int i = 2; i < kKeyMultiples; i++) {
    const Point& before = multiples[i - 1];
    // The x difference is the ratio; computed once more here rather than handed out by every addition.
    ratio[i] = strict(difference<2>(loose(keyX * square(before.z)), loose(before.x)));
    multiples[i] = before;
    addAffine<false>(&multiples[i], keyX, keyY, 0, 0, nullptr);
  }

  const Element beta = constant(kBeta);
  Element factor = one();
  for (int i = kKeyMultiples - 1; i >= 0; i--) {
    const Element factor2 = square(factor);
    const Element x = multiples[i].x * factor2;
    store(table->x[i], x);
    store(table->lambdaX[i], x * beta);
    store(table->y[i], multiples[i].y * (factor2 * factor));
    if (i > 0) factor = factor * ratio[i];
  }
  return multiples[kKeyMultiples - 1].z;
}

template <int Times>
LANES_INLINE Element squareTimes(Element a) {
  for (int i = 0; i < Times; i++) a = square(a);
  return a;
}

/** Powers of `a` whose exponents are so many ones in binary. */
struct RunsOfOnes {
  explicit RunsOfOnes(const Element& a);
  Element ones2, ones22, ones223;
};

__attribute__((noinline)) RunsOfOnes::RunsOfOnes(const Element& a) {
  ones2 = square(a) * a;
  const Element ones3 = square(ones2) * a;
  const Element ones6 = squareTimes<3>(ones3) * ones3;
  const Element ones9 = squareTimes<3>(ones6) * ones3;
  const Element ones11 = squareTimes<2>(ones9) * ones2;
  ones22 = squareTimes<11>(ones11) * ones11;
  const Element ones44 = squareTimes<22>(ones22) * ones22;
  const Element ones88 = squareTimes<44>(ones44) * ones44;
  const Element ones176 = squareTimes<88>(ones88) * ones88;
  const Element ones220 = squareTimes<44>(ones176) * ones44;
  ones223 = squareTimes<3>(ones220) * ones3;
}

/** a^((p + 1) / 4), a square root if there is one. */
Element squareRoot(const Element& a) {
  const RunsOfOnes runs(a);
  return squareTimes<2>(squareTimes<6>(squareTimes<23>(runs.ones223) * runs.ones22) * runs.ones2);
}

/** a^(p - 2), the inverse. */
Element inverse(const Element& a) {
  const RunsOfOnes runs(a);
  const Element upper = squareTimes<5>(squareTimes<23>(runs.ones223) * runs.ones22) * a;
  return squareTimes<2>(squareTimes<3>(upper) * runs.ones2) * a;
}

/** The sum with its real z. */
Point compute(const lanes_sum& input) {
  KeyTable table;
  const Element scale = fillTable(load(input.key_x), load(input.key_y), &table);

  Point sum = {one(), one(), one(), 0xff};
  for (int i = LANES_KEY_DIGITS - 1; i >= 0; i--) {
    if (i != LANES_KEY_DIGITS - 1) {
      for (int k = 0; k < LANES_KEY_WINDOW; k++) twice(&sum);
    }
    addFromKey(&sum, input.first[i], table.x, table.y);
    addFromKey(&sum, input.second[i], table.lambdaX, table.y);
    if (i % kRatio == 0) {
      addFromBase(&sum, input.low[i / kRatio], 0, scale);
      addFromBase(&sum, input.high[i / kRatio], 1, scale);
    }
  }
  sum.z = sum.z * scale;
  return sum;
}

/** Lanes in which no addition met a case that its formulas do not cover. */
__mmask8 sure(const Point& sum) { return static_cast<__mmask8>(~(isZero(sum.z) | sum.infinity)); }

}  // namespace
}  // namespace lanes
}  // namespace fluxnode

using namespace fluxnode::lanes;

extern "C" int lanes_supported(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("bmi2");
}

extern "C" void lanes_set_base(int table, int multiple, const uint64_t* x, const uint64_t* y) {
  for (int i = 0; i < LANES_LIMBS; i++) {
    base[table][multiple - 1][i] = x[i];
    base[table][multiple - 1][LANES_LIMBS + i] = y[i];
  }
}

extern "C" uint8_t lanes_verify(const lanes_sum* input, const lanes_field r) {
  const Point sum = compute(*input);
  return static_cast<uint8_t>(equal(load(r) * square(sum.z), sum.x) & sure(sum));
}

extern "C" uint8_t lanes_compute(const lanes_sum* input, lanes_field x, lanes_field y) {
  const Point sum = compute(*input);
  const Element z1 = inverse(sum.z);
  const Element z2 = square(z1);
  store(x, canonical(sum.x * z2));
  store(y, canonical(sum.y * (z2 * z1)));
  return sure(sum);
}

extern "C" uint8_t lanes_decompress(const lanes_field x, uint8_t odd, lanes_field y) {
  const Element abscissa = load(x);
  const Element ySquared = strict(loose(square(abscissa) * abscissa) + loose(constant(kSeven)));
  const Element root = canonical(squareRoot(ySquared));
  const __mmask8 onCurve = equal(square(root), ySquared);

  const __mmask8 isOdd = _mm512_test_epi64_mask(root.limb[0], all(1));
  constexpr uint64_t kZero[LANES_LIMBS] = {};
  const Element negated = canonical(strict(difference<2>(loose(constant(kZero)), loose(root))));
  store(y, blend(static_cast<__mmask8>(isOdd ^ odd), root, negated));
  return onCurve;
}
