#pragma once

#include <napi.h>

// What run-time CPU detection chose, by topic. A folder calls reportFeature from its register function, before
// features() can be called from JavaScript. Both strings must live for the whole process.
void reportFeature(const char* topic, const char* choice);

void registerFeatures(Napi::Env env, Napi::Object exports);
