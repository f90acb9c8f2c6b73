/*
 * Verification of many signatures together. Part of curve.c: everything here is static and works on the inside of
 * libsecp256k1.
 */
#pragma once

#if defined(__x86_64__)
#include "lanes.h"
#define HAVE_LANES 1
#else
#define HAVE_LANES 0
#endif

enum { CACHE_SLOTS = 2048 };

typedef struct {
  uint8_t length;
  uint8_t bytes[65];
  secp256k1_ge point;
} cached_key;

struct curve_key_cache {
  cached_key slots[CACHE_SLOTS];
};

static int lanes_available = 0;

curve_key_cache* curve_key_cache_create(void) { return (curve_key_cache*)calloc(1, sizeof(curve_key_cache)); }

/** A newcomer takes the place of the key that was there: whoever makes keys collide only slows down his own. */
static cached_key* slot_for(curve_key_cache* cache, const uint8_t* key) {
  uint32_t slot;
  memcpy(&slot, key + 1, sizeof slot);
  return &cache->slots[slot % CACHE_SLOTS];
}

static int look_up_key(curve_key_cache* cache, const uint8_t* key, size_t length, secp256k1_ge* point) {
  const cached_key* slot = slot_for(cache, key);
  if (slot->length != length || memcmp(slot->bytes, key, length) != 0) return 0;
  *point = slot->point;
  return 1;
}

static void remember_key(curve_key_cache* cache, const uint8_t* key, size_t length, const secp256k1_ge* point) {
  cached_key* slot = slot_for(cache, key);
  slot->length = (uint8_t)length;
  memcpy(slot->bytes, key, length);
  slot->point = *point;
}

/** Both coordinates fully reduced, as the lanes want them. */
static int parse_key(const uint8_t* key, size_t length, secp256k1_ge* point) {
  if (!secp256k1_eckey_pubkey_parse(point, key, length)) return 0;
  secp256k1_fe_normalize_var(&point->x);
  secp256k1_fe_normalize_var(&point->y);
  return 1;
}

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

/** One bit for each of at most LANES signatures that is valid beyond doubt. */
static uint8_t verify_lanes(const curve_signature* signatures, size_t count, const secp256k1_ge* keys,
                            const secp256k1_scalar* r, const secp256k1_scalar* s_inverse) {
  lanes_sum sum;
  lanes_field expected;
  size_t lane;
  for (lane = 0; lane < LANES; lane++) {
    const size_t i = lane < count ? lane : 0;
    secp256k1_scalar message, u1, u2;
    secp256k1_scalar_set_b32(&message, signatures[i].digest, NULL);
    secp256k1_scalar_mul(&u1, &s_inverse[i], &message);
    secp256k1_scalar_mul(&u2, &s_inverse[i], &r[i]);
    put_field(sum.key_x, lane, &keys[i].x);
    put_field(sum.key_y, lane, &keys[i].y);
    put_scalar_field(expected, lane, &r[i]);
    put_factors(&sum, lane, &u1, &u2);
  }
  return lanes_verify(&sum, expected);
}

static void take_field(secp256k1_fe* value, const lanes_field field, size_t lane) {
  int i;
  memset(value, 0, sizeof *value);
  for (i = 0; i < LANES_LIMBS; i++) value->n[i] = field[i][lane];
}

/** Square roots for the compressed keys at these places. Returns the first place whose key is no point, or `end`. */
static size_t decompress_lanes(const curve_signature* signatures, const size_t* places, size_t count, size_t end,
                               curve_key_cache* cache, secp256k1_ge* keys) {
  lanes_field x, y;
  uint8_t odd = 0, valid;
  size_t lane;
  for (lane = 0; lane < LANES; lane++) {
    const size_t place = places[lane < count ? lane : 0];
    put_field(x, lane, &keys[place].x);
    if (signatures[place].key[0] == SECP256K1_TAG_PUBKEY_ODD) odd |= (uint8_t)(1 << lane);
  }
  valid = lanes_decompress(x, odd, y);
  for (lane = 0; lane < count; lane++) {
    const size_t place = places[lane];
    secp256k1_fe root;
    if ((valid >> lane & 1) == 0) return place;
    take_field(&root, y, lane);
    secp256k1_ge_set_xy(&keys[place], &keys[place].x, &root);
    if (cache != NULL) remember_key(cache, signatures[place].key, signatures[place].key_length, &keys[place]);
  }
  return end;
}

