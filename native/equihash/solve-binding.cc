#include <cmath>
#include <string>

#include "../blake2b/byte-argument.h"
#include "equihash.h"
#include "solve-job.h"

namespace {

using fluxnode::ByteArgument;
using fluxnode::EquihashParameters;
using fluxnode::FoundSolution;
using fluxnode::SolveJob;
using fluxnode::SolveTask;

constexpr unsigned kMaxThreads = 256;

/** A job together with what tells JavaScript about its end. */
struct Running {
  Running(Napi::Env env, const SolveTask& task) : job(task), deferred(Napi::Promise::Deferred::New(env)) {}

  SolveJob job;
  Napi::Promise::Deferred deferred;
  Napi::ThreadSafeFunction done;
};

/** Threads must not outlive the code they run. */
void stopAtExit(void* running) {
  static_cast<Running*>(running)->job.cancel();
  static_cast<Running*>(running)->job.join();
}

Napi::Value foundSolutions(Napi::Env env, const std::vector<FoundSolution>& found) {
  Napi::Array list = Napi::Array::New(env, found.size());
  for (size_t i = 0; i < found.size(); i++) {
    Napi::Object entry = Napi::Object::New(env);
    Napi::Uint8Array nonce = Napi::Uint8Array::New(env, sizeof found[i].nonce);
    std::memcpy(nonce.Data(), found[i].nonce, sizeof found[i].nonce);
    Napi::Uint8Array solution = Napi::Uint8Array::New(env, found[i].solution.size());
    std::memcpy(solution.Data(), found[i].solution.data(), found[i].solution.size());
    entry.Set("nonce", nonce);
    entry.Set("solution", solution);
    list.Set(static_cast<uint32_t>(i), entry);
  }
  return list;
}

Napi::Value failure(Napi::Env env, const Napi::Error& error) {
  error.ThrowAsJavaScriptException();
  return env.Undefined();
}

bool wholeNumber(double number, double least, double most) {
  return number >= least && number <= most && number == std::floor(number);
}

const EquihashParameters* requireParameters(Napi::Env env, napi_value n, napi_value k) {
  double nNumber, kNumber;
  if (!fluxnode::requireNumber(env, n, "n", &nNumber) || !fluxnode::requireNumber(env, k, "k", &kNumber)) return nullptr;
  const EquihashParameters* set = fluxnode::equihashParameters(nNumber, kNumber);
  if (set == nullptr) Napi::RangeError::New(env, "no such Equihash parameters").ThrowAsJavaScriptException();
  return set;
}

/** equihashSolverBytes(n, k, threads) */
Napi::Value solverBytes(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const EquihashParameters* set = requireParameters(env, info[0], info[1]);
  double threads;
  if (set == nullptr || !fluxnode::requireNumber(env, info[2], "threads", &threads)) return env.Undefined();
  if (!wholeNumber(threads, 1, kMaxThreads)) return failure(env, Napi::RangeError::New(env, "threads out of range"));
  return Napi::Number::New(env, static_cast<double>(SolveJob::bytes(*set, static_cast<unsigned>(threads))));
}

/** equihashSolve(n, k, input, target, threads, maxNonces) */
Napi::Value solve(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  SolveTask task = {};
  task.parameters = requireParameters(env, info[0], info[1]);
  ByteArgument input, target;
  double threads, maxNonces;
  if (task.parameters == nullptr || !fluxnode::requireBytes(env, info[2], "input", &input)) return env.Undefined();
  task.hasTarget = !info[3].IsNull();
  if (task.hasTarget && !fluxnode::requireBytes(env, info[3], "target", &target)) return env.Undefined();
  if (!fluxnode::requireNumber(env, info[4], "threads", &threads)) return env.Undefined();
  if (!fluxnode::requireNumber(env, info[5], "maxNonces", &maxNonces)) return env.Undefined();
  if (input.length != sizeof task.input) return failure(env, Napi::RangeError::New(env, "input must have 140 bytes"));
  if (task.hasTarget && target.length != sizeof task.target) {
    return failure(env, Napi::RangeError::New(env, "target must have 32 bytes"));
  }
  if (!wholeNumber(threads, 1, kMaxThreads)) return failure(env, Napi::RangeError::New(env, "threads out of range"));
  // All solutions of all nonces would be without end.
  if (!wholeNumber(maxNonces, task.hasTarget ? 0 : 1, 9007199254740991.0)) {
    return failure(env, Napi::RangeError::New(env, "maxNonces out of range"));
  }
  std::memcpy(task.input, input.data, sizeof task.input);
  if (task.hasTarget) std::memcpy(task.target, target.data, sizeof task.target);
  task.threads = static_cast<unsigned>(threads);
  task.maxNonces = static_cast<uint64_t>(maxNonces);

  auto running = std::make_shared<Running>(env, task);
  running->done = Napi::ThreadSafeFunction::New(env, Napi::Function::New(env, [](const Napi::CallbackInfo&) {}),
                                                "fluxnode:equihash-solve", 0, 1);
  napi_add_env_cleanup_hook(env, stopAtExit, running.get());
  // The last thread hands itself over, so that the job lives until JavaScript has heard of its end.
  auto* kept = new std::shared_ptr<Running>(running);
  const bool started = running->job.start([kept] {
    Napi::ThreadSafeFunction done = (*kept)->done;
    done.BlockingCall(kept, [](Napi::Env env, Napi::Function, std::shared_ptr<Running>* kept) {
      std::shared_ptr<Running> running = *kept;
      delete kept;
      running->job.join();
      napi_remove_env_cleanup_hook(env, stopAtExit, running.get());
      running->deferred.Resolve(foundSolutions(env, running->job.found()));
    });
    done.Release();
  });
  if (!started) {
    delete kept;
    napi_remove_env_cleanup_hook(env, stopAtExit, running.get());
    running->done.Release();
    return failure(env, Napi::Error::New(env, "not enough memory or threads for the Equihash solver"));
  }

  Napi::Object result = Napi::Object::New(env);
  result.Set("result", running->deferred.Promise());
  result.Set("cancel", Napi::Function::New(env, [running](const Napi::CallbackInfo&) { running->job.cancel(); }));
  result.Set("progress", Napi::Function::New(env, [running](const Napi::CallbackInfo& call) -> Napi::Value {
    Napi::Object progress = Napi::Object::New(call.Env());
    progress.Set("nonces", Napi::Number::New(call.Env(), static_cast<double>(running->job.noncesTried())));
    progress.Set("solutions", Napi::Number::New(call.Env(), static_cast<double>(running->job.solutionsFound())));
    progress.Set("part", Napi::Number::New(call.Env(), running->job.partDone()));
    return progress;
  }));
  return result;
}

}  // namespace

void registerEquihashSolver(Napi::Env env, Napi::Object exports) {
  exports.Set("equihashSolverBytes", Napi::Function::New(env, solverBytes, "equihashSolverBytes"));
  exports.Set("equihashSolve", Napi::Function::New(env, solve, "equihashSolve"));
}
