// The one registration point of the addon. Each folder registers its own functions, so that a folder can be
// read, built and tested without the others.

#include <napi.h>

#include "feature-report.h"

#if __has_include("blake2b/blake2b.h")
#include "blake2b/blake2b.h"
#define HAVE_BLAKE2B 1
#endif
#if __has_include("equihash/equihash.h")
#include "equihash/equihash.h"
#define HAVE_EQUIHASH 1
#endif
#if __has_include("sha256/sha256.h")
#include "sha256/sha256.h"
#define HAVE_SHA256 1
#endif
#if __has_include("secp256k1/ecdsa.h")
#include "secp256k1/ecdsa.h"
#define HAVE_SECP256K1 1
#endif

namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  registerFeatures(env, exports);
#ifdef HAVE_BLAKE2B
  registerBlake2b(env, exports);
#endif
#ifdef HAVE_EQUIHASH
  registerEquihash(env, exports);
#endif
#ifdef HAVE_SHA256
  registerSha256(env, exports);
#endif
#ifdef HAVE_SECP256K1
  registerSecp256k1(env, exports);
#endif
  return exports;
}

}  // namespace

NODE_API_MODULE(fluxnode, init)
