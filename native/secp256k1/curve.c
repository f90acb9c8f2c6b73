// cxxflags: -Wno-unused-function
/*
 * libsecp256k1 is compiled here, as part of this file, because batches of verifications need its internal functions.
 */
#define USE_ENDOMORPHISM 1
#define ECMULT_WINDOW_SIZE 15
#define ECMULT_GEN_PREC_BITS 4
#define USE_NUM_NONE 1
#define USE_FIELD_INV_BUILTIN 1
#define USE_SCALAR_INV_BUILTIN 1
#define HAVE___INT128 1
#define USE_FIELD_5X52 1
#define USE_SCALAR_4X64 1
#define ENABLE_MODULE_RECOVERY 1
#if defined(__x86_64__)
#define USE_ASM_X86_64 1
#endif

#include <src/secp256k1.c>

#include "curve.h"

static secp256k1_context* context;
static void prepare_lanes(void);

void curve_initialise(const uint8_t* seed) {
  secp256k1_context* created = secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
  (void)!secp256k1_context_randomize(created, seed);
  context = created;
  prepare_lanes();
}

/** Strict DER to two scalars that are neither zero nor beyond the group order. */
static int parse_signature(secp256k1_scalar* r, secp256k1_scalar* s, const uint8_t* der, size_t length) {
  if (length == 0 || !secp256k1_ecdsa_sig_parse(r, s, der, length)) return 0;
  return !secp256k1_scalar_is_zero(r) && !secp256k1_scalar_is_zero(s);
}

/** Whether the x coordinate of `point`, reduced modulo the group order, is r. */
static int has_r(const secp256k1_gej* point, const secp256k1_scalar* r) {
  unsigned char bytes[32];
  secp256k1_fe x;
  if (secp256k1_gej_is_infinity(point)) return 0;
  secp256k1_scalar_get_b32(bytes, r);
  secp256k1_fe_set_b32(&x, bytes);
  if (secp256k1_gej_eq_x_var(&x, point)) return 1;
  /* Two field elements can have the same remainder when r is small enough. */
  if (secp256k1_fe_cmp_var(&x, &secp256k1_ecdsa_const_p_minus_order) >= 0) return 0;
  secp256k1_fe_add(&x, &secp256k1_ecdsa_const_order_as_fe);
  return secp256k1_gej_eq_x_var(&x, point);
}

/** Verification from the inverse of s on. The equation holds for s and -s alike, which is why high s needs no care. */
static int verify_with_inverse(const secp256k1_ge* key, const uint8_t* digest, const secp256k1_scalar* r,
                               const secp256k1_scalar* s_inverse) {
  secp256k1_scalar message, u1, u2;
  secp256k1_gej keyj, point;
  secp256k1_scalar_set_b32(&message, digest, NULL);
  secp256k1_scalar_mul(&u1, s_inverse, &message);
  secp256k1_scalar_mul(&u2, s_inverse, r);
  secp256k1_gej_set_ge(&keyj, key);
  secp256k1_ecmult(&context->ecmult_ctx, &point, &keyj, &u2, &u1);
  return has_r(&point, r);
}

int curve_verify(const uint8_t* digest, const uint8_t* der, size_t der_length, const uint8_t* key, size_t key_length) {
  secp256k1_scalar r, s, inverse;
  secp256k1_ge point;
  if (!secp256k1_eckey_pubkey_parse(&point, key, key_length)) return 0;
  if (!parse_signature(&r, &s, der, der_length)) return 0;
  secp256k1_scalar_inverse_var(&inverse, &s);
  return verify_with_inverse(&point, digest, &r, &inverse);
}

static void serialise(secp256k1_ge* point, int compressed, uint8_t* key) {
  size_t length;
  secp256k1_eckey_pubkey_serialize(point, key, &length, compressed);
}

#include "curve-batch.h"

int curve_sign(const uint8_t* digest, const uint8_t* secret, uint8_t* der, size_t* der_length) {
  secp256k1_ecdsa_signature signature;
  if (!secp256k1_ecdsa_sign(context, &signature, digest, secret, NULL, NULL)) return 0;
  *der_length = 72;
  return secp256k1_ecdsa_signature_serialize_der(context, der, der_length, &signature);
}

int curve_sign_recoverable(const uint8_t* digest, const uint8_t* secret, uint8_t* compact, int* recovery_id) {
  secp256k1_ecdsa_recoverable_signature signature;
  if (!secp256k1_ecdsa_sign_recoverable(context, &signature, digest, secret, NULL, NULL)) return 0;
  return secp256k1_ecdsa_recoverable_signature_serialize_compact(context, compact, recovery_id, &signature);
}

int curve_recover(const uint8_t* digest, const uint8_t* compact, int recovery_id, int compressed, uint8_t* key) {
  secp256k1_scalar r, s, message;
  secp256k1_ge point;
  int overflow = 0;
  secp256k1_scalar_set_b32(&r, compact, &overflow);
  if (overflow) return 0;
  secp256k1_scalar_set_b32(&s, compact + 32, &overflow);
  if (overflow) return 0;
  secp256k1_scalar_set_b32(&message, digest, NULL);
  if (!secp256k1_ecdsa_sig_recover(&context->ecmult_ctx, &r, &s, &point, &message, recovery_id)) return 0;
  serialise(&point, compressed, key);
  return 1;
}

int curve_public_key(const uint8_t* secret, int compressed, uint8_t* key) {
  secp256k1_pubkey parsed;
  secp256k1_ge point;
  if (!secp256k1_ec_pubkey_create(context, &parsed, secret)) return 0;
  if (!secp256k1_pubkey_load(context, &point, &parsed)) return 0;
  serialise(&point, compressed, key);
  return 1;
}

int curve_decompress(const uint8_t* key, size_t key_length, uint8_t* uncompressed) {
  secp256k1_ge point;
  if (!secp256k1_eckey_pubkey_parse(&point, key, key_length)) return 0;
  serialise(&point, 0, uncompressed);
  return 1;
}
