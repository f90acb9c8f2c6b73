#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "../blake2b/byte-argument.h"
#include "../feature-report.h"
#include "equihash.h"

namespace {

using fluxnode::ByteArgument;
using fluxnode::EquihashParameters;
using fluxnode::kEquihashInputBytes;
using fluxnode::requireBytes;
using fluxnode::requireNumber;

struct Item {
  double n;
  double k;
  ByteArgument input;
  ByteArgument solution;

  /** nullptr when nothing has to be computed to know that it is invalid. */
  const EquihashParameters* parameters() const {
    const EquihashParameters* set = fluxnode::equihashParameters(n, k);
    if (set == nullptr || input.length != kEquihashInputBytes || solution.length != set->solutionBytes()) return nullptr;
    return set;
  }
};

bool requireItem(napi_env env, napi_value n, napi_value k, napi_value input, napi_value solution, Item* item) {
  return requireNumber(env, n, "n", &item->n) && requireNumber(env, k, "k", &item->k) &&
         requireBytes(env, input, "input", &item->input) && requireBytes(env, solution, "solution", &item->solution);
}

/** equihashVerify(n, k, input, solution) */
Napi::Value verify(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Item item;
  if (!requireItem(env, info[0], info[1], info[2], info[3], &item)) return env.Undefined();
  const EquihashParameters* set = item.parameters();
  const bool valid =
      set != nullptr && fluxnode::equihashIsValid(*set, item.input.data, item.input.length, item.solution.data);
  return Napi::Boolean::New(env, valid);
}

/**
 * equihashVerifyMessage(n, k, label, message, solution): for a message of any length and another eight-byte
 * personalisation label, which the published test vectors need.
 */
Napi::Value verifyMessage(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Item item;
  ByteArgument label;
  if (!requireBytes(env, info[2], "label", &label)) return env.Undefined();
  if (!requireItem(env, info[0], info[1], info[3], info[4], &item)) return env.Undefined();
  const EquihashParameters* set = fluxnode::equihashParameters(item.n, item.k);
  if (set == nullptr || label.length != 8 || item.solution.length != set->solutionBytes()) {
    return Napi::Boolean::New(env, false);
  }
  EquihashParameters labelled = *set;
  labelled.label = reinterpret_cast<const char*>(label.data);
  const bool valid = fluxnode::equihashIsValid(labelled, item.input.data, item.input.length, item.solution.data);
  return Napi::Boolean::New(env, valid);
}

/** The items of one batch, copied: JavaScript may change or free its arrays while the pool works. */
class Batch {
 public:
  Batch(Napi::Promise::Deferred promise, size_t count) : verdicts(count, 0), deferred(promise) { jobs_.reserve(count); }

  void add(const Item& item) {
    const EquihashParameters* set = item.parameters();
    jobs_.push_back({set, bytes_.size()});
    if (set == nullptr) return;
    bytes_.insert(bytes_.end(), item.input.data, item.input.data + item.input.length);
    bytes_.insert(bytes_.end(), item.solution.data, item.solution.data + item.solution.length);
  }

  /** Works until no job is left; called by several threads. Single jobs are handed out, as their costs differ. */
  void work() {
    for (size_t i = next_++; i < jobs_.size(); i = next_++) {
      const Job& job = jobs_[i];
      if (job.parameters == nullptr) continue;
      const uint8_t* input = bytes_.data() + job.offset;
      verdicts[i] = fluxnode::equihashIsValid(*job.parameters, input, kEquihashInputBytes, input + kEquihashInputBytes);
    }
  }

  void resolve(Napi::Env env) {
    Napi::Uint8Array result = Napi::Uint8Array::New(env, verdicts.size());
    if (!verdicts.empty()) std::memcpy(result.Data(), verdicts.data(), verdicts.size());
    deferred.Resolve(result);
  }

  std::vector<uint8_t> verdicts;
  Napi::Promise::Deferred deferred;
  /** Workers that have not completed; touched by the JavaScript thread only. */
  size_t workers = 0;

 private:
  struct Job {
    const EquihashParameters* parameters;
    size_t offset;
  };

  std::vector<Job> jobs_;
  std::vector<uint8_t> bytes_;
  std::atomic<size_t> next_{0};
};

class BatchWorker : public Napi::AsyncWorker {
 public:
  BatchWorker(Napi::Env env, std::shared_ptr<Batch> batch)
      : Napi::AsyncWorker(env, "fluxnode:equihash"), batch_(std::move(batch)) {
    batch_->workers++;
  }

 protected:
  void Execute() override { batch_->work(); }

  void OnOK() override {
    if (--batch_->workers == 0) batch_->resolve(Env());
  }

 private:
  std::shared_ptr<Batch> batch_;
};

/** Copies every item into the batch; false with a pending exception at the first that has a wrong type. */
bool addItems(Napi::Env env, Napi::Array items, uint32_t count, Batch* batch) {
  for (uint32_t i = 0; i < count; i++) {
    Napi::HandleScope scope(env);
    Napi::Value value = items.Get(i);
    if (env.IsExceptionPending()) return false;
    if (!value.IsObject()) {
      Napi::TypeError::New(env, "items[" + std::to_string(i) + "] must be an object").ThrowAsJavaScriptException();
      return false;
    }
    Napi::Object object = value.As<Napi::Object>();
    napi_value fields[4];
    const char* const names[4] = {"n", "k", "input", "solution"};
    for (size_t f = 0; f < 4; f++) {
      fields[f] = object.Get(names[f]);
      if (env.IsExceptionPending()) return false;
    }
    Item item;
    if (!requireItem(env, fields[0], fields[1], fields[2], fields[3], &item)) return false;
    batch->add(item);
  }
  return true;
}

/** equihashVerifyBatch(items): every failure is a rejection, so that callers see it in one way. */
Napi::Value verifyBatch(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  auto deferred = Napi::Promise::Deferred::New(env);
  if (!info[0].IsArray()) {
    deferred.Reject(Napi::TypeError::New(env, "items must be an array").Value());
    return deferred.Promise();
  }
  Napi::Array items = info[0].As<Napi::Array>();
  const uint32_t count = items.Length();
  auto batch = std::make_shared<Batch>(deferred, count);
  if (!addItems(env, items, count, batch.get())) {
    deferred.Reject(env.GetAndClearPendingException().Value());
    return deferred.Promise();
  }
  if (count == 0) {
    batch->resolve(env);
    return deferred.Promise();
  }
  const unsigned processors = std::thread::hardware_concurrency();
  const size_t workers = std::min<size_t>(count, processors > 0 ? processors : 1);
  // All are made before the first is queued, so that none can find itself the last one too early.
  std::vector<BatchWorker*> queue;
  for (size_t i = 0; i < workers; i++) queue.push_back(new BatchWorker(env, batch));
  for (BatchWorker* worker : queue) worker->Queue();
  return deferred.Promise();
}

}  // namespace

void registerEquihash(Napi::Env env, Napi::Object exports) {
  reportFeature("equihash", blake2bFeature());
  exports.Set("equihashVerify", Napi::Function::New(env, verify, "equihashVerify"));
  exports.Set("equihashVerifyMessage", Napi::Function::New(env, verifyMessage, "equihashVerifyMessage"));
  exports.Set("equihashVerifyBatch", Napi::Function::New(env, verifyBatch, "equihashVerifyBatch"));
}
