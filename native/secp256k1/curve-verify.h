/*
 * Verification of many signatures together. Part of curve.c: everything here works on the inside of libsecp256k1.
 */
#pragma once

#if HAVE_LANES

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

#endif

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
