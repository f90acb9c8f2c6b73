#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmath>

#include "bench.h"

namespace {

constexpr double kMaxSeconds = 3600;

/** Reads whole or fractional numbers; throws RangeError into JavaScript and returns false outside the limits. */
bool numberArgument(const Napi::CallbackInfo& info, size_t index, const char* name, double least, double most,
                    double* out) {
  if (info[index].IsNumber()) {
    *out = info[index].As<Napi::Number>().DoubleValue();
    if (*out >= least && *out <= most) return true;
  }
  Napi::RangeError::New(info.Env(), std::string(name) + " is out of range").ThrowAsJavaScriptException();
  return false;
}

/** benchCpu(threads, maxPrime, seconds) */
Napi::Value cpu(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  double threads, maxPrime, seconds;
  if (!numberArgument(info, 0, "threads", 1, 1024, &threads)) return env.Undefined();
  if (!numberArgument(info, 1, "maxPrime", 3, 100000000, &maxPrime)) return env.Undefined();
  if (!numberArgument(info, 2, "seconds", 0.001, kMaxSeconds, &seconds)) return env.Undefined();
  fluxnode::CpuRun run = {};
  fluxnode::runCpu(static_cast<unsigned>(threads), static_cast<unsigned>(maxPrime), seconds, &run);
  Napi::Object result = Napi::Object::New(env);
  result.Set("events", run.events);
  result.Set("seconds", run.seconds);
  return result;
}

/** benchMemory(bytes, secondsPerKind) */
Napi::Value memory(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  double bytes, seconds;
  if (!numberArgument(info, 0, "bytes", 4096, 4294967296.0, &bytes)) return env.Undefined();
  if (!numberArgument(info, 1, "seconds", 0.001, kMaxSeconds, &seconds)) return env.Undefined();
  fluxnode::MemoryRun run = {};
  if (!fluxnode::runMemory(static_cast<size_t>(bytes) / 4096 * 4096, seconds, &run)) {
    Napi::Error::New(env, "not enough memory for the measurement").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("readBytesPerSecond", run.readBytesPerSecond);
  result.Set("writeBytesPerSecond", run.writeBytesPerSecond);
  result.Set("copyBytesPerSecond", run.copyBytesPerSecond);
  return result;
}

/** benchDieWithParent(parent): from now on the system kills this process when that one ends, however it ends. */
Napi::Value dieWithParent(const Napi::CallbackInfo& info) {
  double parent;
  if (!numberArgument(info, 0, "parent", 1, 4294967295.0, &parent)) return info.Env().Undefined();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // It may have ended before the line above.
  if (getppid() != static_cast<pid_t>(parent)) raise(SIGKILL);
  return info.Env().Undefined();
}

}  // namespace

void registerBench(Napi::Env env, Napi::Object exports) {
  exports.Set("benchCpu", Napi::Function::New(env, cpu, "benchCpu"));
  exports.Set("benchMemory", Napi::Function::New(env, memory, "benchMemory"));
  exports.Set("benchDieWithParent", Napi::Function::New(env, dieWithParent, "benchDieWithParent"));
  fluxnode::registerDisk(env, exports);
}
