#pragma once

#include <cstddef>
#include <cstdint>

namespace fluxnode {

constexpr size_t kRipemd160Bytes = 20;

/** RIPEMD-160 of the whole message. */
void ripemd160(const uint8_t* data, size_t length, uint8_t* digest);

/** RIPEMD-160 of SHA-256. */
void hash160(const uint8_t* data, size_t length, uint8_t* digest);

}  // namespace fluxnode
