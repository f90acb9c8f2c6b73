#pragma once

#include <napi.h>

/** verifySignatures(packed: Uint8Array): Promise<number>; the curve has to be initialised. */
Napi::Value verifySignatures(const Napi::CallbackInfo& info);
