#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "equihash.h"

namespace fluxnode {

/**
 * Finds the Equihash solutions of one input after the other, with memory that is taken once. Several threads work on
 * the same input: each calls solve with its number, and they wait for each other inside.
 */
class EquihashSolver {
 public:
  /** Called with solutionBytes() bytes of a solution that was verified, by one thread at a time. */
  using OnSolution = std::function<void(const uint8_t* solution)>;

  virtual ~EquihashSolver() = default;

  /**
   * Returns when all threads are done with this input, or soon after `cancelled` became true; it must stay true then.
   * All threads have to call with the same arguments.
   */
  virtual void solve(unsigned thread, const uint8_t* input, const OnSolution& onSolution,
                     const std::atomic<bool>& cancelled) = 0;

  /** How much of the present input is done, from 0 to 1. */
  virtual double done() const = 0;
};

/** Bytes of memory that a solver with this many threads takes. */
size_t equihashSolverBytes(const EquihashParameters& parameters, unsigned threads);

/** nullptr when there is not enough memory. threads: at least 1. */
std::unique_ptr<EquihashSolver> makeEquihashSolver(const EquihashParameters& parameters, unsigned threads);

}  // namespace fluxnode
