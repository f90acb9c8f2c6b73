/*
 * Work on many signatures together. Part of curve.c: everything here works on the inside of libsecp256k1.
 */
#pragma once

#include "curve-lanes.h"

#include "curve-keys.h"

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

#include "curve-verify.h"

#include "curve-recover.h"
