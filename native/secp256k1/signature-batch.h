#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "transaction.h"

namespace fluxnode {

/** The decoded form of the buffer that verifySignatures takes (src/platform/native/native-addon.ts). */
class SignatureBatch {
 public:
  struct Entry {
    uint32_t transaction;   // kDigestGiven: `script` is the digest itself
    uint32_t inputIndex;
    int64_t amount;
    Span script;
    Span der;
    Span key;
    uint8_t hashType;
  };

  static constexpr uint32_t kDigestGiven = 0xffffffff;

  /** Keeps `packed` and checks its whole layout. False if it is malformed: error() then says where. */
  bool decode(std::vector<uint8_t> packed);

  const std::string& error() const { return error_; }
  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<Transaction>& transactions() const { return transactions_; }
  uint32_t branchId(size_t transaction) const { return branchIds_[transaction]; }

 private:
  bool fail(const std::string& what);
  bool decodeTransactions(Cursor* cursor);
  bool decodeEntries(Cursor* cursor);

  std::vector<uint8_t> packed_;
  std::vector<Transaction> transactions_;
  std::vector<uint32_t> branchIds_;
  std::vector<Entry> entries_;
  std::string error_;
};

}  // namespace fluxnode
