// cxxflags: -O2
//
// The event of `sysbench cpu` 1.0: every number from 3 up to but not including the limit is divided by 2, 3, 4 … up to its square root until a
// division leaves no remainder. The score counts how often that can be done, so the cost of one division step has to be the
// same: 64-bit unsigned division, and the divisor converted to double and compared with the root in every step. -O2 is what
// Debian builds sysbench with; it neither unrolls nor vectorises this loop.

#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

#include <time.h>

#include "bench.h"

namespace fluxnode {

double monotonicSeconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

namespace {

/** How many primes there are from 3 to below the limit. */
__attribute__((noinline)) unsigned long long primesBelow(unsigned long long limit) {
  unsigned long long primes = 0;
  for (unsigned long long candidate = 3; candidate < limit; ++candidate) {
    const double root = std::sqrt(static_cast<double>(candidate));
    unsigned long long divisor = 2;
    while (static_cast<double>(divisor) <= root && candidate % divisor != 0) ++divisor;
    if (static_cast<double>(divisor) > root) ++primes;
  }
  return primes;
}

struct Worker {
  std::thread thread;
  unsigned long long events = 0;
  unsigned long long primes = 0;
};

}  // namespace

void runCpu(unsigned threads, unsigned maxPrime, double seconds, CpuRun* out) {
  std::vector<Worker> workers(threads);
  std::atomic<bool> go{false};
  std::atomic<double> deadline{0};
  for (Worker& worker : workers) {
    Worker* own = &worker;
    worker.thread = std::thread([own, maxPrime, &go, &deadline] {
      while (!go.load()) std::this_thread::yield();
      while (monotonicSeconds() < deadline.load()) {
        own->primes += primesBelow(maxPrime);
        own->events++;
      }
    });
  }
  const double start = monotonicSeconds();
  deadline = start + seconds;
  go = true;
  for (Worker& worker : workers) worker.thread.join();
  out->seconds = monotonicSeconds() - start;
  out->events = 0;
  volatile unsigned long long used = 0;
  for (const Worker& worker : workers) {
    out->events += static_cast<double>(worker.events);
    used = used + worker.primes;
  }
}

}  // namespace fluxnode