#else

static void prepare_lanes(void) {}

#endif

/** Fills `keys`; returns the index of the first invalid key, or count. */
static size_t parse_keys(const curve_signature* signatures, size_t count, curve_key_cache* cache, secp256k1_ge* keys) {
  size_t same_as[CURVE_BATCH];
  size_t waiting[CURVE_BATCH];
  size_t waiting_count = 0, i;

  for (i = 0; i < count; i++) {
    const uint8_t* key = signatures[i].key;
    const size_t length = signatures[i].key_length;
    same_as[i] = i;
    if (length != 33 && length != 65) {
      count = i;
      break;
    }
    /* Blocks often spend many outputs of the same key, one after the other or block after block. */
    if (i > 0 && signatures[i - 1].key_length == length && memcmp(signatures[i - 1].key, key, length) == 0) {
      same_as[i] = same_as[i - 1];
      continue;
    }
    if (cache != NULL && look_up_key(cache, key, length, &keys[i])) continue;
    if (lanes_available && length == 33) {
      if ((key[0] != SECP256K1_TAG_PUBKEY_EVEN && key[0] != SECP256K1_TAG_PUBKEY_ODD) ||
          !secp256k1_fe_set_b32(&keys[i].x, key + 1)) {
        count = i;
        break;
      }
      waiting[waiting_count++] = i;
      continue;
    }
    if (!parse_key(key, length, &keys[i])) {
      count = i;
      break;
    }
    if (cache != NULL) remember_key(cache, key, length, &keys[i]);
  }

#if HAVE_LANES
  for (i = 0; i < waiting_count; i += LANES) {
    const size_t group = waiting_count - i < LANES ? waiting_count - i : LANES;
    const size_t invalid = decompress_lanes(signatures, waiting + i, group, count, cache, keys);
    if (invalid < count) {
      count = invalid;
      break;
    }
  }
#else
  (void)waiting;
  (void)waiting_count;
#endif

  for (i = 0; i < count; i++) {
    if (same_as[i] != i) keys[i] = keys[same_as[i]];
  }
  return count;
}

/** Montgomery's trick: one inversion for all, peeled off one after the other from the end. */
static void invert_all(secp256k1_scalar* s, size_t count) {
  secp256k1_scalar product[CURVE_BATCH], inverse;
  size_t i;
  product[0] = s[0];
  for (i = 1; i < count; i++) secp256k1_scalar_mul(&product[i], &product[i - 1], &s[i]);
  secp256k1_scalar_inverse_var(&inverse, &product[count - 1]);
  for (i = count; i-- > 1;) {
    secp256k1_scalar single;
    secp256k1_scalar_mul(&single, &inverse, &product[i - 1]);
    secp256k1_scalar_mul(&inverse, &inverse, &s[i]);
    s[i] = single;
  }
  s[0] = inverse;
}

size_t curve_verify_batch(const curve_signature* signatures, size_t count, curve_key_cache* cache) {
  secp256k1_scalar r[CURVE_BATCH], s[CURVE_BATCH];
  secp256k1_ge keys[CURVE_BATCH];
  size_t i;

  /* Nothing behind the first invalid one matters. */
  for (i = 0; i < count; i++) {
    if (!parse_signature(&r[i], &s[i], signatures[i].der, signatures[i].der_length)) count = i;
  }
  count = parse_keys(signatures, count, cache, keys);
  if (count == 0) return 0;
  invert_all(s, count);

  for (i = 0; i < count;) {
    uint8_t valid = 0;
    size_t group = 1, k;
#if HAVE_LANES
    /* Eight lanes take about as long as two signatures one by one. */
    if (lanes_available && count - i >= 3) {
      group = count - i < LANES ? count - i : LANES;
      valid = verify_lanes(signatures + i, group, keys + i, r + i, s + i);
    }
#endif
    for (k = 0; k < group; k++) {
      if ((valid >> k & 1) != 0) continue;
      if (!verify_with_inverse(&keys[i + k], signatures[i + k].digest, &r[i + k], &s[i + k])) return i + k;
    }
    i += group;
  }
  return count;
}

