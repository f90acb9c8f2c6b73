#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace fluxnode {

struct Span {
  const uint8_t* data = nullptr;
  size_t size = 0;
};

/** Reads little-endian fields; after the first one that is not there, ok() is false and everything reads as zero. */
class Cursor {
 public:
  explicit Cursor(Span bytes) : position_(bytes.data), end_(bytes.data + bytes.size) {}

  bool ok() const { return ok_; }
  size_t remaining() const { return static_cast<size_t>(end_ - position_); }
  const uint8_t* position() const { return position_; }

  /** The next `size` bytes, nullptr if there are fewer. */
  const uint8_t* take(uint64_t size);
  uint8_t u8() { return static_cast<uint8_t>(integer(1)); }
  uint32_t u32() { return static_cast<uint32_t>(integer(4)); }
  uint64_t u64() { return integer(8); }
  /** Minimal encodings up to 0x02000000 only (transactions.md section 1). */
  uint64_t compactSize();
  /** A count of things of at least `itemSize` bytes each: more than the rest can hold is refused. */
  size_t count(size_t itemSize);

 private:
  uint64_t integer(size_t size);
  void fail();

  const uint8_t* position_;
  const uint8_t* end_;
  bool ok_ = true;
};

/** Where the parts of a transaction lie that signature hashes cover. Points into the raw bytes. */
struct Transaction {
  struct Input {
    const uint8_t* prevout;   // 36 bytes
    const uint8_t* sequence;  // 4 bytes
  };

  bool overwintered = false;
  bool sapling = false;
  uint32_t version = 0;
  const uint8_t* header = nullptr;  // 4 bytes, 8 with the version group id of an overwintered transaction
  std::vector<Input> inputs;
  std::vector<Span> outputs;
  const uint8_t* lockTime = nullptr;      // 4 bytes
  const uint8_t* expiryHeight = nullptr;  // 4 bytes, overwintered only
  const uint8_t* valueBalance = nullptr;  // 8 bytes, Sapling only
  Span spends;                            // all of them, 384 bytes each
  Span shieldedOutputs;                   // all of them, 948 bytes each
  Span joinSplits;                        // all of them
  size_t joinSplitCount = 0;
  const uint8_t* joinSplitKey = nullptr;  // 32 bytes when there are JoinSplits
};

constexpr size_t kPrevoutBytes = 36;
constexpr size_t kSpendBytes = 384;
constexpr size_t kShieldedOutputBytes = 948;

/**
 * Finds the parts of exactly one transaction in the common layout (transactions.md section 3). False for anything else,
 * fluxnode transactions included.
 */
bool parseTransaction(Span raw, Transaction* transaction);

}  // namespace fluxnode
