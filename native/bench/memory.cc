#include <cstdlib>
#include <cstring>
#include <memory>

#include "bench.h"

namespace fluxnode {
namespace {

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
using Buffer = std::unique_ptr<uint64_t, Free>;

Buffer newBuffer(size_t bytes) {
  void* memory = nullptr;
  if (posix_memalign(&memory, 4096, bytes) != 0) return nullptr;
  // Written once, so that the pages exist before the clock runs.
  std::memset(memory, 1, bytes);
  return Buffer(static_cast<uint64_t*>(memory));
}

template <typename Pass>
double rate(size_t bytes, double seconds, Pass pass) {
  const double start = monotonicSeconds();
  double now = start, passes = 0;
  do {
    pass();
    passes += 1;
    now = monotonicSeconds();
  } while (now - start < seconds);
  return passes * static_cast<double>(bytes) / (now - start);
}

}  // namespace

bool runMemory(size_t bytes, double seconds, MemoryRun* out) {
  Buffer first = newBuffer(bytes), second = newBuffer(bytes);
  if (!first || !second) return false;
  volatile uint64_t sink = 0;
  unsigned char fill = 0;
  out->readBytesPerSecond = rate(bytes, seconds, [&] {
    const uint64_t* words = first.get();
    uint64_t a = 0, b = 0, c = 0, d = 0;
    for (size_t i = 0; i < bytes / 8; i += 4) {
      a += words[i];
      b += words[i + 1];
      c += words[i + 2];
      d += words[i + 3];
    }
    sink = sink + a + b + c + d;
  });
  out->writeBytesPerSecond = rate(bytes, seconds, [&] {
    std::memset(first.get(), ++fill, bytes);
    asm volatile("" : : "r"(first.get()) : "memory");
  });
  out->copyBytesPerSecond = rate(bytes, seconds, [&] {
    std::memcpy(second.get(), first.get(), bytes);
    asm volatile("" : : "r"(second.get()) : "memory");
  });
  return true;
}

}  // namespace fluxnode
