/*
 * Numbers of libsecp256k1 in lanes, where many are worked on at once. Part of curve.c: everything here is static and works
 * on the inside of libsecp256k1.
 */
#pragma once

#if defined(__x86_64__)
#include "lanes.h"
#define HAVE_LANES 1
#else
#define HAVE_LANES 0
#endif

static int lanes_available = 0;

#if HAVE_LANES

static void put_field(lanes_field field, size_t lane, const secp256k1_fe* value) {
  int i;
  for (i = 0; i < LANES_LIMBS; i++) field[i][lane] = value->n[i];
}

static void prepare_lanes(void) {
  static secp256k1_gej jacobian[LANES_BASE_MULTIPLES];
  static secp256k1_ge affine[LANES_BASE_MULTIPLES];
  secp256k1_gej start;
  int table, i;
  if (!lanes_supported()) return;
  secp256k1_gej_set_ge(&start, &secp256k1_ge_const_g);
  for (table = 0; table < 2; table++) {
    jacobian[0] = start;
    secp256k1_gej_double_var(&jacobian[1], &start, NULL);
    for (i = 2; i < LANES_BASE_MULTIPLES; i++) {
      secp256k1_gej_add_var(&jacobian[i], &jacobian[i - 1], &start, NULL);
    }
    secp256k1_ge_set_all_gej_var(affine, jacobian, LANES_BASE_MULTIPLES);
    for (i = 0; i < LANES_BASE_MULTIPLES; i++) {
      secp256k1_fe_normalize_var(&affine[i].x);
      secp256k1_fe_normalize_var(&affine[i].y);
      lanes_set_base(table, i + 1, affine[i].x.n, affine[i].y.n);
    }
    for (i = 0; i < 128; i++) secp256k1_gej_double_var(&start, &start, NULL);
  }
  lanes_available = 1;
}

/** Signed digits of a scalar that has, up to its sign, at most 129 bits. */
static void put_digits(int16_t (*digits)[LANES], size_t lane, const secp256k1_scalar* scalar, int window, int count) {
  secp256k1_scalar magnitude = *scalar;
  int negative = secp256k1_scalar_is_high(scalar);
  int carry = 0, i;
  if (negative) secp256k1_scalar_negate(&magnitude, &magnitude);
  for (i = 0; i < count; i++) {
    int digit = (int)secp256k1_scalar_get_bits_var(&magnitude, (unsigned)(i * window), (unsigned)window) + carry;
    carry = digit > 1 << (window - 1);
    if (carry) digit -= 1 << window;
    digits[i][lane] = (int16_t)(negative ? -digit : digit);
  }
}

static void put_scalar_field(lanes_field field, size_t lane, const secp256k1_scalar* scalar) {
  unsigned char bytes[32];
  secp256k1_fe value;
  secp256k1_scalar_get_b32(bytes, scalar);
  secp256k1_fe_set_b32(&value, bytes);
  put_field(field, lane, &value);
}

/** The factors of one lane: base_factor * generator + key_factor * key. */
static void put_factors(lanes_sum* sum, size_t lane, const secp256k1_scalar* base_factor,
                        const secp256k1_scalar* key_factor) {
  secp256k1_scalar part1, part2;
  secp256k1_scalar_split_lambda(&part1, &part2, key_factor);
  put_digits(sum->first, lane, &part1, LANES_KEY_WINDOW, LANES_KEY_DIGITS);
  put_digits(sum->second, lane, &part2, LANES_KEY_WINDOW, LANES_KEY_DIGITS);
  secp256k1_scalar_split_128(&part1, &part2, base_factor);
  put_digits(sum->low, lane, &part1, LANES_BASE_WINDOW, LANES_BASE_DIGITS);
  put_digits(sum->high, lane, &part2, LANES_BASE_WINDOW, LANES_BASE_DIGITS);
}

static void take_field(secp256k1_fe* value, const lanes_field field, size_t lane) {
  int i;
  memset(value, 0, sizeof *value);
  for (i = 0; i < LANES_LIMBS; i++) value->n[i] = field[i][lane];
}

#else

static void prepare_lanes(void) {}

#endif
