#pragma once

#include <napi.h>

void registerConnections(Napi::Env env, Napi::Object exports);
