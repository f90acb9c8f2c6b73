#pragma once

#include <napi.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace fluxnode {

struct ByteArgument {
  const uint8_t* data = nullptr;
  size_t length = 0;
};

/** False, with nothing thrown, for anything but a Uint8Array. The bytes belong to the JavaScript value. */
inline bool readBytes(napi_env env, napi_value value, ByteArgument* bytes) {
  bool typed = false;
  if (value == nullptr || napi_is_typedarray(env, value, &typed) != napi_ok || !typed) return false;
  napi_typedarray_type type;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &bytes->length, &data, nullptr, nullptr) != napi_ok) return false;
  bytes->data = static_cast<const uint8_t*>(data);
  return type == napi_uint8_array;
}

/** Reads a Uint8Array or throws a TypeError that names the argument. */
inline bool requireBytes(napi_env env, napi_value value, const char* name, ByteArgument* bytes) {
  if (readBytes(env, value, bytes)) return true;
  Napi::TypeError::New(env, std::string(name) + " must be a Uint8Array").ThrowAsJavaScriptException();
  return false;
}

/** Reads a number or throws a TypeError that names the argument. */
inline bool requireNumber(napi_env env, napi_value value, const char* name, double* number) {
  if (value != nullptr && napi_get_value_double(env, value, number) == napi_ok) return true;
  Napi::TypeError::New(env, std::string(name) + " must be a number").ThrowAsJavaScriptException();
  return false;
}

}  // namespace fluxnode
