#include "transaction.h"

namespace fluxnode {

namespace {

constexpr uint64_t kMaxCompactSize = 0x02000000;
constexpr uint32_t kOverwinterGroup = 0x03c48270;
constexpr uint32_t kSaplingGroup = 0x892f2085;
constexpr size_t kGrothJoinSplitBytes = 1698;
constexpr size_t kPhgrJoinSplitBytes = 1802;
constexpr size_t kSignatureBytes = 64;

}  // namespace

void Cursor::fail() {
  ok_ = false;
  position_ = end_;
}

const uint8_t* Cursor::take(uint64_t size) {
  if (size > remaining()) {
    fail();
    return nullptr;
  }
  const uint8_t* start = position_;
  position_ += size;
  return start;
}

uint64_t Cursor::integer(size_t size) {
  const uint8_t* bytes = take(size);
  if (bytes == nullptr) return 0;
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | bytes[i];
  return value;
}

uint64_t Cursor::compactSize() {
  const uint8_t first = u8();
  if (first < 253) return first;
  uint64_t value = 0;
  uint64_t smallest = 0;
  if (first == 253) {
    value = integer(2);
    smallest = 253;
  } else if (first == 254) {
    value = integer(4);
    smallest = 0x10000;
  } else {
    value = integer(8);
    smallest = 0x100000000;
  }
  if (value < smallest || value > kMaxCompactSize) {
    fail();
    return 0;
  }
  return value;
}

size_t Cursor::count(size_t itemSize) {
  const uint64_t value = compactSize();
  if (value > remaining() / itemSize) {
    fail();
    return 0;
  }
  return static_cast<size_t>(value);
}

bool parseTransaction(Span raw, Transaction* tx) {
  Cursor cursor(raw);
  tx->header = cursor.position();
  const uint32_t header = cursor.u32();
  tx->overwintered = header >> 31 != 0;
  tx->version = header & 0x7fffffff;
  if (tx->overwintered) {
    const uint32_t group = cursor.u32();
    tx->sapling = tx->version == 4 && group == kSaplingGroup;
    if (!tx->sapling && !(tx->version == 3 && group == kOverwinterGroup)) return false;
  } else if (tx->version == 5 || tx->version == 6) {
    return false;
  }

  const size_t inputs = cursor.count(kPrevoutBytes + 1 + 4);
  tx->inputs.reserve(inputs);
  for (size_t i = 0; i < inputs && cursor.ok(); i++) {
    const uint8_t* prevout = cursor.take(kPrevoutBytes);
    cursor.take(cursor.compactSize());
    const uint8_t* sequence = cursor.take(4);
    tx->inputs.push_back({prevout, sequence});
  }

  const size_t outputs = cursor.count(8 + 1);
  tx->outputs.reserve(outputs);
  for (size_t i = 0; i < outputs && cursor.ok(); i++) {
    const uint8_t* start = cursor.position();
    cursor.take(8);
    cursor.take(cursor.compactSize());
    tx->outputs.push_back({start, static_cast<size_t>(cursor.position() - start)});
  }

  tx->lockTime = cursor.take(4);
  if (tx->overwintered) tx->expiryHeight = cursor.take(4);
  if (tx->sapling) {
    tx->valueBalance = cursor.take(8);
    tx->spends.size = cursor.count(kSpendBytes) * kSpendBytes;
    tx->spends.data = cursor.take(tx->spends.size);
    tx->shieldedOutputs.size = cursor.count(kShieldedOutputBytes) * kShieldedOutputBytes;
    tx->shieldedOutputs.data = cursor.take(tx->shieldedOutputs.size);
  }
  if (tx->version >= 2) {
    const size_t itemSize = tx->sapling ? kGrothJoinSplitBytes : kPhgrJoinSplitBytes;
    tx->joinSplitCount = cursor.count(itemSize);
    tx->joinSplits.size = tx->joinSplitCount * itemSize;
    tx->joinSplits.data = cursor.take(tx->joinSplits.size);
    if (tx->joinSplitCount > 0) {
      tx->joinSplitKey = cursor.take(32);
      cursor.take(kSignatureBytes);
    }
  }
  if (tx->spends.size > 0 || tx->shieldedOutputs.size > 0) cursor.take(kSignatureBytes);
  return cursor.ok() && cursor.remaining() == 0;
}

}  // namespace fluxnode
