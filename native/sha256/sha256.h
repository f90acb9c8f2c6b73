#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>

namespace fluxnode {

constexpr size_t kSha256Bytes = 32;
constexpr size_t kSha256BlockBytes = 64;

/** SHA-256 (FIPS 180-4), fed piece by piece. */
class Sha256 {
 public:
  Sha256();

  void update(const uint8_t* data, size_t length);

  /** Writes 32 bytes. The object is spent afterwards. */
  void finish(uint8_t* digest);

  /** Writes SHA-256 of the digest. The object is spent afterwards. */
  void finishTwice(uint8_t* digest);

 private:
  uint32_t state_[8];
  uint64_t length_ = 0;
  uint8_t buffer_[kSha256BlockBytes];
};

void sha256(const uint8_t* data, size_t length, uint8_t* digest);
void sha256d(const uint8_t* data, size_t length, uint8_t* digest);

}  // namespace fluxnode

void registerSha256(Napi::Env env, Napi::Object exports);
