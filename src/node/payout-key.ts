import {
  type DataDirectory,
  FluxError,
  fileStatus,
  readTextFile,
  secureRandomBytes,
  writeFileAtomically,
} from "../platform/index.ts";
import { publicKeyCreate } from "../protocol/crypto/index.ts";
import type { NetworkParams } from "../protocol/params/index.ts";
import { decodeAddress, decodeWif, encodeWif } from "../protocol/primitives/index.ts";
import { keyDestination, scriptForDestination } from "../protocol/script/index.ts";

/** Below the folder of the network: a key for blocks that pay to nobody else, in WIF form. */
const KEY_FILE = "mining.key";
const OWNER_ONLY = 0o600;
const MAX_KEY_FILE = 1024;

/**
 * The script that blocks of this node pay to: that of the configured address, else of a key of this node, which is made when it
 * is first needed. The reference takes a key of its wallet then.
 * @throws FluxError mine-address-invalid (kind "usage"), mining-key-invalid, and those of the file
 */
export function payoutScript(address: string | undefined, directory: DataDirectory, params: NetworkParams): Uint8Array {
  if (address !== undefined) return addressScript(address, params);
  const path = directory.file(KEY_FILE);
  if (!fileStatus(path)) {
    const wif = encodeWif({ secret: newSecret(), compressed: true }, params.base58);
    writeFileAtomically(path, `${wif}\n`, OWNER_ONLY);
  }
  const key = decodeWif(readTextFile(path, MAX_KEY_FILE).trim(), params.base58);
  if (!key) {
    throw new FluxError("mining-key-invalid", `${path} holds no private key of this network`, {
      hint: "set mine-address, or move the file away to get a new key",
    });
  }
  return scriptForDestination(keyDestination(publicKeyCreate(key.secret, key.compressed)));
}

/** @throws FluxError mine-address-invalid (kind "usage") */
export function addressScript(address: string, params: NetworkParams): Uint8Array {
  const destination = decodeAddress(address, params.base58);
  if (destination) return scriptForDestination(destination);
  throw new FluxError(
    "mine-address-invalid",
    `mine-address ${JSON.stringify(address)} is no transparent address of this network`,
    {
      kind: "usage",
    },
  );
}

/** Chance makes no invalid key in practice; the order of the curve begins with 32 ones. */
function newSecret(): Uint8Array {
  for (;;) {
    const secret = secureRandomBytes(32);
    if (secret[0] !== 0xff && secret.some((byte) => byte !== 0)) return secret;
  }
}
