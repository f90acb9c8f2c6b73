#pragma once

#include <cstddef>
#include <cstdint>

namespace fluxnode {

/** Zeroed memory straight from the system, on large pages where there are some; it is given back at the end. */
class SolverMemory {
 public:
  explicit SolverMemory(size_t size);
  ~SolverMemory();
  SolverMemory(const SolverMemory&) = delete;
  SolverMemory& operator=(const SolverMemory&) = delete;

  /** nullptr when the system refused. */
  uint8_t* data() const { return data_; }

 private:
  uint8_t* data_;
  size_t size_;
};

}  // namespace fluxnode
