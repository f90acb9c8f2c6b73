// Writes docs/generated/openrpc.json from the declarations of the JSON-RPC methods.
//
//   node_modules/.bin/bun scripts/generate-openrpc.ts

import { join } from "node:path";
import { openRpcDocument, RPC_METHODS, writeIndentedJson } from "../src/server/rpc/index.ts";

const file = join(import.meta.dir, "../docs/generated/openrpc.json");
await Bun.write(file, `${writeIndentedJson(openRpcDocument(RPC_METHODS, "9.0.6"))}\n`);
Bun.spawnSync([join(import.meta.dir, "../node_modules/.bin/biome"), "format", "--write", file]);
