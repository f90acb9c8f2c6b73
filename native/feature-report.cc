#include "feature-report.h"

#include <cstring>

namespace {

struct Feature {
  const char* topic;
  const char* choice;
};

constexpr int kMaxFeatures = 16;
Feature features[kMaxFeatures];
int featureCount = 0;

const char* architecture() {
#if defined(__x86_64__)
  return "x64";
#elif defined(__aarch64__)
  return "arm64";
#else
  return "other";
#endif
}

Napi::Value describe(const Napi::CallbackInfo& info) {
  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("arch", architecture());
  for (int i = 0; i < featureCount; i++) result.Set(features[i].topic, features[i].choice);
  return result;
}

}  // namespace

void reportFeature(const char* topic, const char* choice) {
  // An addon is initialised once per JavaScript thread but detection is per process: later reports replace.
  for (int i = 0; i < featureCount; i++) {
    if (std::strcmp(features[i].topic, topic) == 0) {
      features[i].choice = choice;
      return;
    }
  }
  if (featureCount < kMaxFeatures) features[featureCount++] = {topic, choice};
}

void registerFeatures(Napi::Env env, Napi::Object exports) {
  exports.Set("features", Napi::Function::New(env, describe, "features"));
}
