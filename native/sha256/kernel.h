#pragma once

#include <cstddef>
#include <cstdint>

namespace fluxnode {

alignas(64) extern const uint32_t kSha256RoundConstants[64];

/** One way to run the compression function over consecutive 64-byte blocks. */
struct Sha256Kernel {
  const char* name;
  /** Whether this processor and operating system can run it. */
  bool (*supported)();
  void (*compress)(uint32_t* state, const uint8_t* blocks, size_t count);
};

extern const Sha256Kernel kSha256Portable;
#if defined(__x86_64__)
extern const Sha256Kernel kSha256ShaNi;
#elif defined(__aarch64__)
extern const Sha256Kernel kSha256Armv8;
#endif

/** The best one for this machine. */
const Sha256Kernel& sha256Kernel();

}  // namespace fluxnode
