#include "signature-batch.h"

namespace fluxnode {

namespace {

// The shortest possible forms, so that a count can be refused before anything is allocated for it.
constexpr size_t kSmallestTransaction = 4 + 4 + 10;
constexpr size_t kSmallestEntry = 4 + 4 + 8 + 4 + 3;
constexpr size_t kDigestBytes = 32;

}  // namespace

bool SignatureBatch::fail(const std::string& what) {
  error_ = what;
  return false;
}

bool SignatureBatch::decode(std::vector<uint8_t> packed) {
  packed_ = std::move(packed);
  Cursor cursor({packed_.data(), packed_.size()});
  if (!decodeTransactions(&cursor) || !decodeEntries(&cursor)) return false;
  return cursor.remaining() == 0 || fail("bytes after the last entry");
}

bool SignatureBatch::decodeTransactions(Cursor* cursor) {
  const uint32_t count = cursor->u32();
  if (!cursor->ok() || count > cursor->remaining() / kSmallestTransaction) return fail("impossible transaction count");
  transactions_.resize(count);
  branchIds_.resize(count);
  for (uint32_t i = 0; i < count; i++) {
    branchIds_[i] = cursor->u32();
    const uint32_t size = cursor->u32();
    const uint8_t* raw = cursor->take(size);
    if (raw == nullptr || !parseTransaction({raw, size}, &transactions_[i])) {
      return fail("transaction " + std::to_string(i) + " is malformed");
    }
  }
  return true;
}

bool SignatureBatch::decodeEntries(Cursor* cursor) {
  const uint32_t count = cursor->u32();
  if (!cursor->ok() || count > cursor->remaining() / kSmallestEntry) return fail("impossible entry count");
  entries_.reserve(count);
  for (uint32_t i = 0; i < count; i++) {
    Entry entry = {};
    entry.transaction = cursor->u32();
    if (entry.transaction == kDigestGiven) {
      entry.script = {cursor->take(kDigestBytes), kDigestBytes};
    } else {
      entry.inputIndex = cursor->u32();
      entry.amount = static_cast<int64_t>(cursor->u64());
      entry.script.size = cursor->u32();
      entry.script.data = cursor->take(entry.script.size);
    }
    entry.hashType = cursor->u8();
    entry.der.size = cursor->u8();
    entry.der.data = cursor->take(entry.der.size);
    entry.key.size = cursor->u8();
    entry.key.data = cursor->take(entry.key.size);
    if (!cursor->ok()) return fail("entry " + std::to_string(i) + " is cut short");
    if (entry.transaction != kDigestGiven) {
      if (entry.transaction >= transactions_.size() ||
          entry.inputIndex >= transactions_[entry.transaction].inputs.size()) {
        return fail("entry " + std::to_string(i) + " names an input that does not exist");
      }
    }
    entries_.push_back(entry);
  }
  return true;
}

}  // namespace fluxnode
