#include <cstring>

#include "equihash.h"

namespace fluxnode {

namespace {

constexpr size_t kTwistGroup = kEquihashDigestRun;
constexpr size_t kDigestWords = kBlake2bMaxDigestBytes / sizeof(uint32_t);

struct Personal {
  uint8_t bytes[kBlake2bPersonalBytes];

  explicit Personal(const EquihashParameters& parameters) {
    const uint32_t numbers[2] = {parameters.n, parameters.k};
    std::memcpy(bytes, parameters.label, 8);
    std::memcpy(bytes + 8, numbers, sizeof numbers);
  }
};

/** Adds `count` digests word by word and clears the low three bits of each of the four hashes. */
void sumDigests(const uint8_t* digests, size_t count, uint8_t* out) {
  uint32_t sum[kDigestWords] = {};
  for (size_t i = 0; i < count; i++) {
    uint32_t words[kDigestWords];
    std::memcpy(words, digests + i * kBlake2bMaxDigestBytes, sizeof words);
    for (size_t w = 0; w < kDigestWords; w++) sum[w] += words[w];
  }
  std::memcpy(out, sum, sizeof sum);
  for (size_t last = 15; last < kBlake2bMaxDigestBytes; last += 16) out[last] &= 0xf8;
}

}  // namespace

EquihashDigests::EquihashDigests(const EquihashParameters& parameters, const uint8_t* input, size_t inputLength)
    : hash_(parameters.digestBytes(), Personal(parameters).bytes, input, inputLength),
      twisted_(parameters.twisted()) {}

void EquihashDigests::compute(const uint32_t* g, size_t count, uint8_t* out) const {
  if (twisted_) {
    computeTwisted(g, count, out);
  } else {
    hash_.digests(g, count, out);
  }
}

void EquihashDigests::computeTwisted(const uint32_t* g, size_t count, uint8_t* out) const {
  // The terms of several sums go through the kernel together, so that few of its lanes stay unused.
  constexpr size_t kSumsAtOnce = 16;
  uint32_t counters[kSumsAtOnce * kTwistGroup];
  uint8_t digests[kSumsAtOnce * kTwistGroup * kBlake2bMaxDigestBytes];
  for (size_t done = 0; done < count; done += kSumsAtOnce) {
    const size_t now = count - done < kSumsAtOnce ? count - done : kSumsAtOnce;
    size_t terms = 0;
    for (size_t i = 0; i < now; i++) {
      const uint32_t offset = g[done + i] % kTwistGroup;
      for (uint32_t t = 0; t <= offset; t++) counters[terms++] = g[done + i] - offset + t;
    }
    hash_.digests(counters, terms, digests);
    const uint8_t* next = digests;
    for (size_t i = 0; i < now; i++) {
      const size_t summands = g[done + i] % kTwistGroup + 1;
      sumDigests(next, summands, out + (done + i) * kBlake2bMaxDigestBytes);
      next += summands * kBlake2bMaxDigestBytes;
    }
  }
}

void EquihashDigests::computeRun(uint32_t first, uint8_t* out) const {
  uint32_t counters[kEquihashDigestRun];
  for (size_t i = 0; i < kEquihashDigestRun; i++) counters[i] = first + static_cast<uint32_t>(i);
  if (!twisted_) {
    hash_.digests(counters, kEquihashDigestRun, out);
    return;
  }
  uint8_t digests[kEquihashDigestRun * kBlake2bMaxDigestBytes];
  hash_.digests(counters, kEquihashDigestRun, digests);
  uint32_t sum[kDigestWords] = {};
  for (size_t i = 0; i < kEquihashDigestRun; i++) {
    uint32_t words[kDigestWords];
    std::memcpy(words, digests + i * kBlake2bMaxDigestBytes, sizeof words);
    for (size_t w = 0; w < kDigestWords; w++) sum[w] += words[w];
    uint8_t* digest = out + i * kBlake2bMaxDigestBytes;
    std::memcpy(digest, sum, sizeof sum);
    for (size_t last = 15; last < kBlake2bMaxDigestBytes; last += 16) digest[last] &= 0xf8;
  }
}

}  // namespace fluxnode
