#pragma once

#include <napi.h>

/** recoverSigners(packed: Uint8Array): Uint8Array; the curve has to be initialised. */
Napi::Value recoverSigners(const Napi::CallbackInfo& info);

/** recoverSignersAsync(packed: Uint8Array): Promise<Uint8Array>, on the thread pool. */
Napi::Value recoverSignersAsync(const Napi::CallbackInfo& info);
