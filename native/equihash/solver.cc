#include "solver.h"

#include <mutex>
#include <new>
#include <vector>

#include "meeting-point.h"
#include "solution-tree.h"
#include "solver-batches.h"
#include "solver-memory.h"

namespace fluxnode {

namespace {

/** Reverses the bits of every byte, so that a stream with the most significant bit first becomes a little-endian number. */
inline uint64_t reverseBits(uint64_t word) {
  word = (word & 0x5555555555555555) << 1 | (word >> 1 & 0x5555555555555555);
  word = (word & 0x3333333333333333) << 2 | (word >> 2 & 0x3333333333333333);
  return (word & 0x0f0f0f0f0f0f0f0f) << 4 | (word >> 4 & 0x0f0f0f0f0f0f0f0f);
}

template <size_t Words>
inline __attribute__((always_inline)) void shiftRight(uint64_t* words, unsigned bits) {
  for (size_t w = 0; w + 1 < Words; w++) words[w] = words[w] >> bits | words[w + 1] << (64 - bits);
  words[Words - 1] >>= bits;
}

/** Wagner's algorithm: in K rounds, rows that agree in their first value are merged two by two. */
template <unsigned N, unsigned K>
class Solver final : public EquihashSolver {
  using Layout = SolverLayout<N, K>;
  using Tree = SolutionTree<Layout>;

 public:
  explicit Solver(unsigned threads)
      : memory_(Layout::kTableBytes),
        counts_(new std::atomic<uint32_t>[2 * Layout::kBuckets]()),
        batches_(threads),
        meeting_(threads) {}

  bool hasMemory() const { return memory_.data() != nullptr; }

  static size_t bytes(unsigned threads) {
    return Layout::kTableBytes + 2 * Layout::kBuckets * sizeof(std::atomic<uint32_t>) + threads * Layout::kBatchBytes;
  }

  void solve(unsigned thread, const uint8_t* input, const OnSolution& onSolution,
             const std::atomic<bool>& cancelled) override {
    if (thread == 0) {
      for (size_t i = 0; i < 2 * Layout::kBuckets; i++) counts_[i].store(0, std::memory_order_relaxed);
      phase_ = 0;
      next_ = 0;
      total_ = kRuns;
    }
    meeting_.wait();
    fill(thread, input, cancelled);
    rounds<0>(thread, input, onSolution, cancelled);
  }

  double done() const override {
    const double part = static_cast<double>(next_.load(std::memory_order_relaxed)) / total_.load(std::memory_order_relaxed);
    return (phase_.load(std::memory_order_relaxed) + (part < 1 ? part : 1)) / (K + 1);
  }

 private:
  static constexpr EquihashParameters kSet = *equihashParameters(N, K);
  static constexpr size_t kDigests = (Layout::kIndexCount + kSet.hashesPerDigest() - 1) / kSet.hashesPerDigest();
  static constexpr size_t kRuns = (kDigests + kEquihashDigestRun - 1) / kEquihashDigestRun;
  static constexpr uint32_t kNone = 0xffff;

  template <size_t Words>
  struct Row {
    uint64_t words[Words];

    bool isZero() const {
      uint64_t any = 0;
      for (uint64_t word : words) any |= word;
      return any == 0;
    }
  };

  StageTable<Layout> table(unsigned stage) const {
    return {memory_.data(), counts_.get() + (stage % 2) * Layout::kBuckets};
  }

  /** Hands out the numbers below `total` in portions until there are no more. */
  template <class Work>
  void share(size_t total, size_t portion, const std::atomic<bool>& cancelled, Work work) {
    for (;;) {
      const size_t first = next_.fetch_add(portion, std::memory_order_relaxed);
      if (first >= total || cancelled.load(std::memory_order_relaxed)) return;
      const size_t last = first + portion < total ? first + portion : total;
      for (size_t i = first; i < last; i++) work(i);
    }
  }

  /** Ends a phase: all threads have written their rows, and the work of the next phase can be handed out. */
  void endPhase(unsigned thread) {
    meeting_.wait();
    if (thread == 0) {
      next_.store(0, std::memory_order_relaxed);
      total_.store(Layout::kBuckets, std::memory_order_relaxed);
      phase_.fetch_add(1, std::memory_order_relaxed);
    }
    meeting_.wait();
  }

  /** Makes the rows of stage 0 from the index hashes. */
  void fill(unsigned thread, const uint8_t* input, const std::atomic<bool>& cancelled) {
    const EquihashDigests digests(kSet, input, kEquihashInputBytes);
    const StageTable<Layout> rows = table(0);
    RowBatches<Layout>& batches = batches_[thread];
    share(kRuns, 64, cancelled, [&](size_t run) {
      uint8_t bytes[kEquihashDigestRun * kBlake2bMaxDigestBytes];
      const uint32_t first = static_cast<uint32_t>(run * kEquihashDigestRun);
      digests.computeRun(first, bytes);
      for (size_t g = 0; g < kEquihashDigestRun; g++) {
        for (unsigned h = 0; h < kSet.hashesPerDigest(); h++) {
          const size_t index = (first + g) * kSet.hashesPerDigest() + h;
          if (index >= Layout::kIndexCount) return;
          Row<Layout::kWords> row = {};
          std::memcpy(row.words, bytes + g * kBlake2bMaxDigestBytes + h * kSet.hashBytes(), kSet.hashBytes());
          for (uint64_t& word : row.words) word = reverseBits(word);
          const size_t bucket = row.words[0] % Layout::kBuckets;
          shiftRight<Layout::kWords>(row.words, Layout::kBucketBits);
          batches.template add<0>(rows, bucket, row.words, index);
        }
      }
    });
    batches.template finish<0>(rows);
    endPhase(thread);
  }

