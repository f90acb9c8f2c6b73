#include "recover-signers.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "arguments.h"
#include "curve.h"

namespace {

constexpr size_t kDigestBytes = 32;
constexpr size_t kItemBytes = kDigestBytes + 65;
constexpr size_t kMaxWorkers = 4;

/** Recovers the items from `start` on, at most CURVE_BATCH. `signers` has CURVE_KEY_ROOM bytes for each item of `packed`. */
void recoverBatch(const uint8_t* packed, size_t start, size_t end, uint8_t* signers) {
  curve_compact signatures[CURVE_BATCH];
  uint8_t keys[CURVE_BATCH][CURVE_KEY_ROOM] = {};
  for (size_t i = start; i < end; i++) {
    const uint8_t* digest = packed + i * kItemBytes;
    const uint8_t* signature = digest + kDigestBytes;
    // The header is never checked against a range: only its value modulo 8 counts (fluxnodes.md section 6.1).
    const unsigned header = static_cast<unsigned>(signature[0]) - 27;
    signatures[i - start] = {digest, signature + 1, static_cast<uint8_t>(header & 3), (header & 4) != 0};
  }
  curve_recover_batch(signatures, end - start, keys);
  std::copy(&keys[0][0], &keys[0][0] + (end - start) * CURVE_KEY_ROOM, signers + start * CURVE_KEY_ROOM);
}

bool packedArgument(const Napi::CallbackInfo& info, fluxnode::Bytes* packed) {
  if (!fluxnode::bytesArgument(info, 0, "packed", packed)) return false;
  if (packed->size % kItemBytes == 0) return true;
  Napi::RangeError::New(info.Env(), "packed must have 97 bytes for each signature").ThrowAsJavaScriptException();
  return false;
}

/** One asynchronous call; the workers take batches from the front until there are none left. */
struct Job {
  explicit Job(Napi::Env env) : deferred(Napi::Promise::Deferred::New(env)) {}

  Napi::Promise::Deferred deferred;
  std::vector<uint8_t> packed;
  std::vector<uint8_t> signers;
  std::atomic<size_t> next{0};
  size_t running = 0;

  size_t count() const { return packed.size() / kItemBytes; }
};

class Worker : public Napi::AsyncWorker {
 public:
  Worker(Napi::Env env, std::shared_ptr<Job> job) : Napi::AsyncWorker(env, "recoverSigners"), job_(std::move(job)) {}

  void Execute() override {
    for (;;) {
      const size_t start = job_->next.fetch_add(CURVE_BATCH);
      if (start >= job_->count()) break;
      const size_t end = std::min<size_t>(start + CURVE_BATCH, job_->count());
      recoverBatch(job_->packed.data(), start, end, job_->signers.data());
    }
  }

  void OnOK() override {
    if (--job_->running > 0) return;
    Napi::Uint8Array result = fluxnode::newBytes(Env(), job_->signers.size());
    std::copy(job_->signers.begin(), job_->signers.end(), result.Data());
    job_->deferred.Resolve(result);
  }

 private:
  std::shared_ptr<Job> job_;
};

}  // namespace

Napi::Value recoverSigners(const Napi::CallbackInfo& info) {
  fluxnode::Bytes packed;
  if (!packedArgument(info, &packed)) return info.Env().Undefined();
  const size_t count = packed.size / kItemBytes;
  Napi::Uint8Array result = fluxnode::newBytes(info.Env(), count * CURVE_KEY_ROOM);
  for (size_t start = 0; start < count; start += CURVE_BATCH) {
    recoverBatch(packed.data, start, std::min<size_t>(start + CURVE_BATCH, count), result.Data());
  }
  return result;
}

Napi::Value recoverSignersAsync(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  fluxnode::Bytes packed;
  if (!packedArgument(info, &packed)) return env.Undefined();
  auto job = std::make_shared<Job>(env);
  const Napi::Promise promise = job->deferred.Promise();
  if (packed.size == 0) {
    job->deferred.Resolve(fluxnode::newBytes(env, 0));
    return promise;
  }
  // A copy: the caller may change the array while the pool works on it.
  job->packed.assign(packed.data, packed.data + packed.size);
  job->signers.resize(job->count() * CURVE_KEY_ROOM);
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  const size_t limit = std::min<size_t>(kMaxWorkers, cores < 1 ? 1 : static_cast<size_t>(cores));
  const size_t batches = (job->count() + CURVE_BATCH - 1) / CURVE_BATCH;
  job->running = std::min(limit, batches);
  for (size_t i = job->running; i > 0; i--) (new Worker(env, job))->Queue();
  return promise;
}
