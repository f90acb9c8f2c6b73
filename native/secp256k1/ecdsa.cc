#include "ecdsa.h"

#include <sys/random.h>

#include <algorithm>

#include "arguments.h"
#include "curve.h"
#include "feature-report.h"
#include "lanes.h"
#include "recover-signers.h"
#include "signature-hash.h"
#include "verify-signatures.h"

namespace {

using fluxnode::Bytes;
using fluxnode::bytesArgument;
using fluxnode::newBytes;

constexpr size_t kDigestBytes = 32;
constexpr size_t kSecretBytes = 32;
constexpr size_t kCompactBytes = 65;

size_t keyBytes(bool compressed) { return compressed ? 33 : 65; }

Napi::Value invalidSecret(Napi::Env env) {
  Napi::RangeError::New(env, "secretKey is zero or not below the group order").ThrowAsJavaScriptException();
  return env.Undefined();
}

bool flagArgument(const Napi::CallbackInfo& info, size_t index, const char* name, bool* out) {
  if (!info[index].IsBoolean()) {
    Napi::TypeError::New(info.Env(), std::string(name) + " must be a boolean").ThrowAsJavaScriptException();
    return false;
  }
  *out = info[index].As<Napi::Boolean>().Value();
  return true;
}

Napi::Value verify(const Napi::CallbackInfo& info) {
  Bytes digest, der, key;
  if (!bytesArgument(info, 0, "digest", &digest) || !bytesArgument(info, 1, "derSignature", &der) ||
      !bytesArgument(info, 2, "publicKey", &key)) {
    return info.Env().Undefined();
  }
  const bool valid =
      digest.size == kDigestBytes && curve_verify(digest.data, der.data, der.size, key.data, key.size) != 0;
  return Napi::Boolean::New(info.Env(), valid);
}

Napi::Value sign(const Napi::CallbackInfo& info) {
  Bytes digest, secret;
  if (!bytesArgument(info, 0, "digest", kDigestBytes, &digest) ||
      !bytesArgument(info, 1, "secretKey", kSecretBytes, &secret)) {
    return info.Env().Undefined();
  }
  uint8_t der[72];
  size_t size = 0;
  if (!curve_sign(digest.data, secret.data, der, &size)) return invalidSecret(info.Env());
  Napi::Uint8Array signature = newBytes(info.Env(), size);
  std::copy(der, der + size, signature.Data());
  return signature;
}

Napi::Value signCompact(const Napi::CallbackInfo& info) {
  Bytes digest, secret;
  bool compressed = false;
  if (!bytesArgument(info, 0, "digest", kDigestBytes, &digest) ||
      !bytesArgument(info, 1, "secretKey", kSecretBytes, &secret) || !flagArgument(info, 2, "compressed", &compressed)) {
    return info.Env().Undefined();
  }
  Napi::Uint8Array signature = newBytes(info.Env(), kCompactBytes);
  int recoveryId = 0;
  if (!curve_sign_recoverable(digest.data, secret.data, signature.Data() + 1, &recoveryId)) {
    return invalidSecret(info.Env());
  }
  signature[0] = static_cast<uint8_t>(27 + recoveryId + (compressed ? 4 : 0));
  return signature;
}

Napi::Value recoverCompact(const Napi::CallbackInfo& info) {
  Bytes digest, signature;
  if (!bytesArgument(info, 0, "digest", &digest) || !bytesArgument(info, 1, "signature", &signature)) {
    return info.Env().Undefined();
  }
  if (digest.size != kDigestBytes || signature.size != kCompactBytes) return info.Env().Null();
  // The header is never checked against a range: only its value modulo 8 counts (fluxnodes.md section 6.1).
  const unsigned header = static_cast<unsigned>(signature.data[0]) - 27;
  const bool compressed = (header & 4) != 0;
  uint8_t key[65];
  if (!curve_recover(digest.data, signature.data + 1, static_cast<int>(header & 3), compressed, key)) {
    return info.Env().Null();
  }
  Napi::Uint8Array result = newBytes(info.Env(), keyBytes(compressed));
  std::copy(key, key + keyBytes(compressed), result.Data());
  return result;
}

Napi::Value publicKeyCreate(const Napi::CallbackInfo& info) {
  Bytes secret;
  bool compressed = false;
  if (!bytesArgument(info, 0, "secretKey", kSecretBytes, &secret) || !flagArgument(info, 1, "compressed", &compressed)) {
    return info.Env().Undefined();
  }
  Napi::Uint8Array key = newBytes(info.Env(), keyBytes(compressed));
  if (!curve_public_key(secret.data, compressed, key.Data())) return invalidSecret(info.Env());
  return key;
}

Napi::Value publicKeyIsValid(const Napi::CallbackInfo& info) {
  Bytes key;
  if (!bytesArgument(info, 0, "publicKey", &key)) return info.Env().Undefined();
  uint8_t unused[65];
  return Napi::Boolean::New(info.Env(), curve_decompress(key.data, key.size, unused) != 0);
}

Napi::Value publicKeyDecompress(const Napi::CallbackInfo& info) {
  Bytes key;
  if (!bytesArgument(info, 0, "publicKey", &key)) return info.Env().Undefined();
  uint8_t uncompressed[65];
  if (!curve_decompress(key.data, key.size, uncompressed)) return info.Env().Null();
  Napi::Uint8Array result = newBytes(info.Env(), sizeof uncompressed);
  std::copy(uncompressed, uncompressed + sizeof uncompressed, result.Data());
  return result;
}

Napi::Value signatureHash(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Bytes raw, scriptCode;
  if (!bytesArgument(info, 0, "rawTransaction", &raw) || !bytesArgument(info, 3, "scriptCode", &scriptCode)) {
    return env.Undefined();
  }
  if (!info[1].IsNumber() || !info[2].IsNumber() || !info[4].IsBigInt() || !info[5].IsNumber()) {
    Napi::TypeError::New(env, "branchId, inputIndex and hashType must be numbers, amount a bigint")
        .ThrowAsJavaScriptException();
    return env.Undefined();
  }
  bool lossless = false;
  const int64_t amount = info[4].As<Napi::BigInt>().Int64Value(&lossless);
  const int64_t inputIndex = info[2].As<Napi::Number>().Int64Value();
  fluxnode::Transaction transaction;
  if (!lossless || !fluxnode::parseTransaction({raw.data, raw.size}, &transaction)) {
    Napi::RangeError::New(env, lossless ? "rawTransaction is malformed" : "amount is not an int64")
        .ThrowAsJavaScriptException();
    return env.Undefined();
  }
  if (inputIndex < -1) return env.Null();
  fluxnode::SignatureHasher hasher(transaction, info[1].As<Napi::Number>().Uint32Value());
  uint8_t digest[kDigestBytes];
  const size_t index = inputIndex == -1 ? fluxnode::kNoInput : static_cast<size_t>(inputIndex);
  if (!hasher.hash(index, {scriptCode.data, scriptCode.size}, amount, info[5].As<Napi::Number>().Int32Value(), digest)) {
    return env.Null();
  }
  Napi::Uint8Array result = newBytes(env, sizeof digest);
  std::copy(digest, digest + sizeof digest, result.Data());
  return result;
}

/** False if the system gives no random bytes. */
bool initialiseCurve() {
  static const bool done = []() {
    uint8_t seed[32];
    if (getrandom(seed, sizeof seed, 0) != static_cast<ssize_t>(sizeof seed)) return false;
    curve_initialise(seed);
    return true;
  }();
  return done;
}

/** What batches are computed with. */
const char* batchImplementation() {
#if defined(__x86_64__)
  if (lanes_supported()) return "avx512-ifma";
#endif
  return "libsecp256k1";
}

/**
 * Exports a function that needs the curve. Its tables are built when the first such function is called, once for all
 * threads of the process: a short-lived command that needs none should not wait for them.
 */
template <Napi::Value (*Function)(const Napi::CallbackInfo&)>
void exportCurveFunction(Napi::Env env, Napi::Object exports, const char* name) {
  const auto call = [](const Napi::CallbackInfo& info) -> Napi::Value {
    if (initialiseCurve()) return Function(info);
    Napi::Error::New(info.Env(), "getrandom failed").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  };
  exports.Set(name, Napi::Function::New(env, call, name));
}

}  // namespace

void registerSecp256k1(Napi::Env env, Napi::Object exports) {
  reportFeature("secp256k1", batchImplementation());
  exportCurveFunction<verify>(env, exports, "ecdsaVerify");
  exportCurveFunction<sign>(env, exports, "ecdsaSign");
  exportCurveFunction<signCompact>(env, exports, "ecdsaSignCompact");
  exportCurveFunction<recoverCompact>(env, exports, "ecdsaRecoverCompact");
  exportCurveFunction<publicKeyCreate>(env, exports, "publicKeyCreate");
  exportCurveFunction<publicKeyIsValid>(env, exports, "publicKeyIsValid");
  exportCurveFunction<publicKeyDecompress>(env, exports, "publicKeyDecompress");
  exportCurveFunction<verifySignatures>(env, exports, "verifySignatures");
  exportCurveFunction<recoverSigners>(env, exports, "recoverSigners");
  exportCurveFunction<recoverSignersAsync>(env, exports, "recoverSignersAsync");
  exports.Set("signatureHash", Napi::Function::New(env, signatureHash, "signatureHash"));
}
