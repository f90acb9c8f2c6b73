#include <vector>

#include "arguments.h"
#include "feature-report.h"
#include "kernel.h"
#include "merkle.h"
#include "ripemd160.h"
#include "sha256.h"

namespace {

using fluxnode::Bytes;
using fluxnode::bytesArgument;
using fluxnode::kSha256Bytes;
using fluxnode::newBytes;

template <void (*Hash)(const uint8_t*, size_t, uint8_t*), size_t Size>
Napi::Value hashBytes(const Napi::CallbackInfo& info) {
  Bytes data;
  if (!bytesArgument(info, 0, "data", &data)) return info.Env().Undefined();
  Napi::Uint8Array digest = newBytes(info.Env(), Size);
  Hash(data.data, data.size, digest.Data());
  return digest;
}

Napi::Value hashRanges(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Bytes data;
  if (!bytesArgument(info, 0, "data", &data)) return env.Undefined();
  if (!info[1].IsTypedArray() || info[1].As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) {
    Napi::TypeError::New(env, "ranges must be a Uint32Array").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const auto ranges = info[1].As<Napi::Uint32Array>();
  const size_t count = ranges.ElementLength();
  if (count % 2 != 0) {
    Napi::RangeError::New(env, "ranges must hold pairs of offsets").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  // Copied, because the memory may be shared with a thread that changes it after the check.
  std::vector<uint32_t> offsets;
  if (count > 0) offsets.assign(ranges.Data(), ranges.Data() + count);
  for (size_t i = 0; i < count; i += 2) {
    if (offsets[i] > offsets[i + 1] || offsets[i + 1] > data.size) {
      Napi::RangeError::New(env, "range " + std::to_string(i / 2) + " lies outside the data").ThrowAsJavaScriptException();
      return env.Undefined();
    }
  }
  Napi::Uint8Array digests = newBytes(env, count / 2 * kSha256Bytes);
  for (size_t i = 0; i < count; i += 2) {
    fluxnode::sha256d(data.data + offsets[i], offsets[i + 1] - offsets[i], digests.Data() + i / 2 * kSha256Bytes);
  }
  return digests;
}

Napi::Value merkle(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Bytes leaves;
  if (!bytesArgument(info, 0, "leaves", &leaves)) return env.Undefined();
  if (leaves.size == 0 || leaves.size % kSha256Bytes != 0) {
    Napi::RangeError::New(env, "leaves must be one or more hashes of 32 bytes").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  std::vector<uint8_t> nodes(leaves.data, leaves.data + leaves.size);
  Napi::Uint8Array root = newBytes(env, kSha256Bytes);
  const bool mutated = fluxnode::merkleRoot(nodes.data(), nodes.size() / kSha256Bytes, root.Data());
  Napi::Object result = Napi::Object::New(env);
  result.Set("root", root);
  result.Set("mutated", mutated);
  return result;
}

}  // namespace

void registerSha256(Napi::Env env, Napi::Object exports) {
  reportFeature("sha256", fluxnode::sha256Kernel().name);
  exports.Set("sha256", Napi::Function::New(env, hashBytes<fluxnode::sha256, 32>, "sha256"));
  exports.Set("sha256d", Napi::Function::New(env, hashBytes<fluxnode::sha256d, 32>, "sha256d"));
  exports.Set("ripemd160", Napi::Function::New(env, hashBytes<fluxnode::ripemd160, 20>, "ripemd160"));
  exports.Set("hash160", Napi::Function::New(env, hashBytes<fluxnode::hash160, 20>, "hash160"));
  exports.Set("sha256dRanges", Napi::Function::New(env, hashRanges, "sha256dRanges"));
  exports.Set("merkleRoot", Napi::Function::New(env, merkle, "merkleRoot"));
}
