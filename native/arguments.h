#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace fluxnode {

/** Bytes that belong to JavaScript; valid until the function that was called returns. */
struct Bytes {
  const uint8_t* data = nullptr;
  size_t size = 0;
};

/** Reads argument `index` as a Uint8Array. Throws TypeError into JavaScript and returns false for anything else. */
inline bool bytesArgument(const Napi::CallbackInfo& info, size_t index, const char* name, Bytes* out) {
  const Napi::Value value = info[index];
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array) {
    const auto array = value.As<Napi::Uint8Array>();
    out->size = array.ElementLength();
    // An empty array may have no memory at all, which memcpy and pointer arithmetic must not see.
    static const uint8_t nothing = 0;
    out->data = out->size == 0 ? &nothing : array.Data();
    return true;
  }
  Napi::TypeError::New(info.Env(), std::string(name) + " must be a Uint8Array").ThrowAsJavaScriptException();
  return false;
}

/** As bytesArgument; throws RangeError unless there are exactly `size` bytes. */
inline bool bytesArgument(const Napi::CallbackInfo& info, size_t index, const char* name, size_t size, Bytes* out) {
  if (!bytesArgument(info, index, name, out)) return false;
  if (out->size == size) return true;
  Napi::RangeError::New(info.Env(), std::string(name) + " must have " + std::to_string(size) + " bytes, not " +
                                        std::to_string(out->size))
      .ThrowAsJavaScriptException();
  return false;
}

/** A new Uint8Array with uninitialised contents. */
inline Napi::Uint8Array newBytes(Napi::Env env, size_t size) { return Napi::Uint8Array::New(env, size); }

}  // namespace fluxnode
