#pragma once

#include <cstddef>
#include <cstdint>

#include "transaction.h"

namespace fluxnode {

/** For hashes that belong to no transparent input: JoinSplit and Sapling signatures. */
constexpr size_t kNoInput = SIZE_MAX;

/**
 * The signature hashes of one transaction (transactions.md section 6). What the inputs share is computed at first use,
 * so that an object belongs to one thread; the transaction has to outlive it.
 */
class SignatureHasher {
 public:
  SignatureHasher(const Transaction& transaction, uint32_t branchId) : tx_(transaction), branchId_(branchId) {}

  /**
   * Writes 32 bytes. False when there is no such hash: the input does not exist, or a legacy SINGLE without the output
   * that belongs to it.
   */
  bool hash(size_t inputIndex, Span scriptCode, int64_t amount, int32_t hashType, uint8_t* digest);

 private:
  bool legacyHash(size_t inputIndex, Span scriptCode, int32_t hashType, uint8_t* digest) const;
  void overwinterHash(size_t inputIndex, Span scriptCode, int64_t amount, int32_t hashType, uint8_t* digest);
  void computeShared();

  const Transaction& tx_;
  const uint32_t branchId_;
  bool sharedReady_ = false;
  uint8_t prevouts_[32];
  uint8_t sequences_[32];
  uint8_t outputs_[32];
  uint8_t joinSplits_[32];
  uint8_t spends_[32];
  uint8_t shieldedOutputs_[32];
};

}  // namespace fluxnode
