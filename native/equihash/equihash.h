#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>

#include "../blake2b/blake2b.h"

namespace fluxnode {

/** Header fields 1 to 6 and the nonce: block-and-pow.md section 3.1. */
constexpr size_t kEquihashInputBytes = 140;

/** One Equihash parameter set: block-and-pow.md section 3.1. */
struct EquihashParameters {
  unsigned n;
  unsigned k;
  /** The first eight bytes of the personalisation. */
  const char* label;

  constexpr size_t indices() const { return size_t{1} << k; }
  constexpr unsigned collisionBits() const { return n / (k + 1); }
  constexpr unsigned indexBits() const { return collisionBits() + 1; }
  constexpr unsigned hashesPerDigest() const { return 512 / n; }
  constexpr size_t hashBytes() const { return (n + 7) / 8; }
  constexpr size_t digestBytes() const { return hashBytes() * hashesPerDigest(); }
  constexpr size_t solutionBytes() const { return indices() * indexBits() / 8; }
  /** Digests are sums of digests and lose three bits per hash: section 3.2. */
  constexpr bool twisted() const { return n == 125 && k == 4; }
};

inline constexpr EquihashParameters kEquihashSets[] = {
    {200, 9, "ZcashPoW"}, {144, 5, "ZelProof"}, {125, 4, "ZelProof"}, {96, 5, "ZcashPoW"}, {48, 5, "ZcashPoW"},
};

/** The set for (n, k), or nullptr when the network has none. */
constexpr const EquihashParameters* equihashParameters(double n, double k) {
  for (const EquihashParameters& set : kEquihashSets) {
    if (set.n == n && set.k == k) return &set;
  }
  return nullptr;
}

/** Digests that are sums of digests share their summands with this many neighbours: section 3.2. */
constexpr size_t kEquihashDigestRun = 16;

/** The digests D(g) for one input: block-and-pow.md section 3.2. */
class EquihashDigests {
 public:
  EquihashDigests(const EquihashParameters& parameters, const uint8_t* input, size_t inputLength);

  /** Writes kBlake2bMaxDigestBytes bytes for each g, of which digestBytes() are D(g). */
  void compute(const uint32_t* g, size_t count, uint8_t* out) const;

  /**
   * The same for the kEquihashDigestRun digests from `first` on, which is a multiple of that number: what they have in
   * common is computed once.
   */
  void computeRun(uint32_t first, uint8_t* out) const;

 private:
  void computeTwisted(const uint32_t* g, size_t count, uint8_t* out) const;

  Blake2bCounter hash_;
  bool twisted_;
};

/**
 * Whether the solution (solutionBytes() bytes) is valid for the input, which on the network has
 * kEquihashInputBytes bytes: block-and-pow.md section 3.4. Allocates nothing.
 */
bool equihashIsValid(const EquihashParameters& parameters, const uint8_t* input, size_t inputLength,
                     const uint8_t* solution);

}  // namespace fluxnode

void registerEquihash(Napi::Env env, Napi::Object exports);
void registerEquihashSolver(Napi::Env env, Napi::Object exports);
