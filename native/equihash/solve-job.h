#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "solver.h"

namespace fluxnode {

constexpr size_t kEquihashNonceBytes = 32;
constexpr size_t kEquihashHeaderBytes = kEquihashInputBytes - kEquihashNonceBytes;

struct SolveTask {
  const EquihashParameters* parameters;
  /** Header fields 1 to 6, then the first nonce. The nonce is a little-endian number that is counted up. */
  uint8_t input[kEquihashInputBytes];
  /** The block hash must not exceed it, as little-endian numbers; nothing is asked of the hash without it. */
  bool hasTarget;
  uint8_t target[32];
  unsigned threads;
  /** Nonces to try at most, 0 for no limit. */
  uint64_t maxNonces;
};

struct FoundSolution {
  uint8_t nonce[kEquihashNonceBytes];
  std::vector<uint8_t> solution;
};

/**
 * Tries nonces until a solution meets the target, or, without a target, finds all solutions of a number of nonces. Threads
 * of its own do the work. Small parameter sets are solved by every thread by itself, large ones together, as the memory
 * for them is needed once then.
 */
class SolveJob {
 public:
  explicit SolveJob(const SolveTask& task);
  ~SolveJob();
  SolveJob(const SolveJob&) = delete;
  SolveJob& operator=(const SolveJob&) = delete;

  /** Bytes that the solvers of a task take. */
  static size_t bytes(const EquihashParameters& parameters, unsigned threads);

  /** False when there is not enough memory or no thread can be started. `onDone` is called once by the last thread. */
  bool start(std::function<void()> onDone);

  void cancel() { stop_.store(true, std::memory_order_relaxed); }

  /** Waits for all threads. Call cancel first, or it may take for ever. */
  void join();

  uint64_t noncesTried() const { return tried_.load(std::memory_order_relaxed); }
  uint64_t solutionsFound() const { return solutions_.load(std::memory_order_relaxed); }
  /** How much of the present nonce is done, from 0 to 1; 0 for small sets, which take no time. */
  double partDone() const { return together_ ? solvers_[0]->done() : 0; }

  /** What was found; only after onDone. */
  const std::vector<FoundSolution>& found() const { return found_; }

 private:
  void workTogether(unsigned thread);
  void workAlone(unsigned thread);
  bool takeNonce(uint8_t* input);
  void take(const uint8_t* input, const uint8_t* solution);
  void leave();

  const SolveTask task_;
  const bool together_;
  std::vector<std::unique_ptr<EquihashSolver>> solvers_;
  std::vector<std::thread> threads_;
  std::function<void()> onDone_;
  std::mutex mutex_;
  uint8_t nonce_[kEquihashNonceBytes];
  uint64_t taken_ = 0;
  std::vector<FoundSolution> found_;
  /** The input that all threads work on together, and whether there is one. */
  uint8_t common_[kEquihashInputBytes];
  bool more_ = false;
  std::unique_ptr<class MeetingPoint> meeting_;
  std::atomic<bool> stop_{false};
  std::atomic<unsigned> working_{0};
  std::atomic<uint64_t> tried_{0};
  std::atomic<uint64_t> solutions_{0};
};

}  // namespace fluxnode
