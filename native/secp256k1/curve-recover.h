/*
 * Recovery of the keys of many signatures together. Part of curve.c: everything here works on the inside of libsecp256k1.
 */
#pragma once

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