  template <unsigned Stage>
  void rounds(unsigned thread, const uint8_t* input, const OnSolution& onSolution,
              const std::atomic<bool>& cancelled) {
    if constexpr (Stage + 1 < K) {
      const StageTable<Layout> made = table(Stage + 1);
      RowBatches<Layout>& batches = batches_[thread];
      share(Layout::kBuckets, kPortion, cancelled, [&](size_t bucket) {
        collide<Stage>(bucket, [&](size_t a, size_t b, auto& row) {
          // Rows that cancel out completely have indices in common, and would breed.
          if (row.isZero()) return;
          const size_t next = (row.words[0] >> Layout::kRestBits) % Layout::kBuckets;
          shiftRight<Layout::rowWords(Stage)>(row.words, Layout::kCollisionBits);
          batches.template add<Stage + 1>(made, next, row.words, Tree::reference(bucket, a, b));
        });
        // The table of this stage becomes that of the stage after the next.
        table(Stage).counts[bucket].store(0, std::memory_order_relaxed);
      });
      batches.template finish<Stage + 1>(made);
      endPhase(thread);
      rounds<Stage + 1>(thread, input, onSolution, cancelled);
    } else {
      share(Layout::kBuckets, kPortion, cancelled, [&](size_t bucket) {
        collide<Stage>(bucket, [&](size_t a, size_t b, const auto& row) {
          if (row.isZero()) report(bucket, a, b, input, onSolution);
        });
      });
      endPhase(thread);
    }
  }

  static constexpr size_t kPortion = Layout::kBuckets < 64 ? 1 : 16;

  /** Calls `merged` with the places a < b and the XOR of every two rows of a bucket that agree in their first value. */
  template <unsigned Stage, class Merged>
  void collide(size_t bucket, Merged merged) {
    constexpr size_t kBytes = Layout::rowBytes(Stage);
    constexpr size_t kWords = Layout::rowWords(Stage);
    constexpr size_t kRestMask = (size_t{1} << Layout::kRestBits) - 1;
    const StageTable<Layout> rows = table(Stage);
    const size_t count = rows.rowsIn(bucket);
    const uint8_t* hashes = rows.hashes(Stage, bucket);
    uint16_t newest[size_t{1} << Layout::kRestBits];
    uint16_t older[Layout::kCapacity];
    std::memset(newest, 0xff, sizeof newest);
    for (size_t b = 0; b < count; b++) {
      const Row<kWords> right = read<Stage>(hashes + b * kBytes);
      uint16_t& head = newest[right.words[0] & kRestMask];
      for (uint32_t a = head; a != kNone; a = older[a]) {
        Row<kWords> row = read<Stage>(hashes + a * kBytes);
        for (size_t w = 0; w < kWords; w++) row.words[w] ^= right.words[w];
        merged(a, b, row);
      }
      older[b] = head;
      head = static_cast<uint16_t>(b);
    }
  }

  /** Whole words are faster to read than the odd bytes of a row, so that those of the next one have to be cut off. */
  template <unsigned Stage>
  static inline __attribute__((always_inline)) Row<Layout::rowWords(Stage)> read(const uint8_t* from) {
    constexpr size_t kWords = Layout::rowWords(Stage);
    constexpr unsigned kUnused = static_cast<unsigned>(64 * kWords - Layout::rowBits(Stage));
    Row<kWords> row;
    std::memcpy(row.words, from, sizeof row.words);
    row.words[kWords - 1] &= ~uint64_t{0} >> kUnused;
    return row;
  }

  void report(size_t bucket, size_t a, size_t b, const uint8_t* input, const OnSolution& onSolution) {
    uint32_t indices[kSet.indices()];
    Tree(memory_.data()).indices(K - 1, bucket, a, b, indices);
    if (hasDuplicate<kSet.indices()>(indices)) return;
    uint8_t solution[kSet.solutionBytes()] = {};
    packIndices(indices, kSet.indices(), kSet.indexBits(), solution);
    if (!equihashIsValid(kSet, input, kEquihashInputBytes, solution)) return;
    std::lock_guard<std::mutex> lock(reporting_);
    onSolution(solution);
  }

  SolverMemory memory_;
  std::unique_ptr<std::atomic<uint32_t>[]> counts_;
  std::vector<RowBatches<Layout>> batches_;
  MeetingPoint meeting_;
  std::mutex reporting_;
  std::atomic<size_t> next_{0};
  /** For those who look on: the phase, and how many numbers it hands out. */
  std::atomic<unsigned> phase_{0};
  std::atomic<size_t> total_{1};
};

template <unsigned N, unsigned K>
std::unique_ptr<EquihashSolver> make(unsigned threads) {
  std::unique_ptr<Solver<N, K>> solver(new (std::nothrow) Solver<N, K>(threads));
  if (solver == nullptr || !solver->hasMemory()) return nullptr;
  return solver;
}

}  // namespace

size_t equihashSolverBytes(const EquihashParameters& parameters, unsigned threads) {
  switch (parameters.n) {
    case 200:
      return Solver<200, 9>::bytes(threads);
    case 144:
      return Solver<144, 5>::bytes(threads);
    case 125:
      return Solver<125, 4>::bytes(threads);
    case 96:
      return Solver<96, 5>::bytes(threads);
    default:
      return Solver<48, 5>::bytes(threads);
  }
}

std::unique_ptr<EquihashSolver> makeEquihashSolver(const EquihashParameters& parameters, unsigned threads) {
  switch (parameters.n) {
    case 200:
      return make<200, 9>(threads);
    case 144:
      return make<144, 5>(threads);
    case 125:
      return make<125, 4>(threads);
    case 96:
      return make<96, 5>(threads);
    default:
      return make<48, 5>(threads);
  }
}

}  // namespace fluxnode
