#include <cstring>

#include "equihash.h"

namespace fluxnode {

namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "prefix masks are made for little-endian words");

/** Mask of those of the first `bits` bits of a big-endian bit stream that lie in its 64-bit word number `word`. */
constexpr uint64_t prefixMask(unsigned bits, unsigned word) {
  uint64_t mask = 0;
  for (unsigned byte = 0; byte < 8; byte++) {
    const unsigned first = 64 * word + 8 * byte;
    const unsigned kept = bits <= first ? 0 : bits - first < 8 ? bits - first : 8;
    mask |= uint64_t{(0xff00u >> kept) & 0xffu} << (8 * byte);
  }
  return mask;
}

template <unsigned N, unsigned K>
class Verifier {
 public:
  static bool run(const char* label, const uint8_t* input, size_t inputLength, const uint8_t* solution) {
    uint32_t indices[kIndices];
    decode(solution, indices);
    if (!inOrder(indices)) return false;

    Places places;
    if (!places.assign(indices)) return false;

    uint8_t digests[kIndices * kBlake2bMaxDigestBytes];
    const EquihashParameters parameters = {N, K, label};
    EquihashDigests(parameters, input, inputLength).compute(places.g, places.count, digests);

    Row rows[kIndices];
    for (size_t i = 0; i < kIndices; i++) {
      rows[i] = {};
      const uint8_t* digest = digests + places.digest[i] * kBlake2bMaxDigestBytes;
      std::memcpy(rows[i].words, digest + indices[i] % kSet.hashesPerDigest() * kSet.hashBytes(), kSet.hashBytes());
    }
    return collides<1>(rows);
  }

 private:
  static constexpr EquihashParameters kSet = {N, K, nullptr};
  static constexpr size_t kIndices = kSet.indices();
  static constexpr size_t kWords = (kSet.hashBytes() + 7) / 8;

  /** The hash bytes as they come: no value is extracted, because XOR and the zero test work on all at once. */
  struct Row {
    uint64_t words[kWords];
  };

  /**
   * Where the digest of each index is computed. Indices that share a digest get the same place. An index is the pair
   * of its digest and its position there, so this also finds indices that occur twice.
   */
  struct Places {
    uint32_t g[kIndices];
    uint16_t digest[kIndices];
    size_t count = 0;

    /** False when an index occurs twice. */
    bool assign(const uint32_t* indices) {
      constexpr unsigned kTableBits = K + 1;
      uint16_t table[size_t{1} << kTableBits] = {};
      uint16_t positions[kIndices];
      for (size_t i = 0; i < kIndices; i++) {
        const uint32_t wanted = indices[i] / kSet.hashesPerDigest();
        const uint16_t position = static_cast<uint16_t>(1u << indices[i] % kSet.hashesPerDigest());
        uint32_t slot = (wanted * 0x9e3779b1u) >> (32 - kTableBits);
        while (table[slot] != 0 && g[table[slot] - 1] != wanted) slot = (slot + 1) % (1u << kTableBits);
        if (table[slot] == 0) {
          g[count] = wanted;
          positions[count] = 0;
          table[slot] = static_cast<uint16_t>(++count);
        }
        const uint16_t place = static_cast<uint16_t>(table[slot] - 1);
        if ((positions[place] & position) != 0) return false;
        positions[place] |= position;
        digest[i] = place;
      }
      return true;
    }
  };

  static void decode(const uint8_t* solution, uint32_t* indices) {
    uint8_t padded[kSet.solutionBytes() + 8] = {};
    std::memcpy(padded, solution, kSet.solutionBytes());
    for (size_t i = 0; i < kIndices; i++) {
      const size_t bit = i * kSet.indexBits();
      uint64_t window;
      std::memcpy(&window, padded + bit / 8, sizeof window);
      indices[i] = static_cast<uint32_t>(__builtin_bswap64(window) << bit % 8 >> (64 - kSet.indexBits()));
    }
  }

  /**
   * The order rule compares whole index lists. Lists that begin alike share an index, which the distinctness rule
   * refuses anyway, so the first indices decide. For the same reason distinctness is checked once over all indices:
   * every two of them meet in exactly one pair of rows.
   */
  static bool inOrder(const uint32_t* indices) {
    for (size_t half = 1; half < kIndices; half *= 2) {
      for (size_t left = 0; left < kIndices; left += 2 * half) {
        if (indices[left] >= indices[left + half]) return false;
      }
    }
    return true;
  }

  /**
   * Merges the 2^(K+1-Level) rows pairwise. After the merge number Level the first Level values of every row have to
   * be zero; after the last one the value left over as well.
   */
  template <unsigned Level>
  static bool collides(Row* rows) {
    uint64_t ones[kWords] = {};
    for (size_t i = 0; i < kIndices >> Level; i++) {
      for (size_t w = 0; w < kWords; w++) {
        rows[i].words[w] = rows[2 * i].words[w] ^ rows[2 * i + 1].words[w];
        ones[w] |= rows[i].words[w];
      }
    }
    uint64_t wrong = 0;
    constexpr unsigned kZeroBits = kSet.collisionBits() * (Level < K ? Level : K + 1);
    for (unsigned w = 0; w < kWords; w++) wrong |= ones[w] & prefixMask(kZeroBits, w);
    if (wrong != 0) return false;
    if constexpr (Level < K) return collides<Level + 1>(rows);
    return true;
  }
};

}  // namespace

bool equihashIsValid(const EquihashParameters& parameters, const uint8_t* input, size_t inputLength,
                     const uint8_t* solution) {
  switch (parameters.n) {
    case 200:
      return Verifier<200, 9>::run(parameters.label, input, inputLength, solution);
    case 144:
      return Verifier<144, 5>::run(parameters.label, input, inputLength, solution);
    case 125:
      return Verifier<125, 4>::run(parameters.label, input, inputLength, solution);
    case 96:
      return Verifier<96, 5>::run(parameters.label, input, inputLength, solution);
    case 48:
      return Verifier<48, 5>::run(parameters.label, input, inputLength, solution);
    default:
      return false;
  }
}

}  // namespace fluxnode
