import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { cleanEnvironment, EXECUTABLE } from "./run-fluxnode.mjs";
import { NETWORK } from "./test-chain.mjs";

/** A port that nobody listens on right now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/**
 * Starts a node on a data directory and waits until it is ready. It is killed when the test ends if it still runs then.
 */
export async function startNode(
  t,
  folder,
  { args = [], wrapper = [], network = NETWORK, networkName = "regtest-a" } = {},
) {
  const port = await freePort();
  const command = [...wrapper, EXECUTABLE, "start", "--datadir", folder, "--rpc-port", `${port}`, ...network, ...args];
  const child = spawn(command[0], command.slice(1), { env: cleanEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  const node = { child, port, stdout: "", stderr: "" };
  node.ended = new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal })));
  t.teardown(async () => {
    child.kill("SIGKILL");
    await node.ended;
  });
  const ready = new Promise((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      node.stdout += text;
      if (/\n\}?\n?$/.test(node.stdout)) resolve();
    });
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    node.stderr += text;
  });
  const inTime = await Promise.race([ready.then(() => "ready"), node.ended]);
  if (inTime !== "ready") throw new Error(`the node ended with ${JSON.stringify(inTime)}: ${node.stderr}`);
  const cookie = readFileSync(join(folder, networkName, ".cookie"), "utf8");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  node.post = (body, authorization = cookie) => post(agent, port, body, authorization);
  node.rpc = async (method, ...params) => JSON.parse((await node.post({ method, params, id: "test" })).text);
  return node;
}

function post(agent, port, body, authorization) {
  const headers = { authorization: `Basic ${Buffer.from(authorization).toString("base64")}` };
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port, method: "POST", path: "/", headers, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
    });
    call.on("error", reject);
    call.end(JSON.stringify(body));
  });
}
