#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Curve arithmetic on eight points side by side, for processors with AVX-512 IFMA. Field elements are five limbs of 52
 * bits, least significant first, fully reduced; the limbs of the eight lanes lie next to each other.
 */

enum {
  LANES = 8,
  LANES_LIMBS = 5,
  LANES_KEY_WINDOW = 5,   /* bits of a digit for the key; digits from -16 to 16 */
  LANES_KEY_DIGITS = 26,
  LANES_BASE_WINDOW = 10, /* bits of a digit for the generator; digits from -512 to 512 */
  LANES_BASE_DIGITS = 13,
  LANES_BASE_MULTIPLES = 512
};

typedef uint64_t lanes_field[LANES_LIMBS][LANES];

/**
 * Eight times: (first + second * lambda) * key + (low + high * 2^128) * generator, each factor given by its signed digits,
 * least significant first.
 */
typedef struct {
  lanes_field key_x;
  lanes_field key_y;
  int16_t first[LANES_KEY_DIGITS][LANES];
  int16_t second[LANES_KEY_DIGITS][LANES];
  int16_t low[LANES_BASE_DIGITS][LANES];
  int16_t high[LANES_BASE_DIGITS][LANES];
} lanes_sum;

/** Whether this processor and operating system can run the functions below. */
int lanes_supported(void);

/** Stores multiple * generator (table 0) or multiple * 2^128 * generator (table 1), multiple from 1 on. */
void lanes_set_base(int table, int multiple, const uint64_t* x, const uint64_t* y);

/*
 * The two functions below give one bit for each lane that they are sure of. A bit that is not set means no more than that
 * the lane has to be computed again by other means: the sum may have met a case that the formulas do not cover.
 */

/** Sure of the lanes whose sum has the x coordinate r. */
uint8_t lanes_verify(const lanes_sum* sum, const lanes_field r);

/** The coordinates of the sums; sure of those that are right. */
uint8_t lanes_compute(const lanes_sum* sum, lanes_field x, lanes_field y);

/**
 * The y coordinate of the curve points with these x coordinates, odd where the bit of the lane is set in `odd`. Returns one
 * bit for each lane whose x belongs to a point.
 */
uint8_t lanes_decompress(const lanes_field x, uint8_t odd, lanes_field y);

#ifdef __cplusplus
}
#endif
