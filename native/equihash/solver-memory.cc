#include "solver-memory.h"

#include <sys/mman.h>

namespace fluxnode {

SolverMemory::SolverMemory(size_t size) : data_(nullptr), size_(size) {
  void* mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) return;
  data_ = static_cast<uint8_t*>(mapped);
  // Rows go to thousands of places in turn, more than there are entries for small pages in the address cache.
  madvise(mapped, size, MADV_HUGEPAGE);
}

SolverMemory::~SolverMemory() {
  if (data_ != nullptr) munmap(data_, size_);
}

}  // namespace fluxnode
