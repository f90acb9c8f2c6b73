import type { MethodCases } from "./method-case.ts";
import * as is from "./shape.ts";

export const utilityCases: MethodCases = async ({ facts: { address, nodeKey } }) => {
  const valid = is.record({
    isvalid: is.exactly(true),
    address: is.exactly(address),
    scriptPubKey: is.hex,
    ismine: is.exactly(false),
    iswatchonly: is.exactly(false),
    isscript: is.bool,
  });
  const invalid = is.record({ isvalid: is.exactly(false) });
  return {
    validateaddress: {
      calls: [
        [[address], valid],
        [["nowhere"], invalid],
      ],
    },
    z_validateaddress: { calls: [[["nowhere"], invalid]] },
    createmultisig: {
      calls: [[[1, [nodeKey]], is.record({ address: is.address, redeemScript: is.hex })]],
      refused: [
        [[2, [nodeKey]], -1, "not enough keys supplied (got 1 keys, but need at least 2 to redeem)"],
        [[1, ["x"]], -1, " Invalid public key: x"],
      ],
    },
    verifymessage: {
      where: "main",
      calls: [[["t1NdSKKkBXV3GBDMcPvpWu12qcNwAZwB4hD", "", ""], is.exactly(false)]],
      refused: [
        [["nowhere", "", ""], -3, "Invalid address"],
        [["t1NdSKKkBXV3GBDMcPvpWu12qcNwAZwB4hD", "*", ""], -5, "Malformed base64 encoding"],
      ],
    },
    printsnapshot: { calls: [[[100], is.nothing]] },
    setmocktime: {
      calls: [[[1_767_400_000], is.nothing]],
      types: { 0: ["x", -3, "Expected type number, got string"] },
    },
    help: {
      calls: [
        [[], is.matches(/^== Addressindex ==\n/)],
        [["getblock"], is.matches(/^getblock "hash\|height"/)],
        [["nosuch"], is.exactly("help: unknown command: nosuch")],
      ],
    },
    stop: {
      calls: [[[true], is.exactly("Flux server stopping")]],
      types: { 0: "it is not looked at" },
    },
    "rpc.discover": {
      calls: [
        [
          [],
          is.record({
            openrpc: is.text,
            info: is.record({ title: is.text, description: is.text, version: is.exactly("9.0.6") }),
            methods: is.some(
              is.record({
                name: is.text,
                tags: is.some(is.record({ name: is.text })),
                summary: is.text,
                "description?": is.text,
                paramStructure: is.exactly("by-position"),
                params: is.list(
                  is.record({
                    name: is.text,
                    description: is.text,
                    required: is.bool,
                    schema: is.record({ type: is.either(is.text, is.some(is.text)) }),
                  }),
                ),
                result: is.record({ name: is.text, description: is.text, schema: is.exactly(true) }),
                "x-aliases?": is.some(is.text),
              }),
            ),
          }),
        ],
      ],
    },
  };
};
