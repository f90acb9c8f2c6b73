#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The elliptic curve work on libsecp256k1. All byte strings are big endian as in SEC 1. Functions that can fail return 1
 * for success and 0 for failure. curve_initialise has to return before anything else is called; the rest may then be
 * called from any thread.
 */

/** Builds the tables. seed: 32 random bytes that blind the arithmetic on secret keys. */
void curve_initialise(const uint8_t* seed);

/** Strict DER, high s accepted; 33- or 65-byte public key, hybrid form included. */
int curve_verify(const uint8_t* digest, const uint8_t* der, size_t der_length, const uint8_t* key, size_t key_length);

typedef struct {
  const uint8_t* digest;
  const uint8_t* der;
  const uint8_t* key;
  uint8_t der_length;
  uint8_t key_length;
} curve_signature;

/** Public keys that were parsed lately. Not for use by two threads at the same time. */
typedef struct curve_key_cache curve_key_cache;

/** NULL when there is no memory. */
curve_key_cache* curve_key_cache_create(void);

enum { CURVE_BATCH = 64 };

/** Index of the first invalid one of at most CURVE_BATCH signatures, or count if all are valid. cache may be NULL. */
size_t curve_verify_batch(const curve_signature* signatures, size_t count, curve_key_cache* cache);

typedef struct {
  const uint8_t* digest;
  const uint8_t* r_and_s; /* 64 bytes */
  uint8_t recovery_id;    /* 0 to 3 */
  uint8_t compressed;     /* form of the key that is wanted */
} curve_compact;

enum { CURVE_KEY_ROOM = 66 };

/** Recovers the keys of at most CURVE_BATCH signatures: a length (33, 65, or 0 if there is none), then the key. */
void curve_recover_batch(const curve_compact* signatures, size_t count, uint8_t (*keys)[CURVE_KEY_ROOM]);

/** 0 if the secret key is out of range. der: room for 72 bytes. */
int curve_sign(const uint8_t* digest, const uint8_t* secret, uint8_t* der, size_t* der_length);

/** 0 if the secret key is out of range. compact: r and s, 64 bytes. */
int curve_sign_recoverable(const uint8_t* digest, const uint8_t* secret, uint8_t* compact, int* recovery_id);

/** key: 33 or 65 bytes according to `compressed`. */
int curve_recover(const uint8_t* digest, const uint8_t* compact, int recovery_id, int compressed, uint8_t* key);

/** 0 if the secret key is out of range. key: 33 or 65 bytes according to `compressed`. */
int curve_public_key(const uint8_t* secret, int compressed, uint8_t* key);

/** Full check of a 33- or 65-byte key; `uncompressed` receives the 65-byte form with prefix 04. */
int curve_decompress(const uint8_t* key, size_t key_length, uint8_t* uncompressed);

#ifdef __cplusplus
}
#endif
