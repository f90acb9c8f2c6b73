// The one registration point of the addon. Each folder registers its own functions, so that a folder can be
// read, built and tested without the others.

#include <napi.h>

#include "bench/bench.h"
#include "blake2b/blake2b.h"
#include "equihash/equihash.h"
#include "feature-report.h"
#include "net/connections.h"
#include "secp256k1/ecdsa.h"
#include "sha256/sha256.h"

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  registerFeatures(env, exports);
  registerBench(env, exports);
  registerBlake2b(env, exports);
  registerConnections(env, exports);
  registerEquihash(env, exports);
  registerEquihashSolver(env, exports);
  registerSha256(env, exports);
  registerSecp256k1(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(fluxnode, init)
