#include <cstring>
#include <string>

#include "../feature-report.h"
#include "blake2b.h"
#include "byte-argument.h"
#include "kernel.h"

namespace {

using fluxnode::ByteArgument;
using fluxnode::requireBytes;
using fluxnode::requireNumber;

struct HashArguments {
  size_t digestBytes;
  ByteArgument personal;
};

/** The checks that every function here shares. */
bool requireHashArguments(Napi::Env env, napi_value outLen, napi_value personal, HashArguments* arguments) {
  double length;
  if (!requireNumber(env, outLen, "outLen", &length)) return false;
  if (!requireBytes(env, personal, "personal", &arguments->personal)) return false;
  if (!(length >= 1 && length <= 64 && length == static_cast<int>(length))) {
    Napi::RangeError::New(env, "outLen must be an integer from 1 to 64").ThrowAsJavaScriptException();
    return false;
  }
  if (arguments->personal.length != fluxnode::kBlake2bPersonalBytes) {
    Napi::RangeError::New(env, "personal must have 16 bytes").ThrowAsJavaScriptException();
    return false;
  }
  arguments->digestBytes = static_cast<size_t>(length);
  return true;
}

/** blake2b(data, outLen, personal) */
Napi::Value digest(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  ByteArgument data;
  HashArguments arguments;
  if (!requireBytes(env, info[0], "data", &data)) return env.Undefined();
  if (!requireHashArguments(env, info[1], info[2], &arguments)) return env.Undefined();
  fluxnode::Blake2b hash(arguments.digestBytes, arguments.personal.data);
  hash.update(data.data, data.length);
  Napi::Uint8Array out = Napi::Uint8Array::New(env, arguments.digestBytes);
  hash.finish(out.Data());
  return out;
}

/** blake2bCounters(prefix, counters, outLen, personal, kernel?): the digests of prefix || LE32(counter), joined. */
Napi::Value counterDigests(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  ByteArgument prefix;
  HashArguments arguments;
  if (!requireBytes(env, info[0], "prefix", &prefix)) return env.Undefined();
  if (!info[1].IsTypedArray() || info[1].As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) {
    Napi::TypeError::New(env, "counters must be a Uint32Array").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  if (!requireHashArguments(env, info[2], info[3], &arguments)) return env.Undefined();
  const fluxnode::Blake2bKernel* kernel = fluxnode::blake2bKernels()[0];
  if (!info[4].IsUndefined()) {
    if (!info[4].IsString()) {
      Napi::TypeError::New(env, "kernel must be a string").ThrowAsJavaScriptException();
      return env.Undefined();
    }
    const std::string name = info[4].As<Napi::String>();
    const fluxnode::Blake2bKernel* const* candidate = fluxnode::blake2bKernels();
    while (*candidate != nullptr && name != (*candidate)->name) candidate++;
    if (*candidate == nullptr) {
      Napi::RangeError::New(env, "this machine has no BLAKE2b kernel \"" + name + "\"").ThrowAsJavaScriptException();
      return env.Undefined();
    }
    kernel = *candidate;
  }

  Napi::Uint32Array counters = info[1].As<Napi::Uint32Array>();
  const size_t count = counters.ElementLength();
  const fluxnode::Blake2bCounter hash(arguments.digestBytes, arguments.personal.data, prefix.data, prefix.length, kernel);
  Napi::Uint8Array out = Napi::Uint8Array::New(env, count * arguments.digestBytes);
  constexpr size_t kAtOnce = 64;
  uint8_t digests[kAtOnce * fluxnode::kBlake2bMaxDigestBytes];
  for (size_t done = 0; done < count; done += kAtOnce) {
    const size_t now = count - done < kAtOnce ? count - done : kAtOnce;
    hash.digests(counters.Data() + done, now, digests);
    for (size_t i = 0; i < now; i++) {
      std::memcpy(out.Data() + (done + i) * arguments.digestBytes, digests + i * fluxnode::kBlake2bMaxDigestBytes,
                  arguments.digestBytes);
    }
  }
  return out;
}

/** blake2bKernels(): the names of the kernels that this machine can run, the chosen one first. */
Napi::Value kernelNames(const Napi::CallbackInfo& info) {
  Napi::Array names = Napi::Array::New(info.Env());
  uint32_t count = 0;
  for (const fluxnode::Blake2bKernel* const* kernel = fluxnode::blake2bKernels(); *kernel != nullptr; kernel++) {
    names.Set(count++, (*kernel)->name);
  }
  return names;
}

}  // namespace

void registerBlake2b(Napi::Env env, Napi::Object exports) {
  reportFeature("blake2b", blake2bFeature());
  exports.Set("blake2b", Napi::Function::New(env, digest, "blake2b"));
  exports.Set("blake2bCounters", Napi::Function::New(env, counterDigests, "blake2bCounters"));
  exports.Set("blake2bKernels", Napi::Function::New(env, kernelNames, "blake2bKernels"));
}
