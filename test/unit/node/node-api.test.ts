import { expect, test } from "bun:test";
import { type ApiSettings, openApi, usualApiPort } from "../../../src/node/node-api.ts";
import { createLog } from "../../../src/platform/index.ts";
import { builtInNetwork, type NetworkParams } from "../../../src/protocol/params/index.ts";

const PARAMS = builtInNetwork("regtest") as NetworkParams;
const KEY = "93HaYBVUCYjEMeeH1Y4sBGLALQZE1Yc1K64xiqgX37tGBDQL8Xg";

/** What is logged while the port is opened, and closed again. */
async function logged(settings: Partial<ApiSettings>): Promise<string> {
  const lines: string[] = [];
  const log = createLog({ level: "info", format: "plain", write: (line) => lines.push(line) });
  const given = { apiPort: undefined, bandwidthTest: 0, attestor: "external", fluxnodeKey: undefined } as const;
  await openApi({ ...given, ...settings }, PARAMS, log)?.stop();
  return lines.join("");
}

test("a fluxnode whose benchmark daemon needs FluxOS leaves it its port", async () => {
  const text = await logged({ fluxnodeKey: KEY });
  expect(text).toContain("left to FluxOS");
  expect(text).toContain(String(usualApiPort(PARAMS)));
});

test("a port that is asked for is opened all the same, and a fluxnode without FluxOS keeps the usual one", async () => {
  expect(await logged({ fluxnodeKey: KEY, apiPort: 0 })).toContain("listening");
  expect(await logged({ fluxnodeKey: KEY, apiPort: "off" })).toBe("");
  for (const settings of [{}, { fluxnodeKey: KEY, attestor: "key" }] as const) {
    // Something else may listen there on the machine of the test.
    expect(await logged(settings)).toMatch(/listening|is taken/);
  }
});
