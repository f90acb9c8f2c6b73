import type { Command } from "commander";
import { OWNER_ONLY_FILE, writeNewFile } from "../../platform/index.ts";
import type { CommandLine } from "../command-line.ts";
import { nodeOptions } from "../node-options.ts";
import { fields } from "../text-layout.ts";

interface KeygenOptions {
  readonly out?: string;
}

export function addNodeKeygenCommand(parent: Command, line: CommandLine): void {
  parent
    .command("keygen")
    .description("make a new key for a fluxnode; it is kept nowhere else, and needs no node")
    .option("--out <file>", "write the private key there (mode 0600, never over another file) instead of printing it")
    .action(
      line.action<KeygenOptions>(async ({ output, globals }, { out }) => {
        const [{ params }, { newSecret }, { encodeWif }, { publicKeyCreate }, { toHex }] = await Promise.all([
          nodeOptions(globals),
          import("../../server/rpc/index.ts"),
          import("../../protocol/primitives/index.ts"),
          import("../../protocol/crypto/index.ts"),
          import("../../protocol/bytes/index.ts"),
        ]);
        // The form that the reference makes: the public key of a START has to match it byte for byte.
        const key = { secret: newSecret(), compressed: false };
        const privateKey = encodeWif(key, params.base58);
        const publicKey = toHex(publicKeyCreate(key.secret, key.compressed));
        if (out !== undefined) writeNewFile(out, `${privateKey}\n`, OWNER_ONLY_FILE);
        const secret = out === undefined ? { privateKey } : { file: out };
        output.result({ network: params.name, ...secret, publicKey }, () =>
          fields([
            ["network", params.name],
            out === undefined ? ["private key", privateKey] : ["written to", out],
            ["public key", publicKey],
          ]),
        );
      }),
    );
}
