#pragma once

#include <napi.h>

void registerSecp256k1(Napi::Env env, Napi::Object exports);
