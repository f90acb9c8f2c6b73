#include "solve-job.h"

#include <cstring>
#include <system_error>

#include "../sha256/sha256.h"
#include "meeting-point.h"

namespace fluxnode {

namespace {

/** From this many bits on the solver's memory is too large to be taken for every thread. */
constexpr unsigned kTogetherFromBits = 125;

bool worksTogether(const EquihashParameters& parameters) { return parameters.n >= kTogetherFromBits; }

/** Whether the hash of the header with this solution is not above the target. */
bool meetsTarget(const EquihashParameters& parameters, const uint8_t* input, const uint8_t* solution,
                 const uint8_t* target) {
  const size_t length = parameters.solutionBytes();
  uint8_t prefix[3] = {static_cast<uint8_t>(length), 0, 0};
  size_t prefixBytes = 1;
  if (length >= 253) {
    prefix[0] = 253;
    prefix[1] = static_cast<uint8_t>(length);
    prefix[2] = static_cast<uint8_t>(length >> 8);
    prefixBytes = 3;
  }
  uint8_t hash[kSha256Bytes];
  Sha256 sha;
  sha.update(input, kEquihashInputBytes);
  sha.update(prefix, prefixBytes);
  sha.update(solution, length);
  sha.finishTwice(hash);
  for (size_t i = kSha256Bytes; i-- > 0;) {
    if (hash[i] != target[i]) return hash[i] < target[i];
  }
  return true;
}

}  // namespace

SolveJob::SolveJob(const SolveTask& task)
    : task_(task),
      together_(worksTogether(*task.parameters)),
      meeting_(std::make_unique<MeetingPoint>(task.threads)) {
  std::memcpy(nonce_, task.input + kEquihashHeaderBytes, sizeof nonce_);
}

SolveJob::~SolveJob() {
  cancel();
  join();
}

size_t SolveJob::bytes(const EquihashParameters& parameters, unsigned threads) {
  return worksTogether(parameters) ? equihashSolverBytes(parameters, threads)
                                   : threads * equihashSolverBytes(parameters, 1);
}

bool SolveJob::start(std::function<void()> onDone) {
  const unsigned solvers = together_ ? 1 : task_.threads;
  for (unsigned i = 0; i < solvers; i++) {
    solvers_.push_back(makeEquihashSolver(*task_.parameters, together_ ? task_.threads : 1));
    if (solvers_.back() == nullptr) return false;
  }
  onDone_ = std::move(onDone);
  // Nobody may begin before all are there: those that work together wait for each other.
  std::unique_lock<std::mutex> starting(mutex_);
  for (unsigned i = 0; i < task_.threads; i++) {
    try {
      threads_.emplace_back([this, i] {
        { std::lock_guard<std::mutex> started(mutex_); }
        if (working_.load() == 0) return;
        if (together_) {
          workTogether(i);
        } else {
          workAlone(i);
        }
        leave();
      });
    } catch (const std::system_error&) {
      starting.unlock();
      join();
      return false;
    }
  }
  working_ = task_.threads;
  return true;
}

void SolveJob::join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void SolveJob::leave() {
  if (working_.fetch_sub(1) == 1) onDone_();
}

void SolveJob::workTogether(unsigned thread) {
  for (;;) {
    if (thread == 0) more_ = takeNonce(common_);
    meeting_->wait();
    if (!more_) return;
    solvers_[0]->solve(
        thread, common_, [this](const uint8_t* solution) { take(common_, solution); }, stop_);
    if (thread == 0 && !stop_) tried_++;
    meeting_->wait();
  }
}

void SolveJob::workAlone(unsigned thread) {
  uint8_t input[kEquihashInputBytes];
  while (takeNonce(input)) {
    solvers_[thread]->solve(
        0, input, [&](const uint8_t* solution) { take(input, solution); }, stop_);
    tried_++;
  }
}

bool SolveJob::takeNonce(uint8_t* input) {
  std::lock_guard<std::mutex> lock(mutex_);
  if (stop_ || (task_.maxNonces != 0 && taken_ == task_.maxNonces)) return false;
  taken_++;
  std::memcpy(input, task_.input, kEquihashHeaderBytes);
  std::memcpy(input + kEquihashHeaderBytes, nonce_, sizeof nonce_);
  for (size_t i = 0; i < sizeof nonce_ && ++nonce_[i] == 0; i++) {
  }
  return true;
}

void SolveJob::take(const uint8_t* input, const uint8_t* solution) {
  solutions_++;
  if (task_.hasTarget && !meetsTarget(*task_.parameters, input, solution, task_.target)) return;
  std::lock_guard<std::mutex> lock(mutex_);
  // Several threads may meet the target at once.
  if (task_.hasTarget && !found_.empty()) return;
  FoundSolution found;
  std::memcpy(found.nonce, input + kEquihashHeaderBytes, sizeof found.nonce);
  found.solution.assign(solution, solution + task_.parameters->solutionBytes());
  found_.push_back(std::move(found));
  if (task_.hasTarget) stop_ = true;
}

}  // namespace fluxnode