#if HAVE_LANES

/**
 * Recovers the keys of at most LANES compact signatures into the places of `keys`; r and s in range, r_inverse given. One
 * bit for each that is right beyond doubt.
 */
static uint8_t recover_lanes(const curve_compact* signatures, const size_t* places, size_t count,
                             const secp256k1_scalar* r, const secp256k1_scalar* s, const secp256k1_scalar* r_inverse,
                             uint8_t (*keys)[CURVE_KEY_ROOM]) {
  lanes_sum sum;
  lanes_field x, y;
  uint8_t odd = 0, sure;
  size_t lane;
  for (lane = 0; lane < LANES; lane++) {
    const size_t i = lane < count ? lane : 0;
    const curve_compact* signature = &signatures[places[i]];
    secp256k1_scalar message, u1, u2;
    secp256k1_scalar_set_b32(&message, signature->digest, NULL);
    secp256k1_scalar_mul(&u1, &r_inverse[i], &message);
    secp256k1_scalar_negate(&u1, &u1);
    secp256k1_scalar_mul(&u2, &r_inverse[i], &s[i]);
    put_scalar_field(sum.key_x, lane, &r[i]);
    put_factors(&sum, lane, &u1, &u2);
    if ((signature->recovery_id & 1) != 0) odd |= (uint8_t)(1 << lane);
  }
  sure = lanes_decompress(sum.key_x, odd, sum.key_y);
  sure &= lanes_compute(&sum, x, y);
  for (lane = 0; lane < count; lane++) {
    const size_t place = places[lane];
    secp256k1_ge point;
    secp256k1_fe px, py;
    if ((sure >> lane & 1) == 0) continue;
    take_field(&px, x, lane);
    take_field(&py, y, lane);
    secp256k1_ge_set_xy(&point, &px, &py);
    keys[place][0] = signatures[place].compressed ? 33 : 65;
    serialise(&point, signatures[place].compressed, keys[place] + 1);
  }
  return sure;
}

#endif

static void recover_one(const curve_compact* signature, uint8_t* key) {
  const uint8_t length = signature->compressed ? 33 : 65;
  const int found = curve_recover(signature->digest, signature->r_and_s, signature->recovery_id, signature->compressed,
                                  key + 1);
  key[0] = found ? length : 0;
}

void curve_recover_batch(const curve_compact* signatures, size_t count, uint8_t (*keys)[CURVE_KEY_ROOM]) {
#if HAVE_LANES
  secp256k1_scalar r[CURVE_BATCH], s[CURVE_BATCH], r_inverse[CURVE_BATCH];
  size_t places[CURVE_BATCH];
  size_t suitable = 0;
#endif
  size_t i;
  if (!lanes_available || count < 3) {
    for (i = 0; i < count; i++) recover_one(&signatures[i], keys[i]);
    return;
  }
#if HAVE_LANES
  for (i = 0; i < count; i++) {
    int r_overflow = 0, s_overflow = 0;
    secp256k1_scalar_set_b32(&r[suitable], signatures[i].r_and_s, &r_overflow);
    secp256k1_scalar_set_b32(&s[suitable], signatures[i].r_and_s + 32, &s_overflow);
    keys[i][0] = 0;
    if (r_overflow || s_overflow || secp256k1_scalar_is_zero(&r[suitable]) || secp256k1_scalar_is_zero(&s[suitable])) {
      continue;
    }
    if (signatures[i].recovery_id >= 2) {
      /* x is r plus the group order, which nobody meets by chance. */
      recover_one(&signatures[i], keys[i]);
      continue;
    }
    r_inverse[suitable] = r[suitable];
    places[suitable++] = i;
  }
  if (suitable == 0) return;
  invert_all(r_inverse, suitable);
  for (i = 0; i < suitable; i += LANES) {
    const size_t group = suitable - i < LANES ? suitable - i : LANES;
    const uint8_t sure = recover_lanes(signatures, places + i, group, r + i, s + i, r_inverse + i, keys);
    size_t k;
    for (k = 0; k < group; k++) {
      if ((sure >> k & 1) == 0) recover_one(&signatures[places[i + k]], keys[places[i + k]]);
    }
  }
#endif
}
