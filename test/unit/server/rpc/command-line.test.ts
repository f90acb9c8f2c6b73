import { describe, expect, test } from "bun:test";
import { convertCommandLineParams } from "../../../../src/server/rpc/index.ts";

describe("parameters of the command line", () => {
  const cases: [method: string, params: string[], converted: unknown[]][] = [
    ["getblockcount", [], []],
    ["getblockhash", ["5"], [5]],
    ["getblock", ["5", "2"], ["5", 2]],
    ["getblock", ["5", "true"], ["5", true]],
    ["gettxout", ["00", "1", "false"], ["00", 1, false]],
    ["gettxoutproof", ['["aa"]', "bb"], [["aa"], "bb"]],
    ["getaddressbalance", ['{"addresses":["t1"]}'], [{ addresses: ["t1"] }]],
    // Friendlier than the daemon, which wants the quotes.
    ["getaddressbalance", ["t1abc"], ["t1abc"]],
    ["getblockdeltas", ['"00ff"'], ["00ff"]],
    ["getblockdeltas", ["00ff"], ["00ff"]],
    ["listfluxnodes", ["12"], ["12"]],
    ["sendtoaddress", ["t1", "1.50"], ["t1", { text: "1.50" }]],
    ["nosuchmethod", ["1"], ["1"]],
    ["constructor", ["1"], ["1"]],
  ];
  test.each(cases)("%s %j", (method, params, converted) => {
    expect(JSON.stringify(convertCommandLineParams(method, params))).toBe(JSON.stringify(converted));
  });

  test.each([
    ["getblockhash", "abc"],
    ["getblockhash", "1,2"],
    ["getblockhash", "1]"],
    ["getblockhash", ""],
    ["createmultisig", "{"],
  ])("%s %j is refused", (method, text) => {
    expect(() => convertCommandLineParams(method, [text])).toThrow(
      expect.objectContaining({ code: -1, message: `Error parsing JSON:${text}` }),
    );
  });
});
