#pragma once

#include <napi.h>

#include <string>

void registerBench(Napi::Env env, Napi::Object exports);

namespace fluxnode {

struct CpuRun {
  double events;
  double seconds;
};

/**
 * Counts events on `threads` threads for about `seconds`: no event starts after that, those under way are finished and
 * their time counts.
 */
void runCpu(unsigned threads, unsigned maxPrime, double seconds, CpuRun* out);

struct MemoryRun {
  double readBytesPerSecond;
  double writeBytesPerSecond;
  double copyBytesPerSecond;
};

/** One thread over two buffers of `bytes` each, for about `seconds` per kind. False if there is no memory for them. */
bool runMemory(size_t bytes, double seconds, MemoryRun* out);

void registerDisk(Napi::Env env, Napi::Object exports);

/** Seconds of a clock that only grows. */
double monotonicSeconds();

}  // namespace fluxnode
