/*
 * Public keys from their bytes, many together, with a memory of those that were there before. Part of curve.c: everything here
 * works on the inside of libsecp256k1.
 */
#pragma once

enum { CACHE_SLOTS = 2048 };

typedef struct {
  uint8_t length;
  uint8_t bytes[65];
  secp256k1_ge point;
} cached_key;

struct curve_key_cache {
  cached_key slots[CACHE_SLOTS];
};

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
