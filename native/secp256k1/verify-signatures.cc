#include "verify-signatures.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "arguments.h"
#include "curve.h"
#include "signature-batch.h"
#include "signature-hash.h"

namespace {

using fluxnode::SignatureBatch;
using fluxnode::SignatureHasher;

constexpr size_t kMaxWorkers = 4;
// Batches are multiples of the lanes of the vector arithmetic.
constexpr size_t kLanes = 8;

/** Key caches outlive a call, because the same keys spend in many blocks; each is lent to one worker at a time. */
class KeyCaches {
 public:
  curve_key_cache* borrow() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!idle_.empty()) {
        curve_key_cache* cache = idle_.back();
        idle_.pop_back();
        return cache;
      }
    }
    return curve_key_cache_create();
  }

  void giveBack(curve_key_cache* cache) {
    if (cache == nullptr) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    idle_.push_back(cache);
  }

 private:
  std::mutex mutex_;
  std::vector<curve_key_cache*> idle_;
};

KeyCaches& keyCaches() {
  static KeyCaches* caches = new KeyCaches();
  return *caches;
}

/** One call of verifySignatures. The workers take batches from the front until there are none left. */
class Job {
 public:
  explicit Job(Napi::Env env) : deferred_(Napi::Promise::Deferred::New(env)) {}

  SignatureBatch& batch() { return batch_; }
  Napi::Promise::Deferred& deferred() { return deferred_; }

  /** Decides how the entries are shared out; returns the number of workers. */
  size_t plan() {
    const size_t count = batch_.entries().size();
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    const size_t limit = std::min<size_t>(kMaxWorkers, cores < 1 ? 1 : static_cast<size_t>(cores));
    const size_t workers = std::clamp<size_t>((count + kLanes - 1) / kLanes, 1, limit);
    // Several batches for each worker even out their different speeds.
    const size_t share = (count + 3 * workers - 1) / (3 * workers);
    batchSize_ = std::min<size_t>(CURVE_BATCH, (share + kLanes - 1) / kLanes * kLanes);
    firstInvalid_ = count;
    running_ = workers;
    return workers;
  }

  /** Runs on a thread of the pool. */
  void work() {
    // Each worker has its own hashers: shared ones would need locks, and a transaction rarely meets two workers.
    std::vector<std::unique_ptr<SignatureHasher>> hashers(batch_.transactions().size());
    curve_key_cache* cache = keyCaches().borrow();
    for (;;) {
      const size_t start = next_.fetch_add(batchSize_);
      if (start >= firstInvalid_.load()) break;
      verifyFrom(start, &hashers, cache);
    }
    keyCaches().giveBack(cache);
  }

  /** Runs on the JavaScript thread when a worker is done. */
  void workerDone(Napi::Env env) {
    if (--running_ > 0) return;
    const size_t invalid = firstInvalid_.load();
    const bool all = invalid == batch_.entries().size();
    deferred_.Resolve(Napi::Number::New(env, all ? -1.0 : static_cast<double>(invalid)));
  }

 private:
  void verifyFrom(size_t start, std::vector<std::unique_ptr<SignatureHasher>>* hashers, curve_key_cache* cache) {
    uint8_t digests[CURVE_BATCH][32];
    curve_signature signatures[CURVE_BATCH];
    const size_t end = std::min(start + batchSize_, batch_.entries().size());
    size_t count = 0;
    for (size_t i = start; i < end; i++, count++) {
      const SignatureBatch::Entry& entry = batch_.entries()[i];
      const uint8_t* digest = entry.script.data;
      if (entry.transaction != SignatureBatch::kDigestGiven) {
        std::unique_ptr<SignatureHasher>& hasher = (*hashers)[entry.transaction];
        if (!hasher) {
          hasher = std::make_unique<SignatureHasher>(batch_.transactions()[entry.transaction],
                                                     batch_.branchId(entry.transaction));
        }
        if (!hasher->hash(entry.inputIndex, entry.script, entry.amount, entry.hashType, digests[count])) break;
        digest = digests[count];
      }
      signatures[count] = {digest, entry.der.data, entry.key.data, static_cast<uint8_t>(entry.der.size),
                           static_cast<uint8_t>(entry.key.size)};
    }
    // An entry without a hash is invalid, but one before it may be too.
    const size_t valid = curve_verify_batch(signatures, count, cache);
    if (start + valid < end) reportInvalid(start + valid);
  }

  void reportInvalid(size_t index) {
    size_t known = firstInvalid_.load();
    while (index < known && !firstInvalid_.compare_exchange_weak(known, index)) {
    }
  }

  SignatureBatch batch_;
  Napi::Promise::Deferred deferred_;
  size_t batchSize_ = 0;
  size_t running_ = 0;
  std::atomic<size_t> next_{0};
  std::atomic<size_t> firstInvalid_{0};
};

class Worker : public Napi::AsyncWorker {
 public:
  Worker(Napi::Env env, std::shared_ptr<Job> job) : Napi::AsyncWorker(env, "verifySignatures"), job_(std::move(job)) {}

  void Execute() override { job_->work(); }
  void OnOK() override { job_->workerDone(Env()); }

 private:
  std::shared_ptr<Job> job_;
};

}  // namespace

Napi::Value verifySignatures(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  fluxnode::Bytes packed;
  if (!fluxnode::bytesArgument(info, 0, "packed", &packed)) return env.Undefined();

  auto job = std::make_shared<Job>(env);
  const Napi::Promise promise = job->deferred().Promise();
  // A copy: the caller may change the array while the pool works on it.
  if (!job->batch().decode(std::vector<uint8_t>(packed.data, packed.data + packed.size))) {
    job->deferred().Reject(Napi::RangeError::New(env, "packed: " + job->batch().error()).Value());
  } else if (job->batch().entries().empty()) {
    job->deferred().Resolve(Napi::Number::New(env, -1));
  } else {
    for (size_t workers = job->plan(); workers > 0; workers--) (new Worker(env, job))->Queue();
  }
  return promise;
}
