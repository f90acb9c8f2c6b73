#include "signature-hash.h"

#include <cstring>

#include "blake2b/blake2b.h"
#include "sha256/sha256.h"

namespace fluxnode {

namespace {

constexpr uint8_t kZero[32] = {};
constexpr int32_t kBaseMask = 0x1f;
constexpr int32_t kNone = 2;
constexpr int32_t kSingle = 3;
constexpr int32_t kAnyoneCanPay = 0x80;

template <typename Hash>
void updateLittleEndian(Hash* hash, uint64_t value, size_t size) {
  uint8_t bytes[8];
  for (size_t i = 0; i < size; i++) bytes[i] = static_cast<uint8_t>(value >> (8 * i));
  hash->update(bytes, size);
}

template <typename Hash>
void updateCompactSize(Hash* hash, uint64_t value) {
  if (value < 253) {
    updateLittleEndian(hash, value, 1);
  } else if (value <= 0xffff) {
    updateLittleEndian(hash, 253, 1);
    updateLittleEndian(hash, value, 2);
  } else {
    updateLittleEndian(hash, 254, 1);
    updateLittleEndian(hash, value, 4);
  }
}

Blake2b personalised(const char* personal) { return Blake2b(32, reinterpret_cast<const uint8_t*>(personal)); }

}  // namespace

bool SignatureHasher::hash(size_t inputIndex, Span scriptCode, int64_t amount, int32_t hashType, uint8_t* digest) {
  if (inputIndex != kNoInput && inputIndex >= tx_.inputs.size()) return false;
  if (!tx_.overwintered) return legacyHash(inputIndex, scriptCode, hashType, digest);
  overwinterHash(inputIndex, scriptCode, amount, hashType, digest);
  return true;
}

bool SignatureHasher::legacyHash(size_t inputIndex, Span scriptCode, int32_t hashType, uint8_t* digest) const {
  const int32_t base = hashType & kBaseMask;
  const bool anyoneCanPay = (hashType & kAnyoneCanPay) != 0;
  if (base == kSingle && inputIndex >= tx_.outputs.size()) return false;
  if (anyoneCanPay && inputIndex == kNoInput) return false;

  Sha256 hash;
  hash.update(tx_.header, 4);

  updateCompactSize(&hash, anyoneCanPay ? 1 : tx_.inputs.size());
  const size_t firstInput = anyoneCanPay ? inputIndex : 0;
  const size_t endInput = anyoneCanPay ? inputIndex + 1 : tx_.inputs.size();
  for (size_t i = firstInput; i < endInput; i++) {
    hash.update(tx_.inputs[i].prevout, kPrevoutBytes);
    if (i == inputIndex) {
      updateCompactSize(&hash, scriptCode.size);
      hash.update(scriptCode.data, scriptCode.size);
      hash.update(tx_.inputs[i].sequence, 4);
    } else {
      updateCompactSize(&hash, 0);
      hash.update(base == kSingle || base == kNone ? kZero : tx_.inputs[i].sequence, 4);
    }
  }

  const size_t outputs = base == kNone ? 0 : base == kSingle ? inputIndex + 1 : tx_.outputs.size();
  updateCompactSize(&hash, outputs);
  for (size_t i = 0; i < outputs; i++) {
    if (base == kSingle && i < inputIndex) {
      updateLittleEndian(&hash, UINT64_MAX, 8);
      updateCompactSize(&hash, 0);
    } else {
      hash.update(tx_.outputs[i].data, tx_.outputs[i].size);
    }
  }

  hash.update(tx_.lockTime, 4);
  if (tx_.version >= 2) {
    updateCompactSize(&hash, tx_.joinSplitCount);
    if (tx_.joinSplitCount > 0) {
      hash.update(tx_.joinSplits.data, tx_.joinSplits.size);
      hash.update(tx_.joinSplitKey, 32);
      hash.update(kZero, 32);
      hash.update(kZero, 32);
    }
  }
  updateLittleEndian(&hash, static_cast<uint32_t>(hashType), 4);
  hash.finishTwice(digest);
  return true;
}

void SignatureHasher::computeShared() {
  if (sharedReady_) return;
  sharedReady_ = true;

  Blake2b prevouts = personalised("ZcashPrevoutHash");
  Blake2b sequences = personalised("ZcashSequencHash");
  for (const Transaction::Input& input : tx_.inputs) {
    prevouts.update(input.prevout, kPrevoutBytes);
    sequences.update(input.sequence, 4);
  }
  prevouts.finish(prevouts_);
  sequences.finish(sequences_);

  Blake2b outputs = personalised("ZcashOutputsHash");
  for (const Span& output : tx_.outputs) outputs.update(output.data, output.size);
  outputs.finish(outputs_);

  if (tx_.joinSplitCount == 0) {
    std::memset(joinSplits_, 0, sizeof joinSplits_);
  } else {
    Blake2b joinSplits = personalised("ZcashJSplitsHash");
    joinSplits.update(tx_.joinSplits.data, tx_.joinSplits.size);
    joinSplits.update(tx_.joinSplitKey, 32);
    joinSplits.finish(joinSplits_);
  }

  if (tx_.spends.size == 0) {
    std::memset(spends_, 0, sizeof spends_);
  } else {
    constexpr size_t kSpendAuthSignatureBytes = 64;
    Blake2b spends = personalised("ZcashSSpendsHash");
    for (size_t at = 0; at < tx_.spends.size; at += kSpendBytes) {
      spends.update(tx_.spends.data + at, kSpendBytes - kSpendAuthSignatureBytes);
    }
    spends.finish(spends_);
  }

  if (tx_.shieldedOutputs.size == 0) {
    std::memset(shieldedOutputs_, 0, sizeof shieldedOutputs_);
  } else {
    Blake2b shieldedOutputs = personalised("ZcashSOutputHash");
    shieldedOutputs.update(tx_.shieldedOutputs.data, tx_.shieldedOutputs.size);
    shieldedOutputs.finish(shieldedOutputs_);
  }
}

void SignatureHasher::overwinterHash(size_t inputIndex, Span scriptCode, int64_t amount, int32_t hashType,
                                     uint8_t* digest) {
  computeShared();
  const int32_t base = hashType & kBaseMask;
  const bool anyoneCanPay = (hashType & kAnyoneCanPay) != 0;

  uint8_t personal[16] = {'Z', 'c', 'a', 's', 'h', 'S', 'i', 'g', 'H', 'a', 's', 'h'};
  for (size_t i = 0; i < 4; i++) personal[12 + i] = static_cast<uint8_t>(branchId_ >> (8 * i));
  Blake2b hash(32, personal);
  hash.update(tx_.header, 8);
  hash.update(anyoneCanPay ? kZero : prevouts_, 32);
  hash.update(anyoneCanPay || base == kSingle || base == kNone ? kZero : sequences_, 32);
  if (base == kSingle && inputIndex < tx_.outputs.size()) {
    uint8_t single[32];
    Blake2b output = personalised("ZcashOutputsHash");
    output.update(tx_.outputs[inputIndex].data, tx_.outputs[inputIndex].size);
    output.finish(single);
    hash.update(single, 32);
  } else {
    hash.update(base == kSingle || base == kNone ? kZero : outputs_, 32);
  }
  hash.update(joinSplits_, 32);
  if (tx_.sapling) {
    hash.update(spends_, 32);
    hash.update(shieldedOutputs_, 32);
  }
  hash.update(tx_.lockTime, 4);
  hash.update(tx_.expiryHeight, 4);
  if (tx_.sapling) hash.update(tx_.valueBalance, 8);
  updateLittleEndian(&hash, static_cast<uint32_t>(hashType), 4);
  if (inputIndex != kNoInput) {
    hash.update(tx_.inputs[inputIndex].prevout, kPrevoutBytes);
    updateCompactSize(&hash, scriptCode.size);
    hash.update(scriptCode.data, scriptCode.size);
    updateLittleEndian(&hash, static_cast<uint64_t>(amount), 8);
    hash.update(tx_.inputs[inputIndex].sequence, 4);
  }
  hash.finish(digest);
}

}  // namespace fluxnode
