import type { MethodCases } from "./method-case.ts";
import * as is from "./shape.ts";

export const networkCases: MethodCases = async (scene) => {
  const added = "127.0.0.1:1";
  await scene.result("addnode", added, "add");
  const [peer] = await scene.result<readonly { readonly addr: string }[]>("getpeerinfo");
  return {
    getinfo: {
      calls: [
        [
          [],
          is.record({
            version: is.exactly(9_000_650),
            protocolversion: is.exactly(170_021),
            blocks: is.exactly(scene.facts.height),
            timeoffset: is.integer,
            connections: is.exactly(1),
            proxy: is.exactly(""),
            difficulty: is.number,
            testnet: is.bool,
            relayfee: is.amount,
            errors: is.text,
          }),
        ],
      ],
    },
    getnetworkinfo: {
      calls: [
        [
          [],
          is.record({
            version: is.exactly(9_000_650),
            subversion: is.exactly("/MagicBean:9.0.6/"),
            protocolversion: is.exactly(170_021),
            localservices: is.matches(/^[0-9a-f]{16}$/),
            timeoffset: is.integer,
            connections: is.exactly(1),
            networks: is.some(
              is.record({
                name: is.matches(/^(ipv4|ipv6|onion)$/),
                limited: is.bool,
                reachable: is.bool,
                proxy: is.text,
                proxy_randomize_credentials: is.bool,
              }),
            ),
            relayfee: is.amount,
            localaddresses: is.list(is.record({ address: is.text, port: is.integer, score: is.integer })),
            warnings: is.text,
          }),
        ],
      ],
    },
    getpeerinfo: {
      calls: [
        [
          [],
          is.some(
            is.record({
              id: is.integer,
              addr: is.matches(/^127\.0\.0\.1:\d+$/),
              "addrlocal?": is.text,
              services: is.exactly("0000000000000005"),
              addr_processed: is.integer,
              addr_rate_limited: is.integer,
              whitelisted: is.exactly(false),
              lastsend: is.integer,
              lastrecv: is.integer,
              bytessent: is.integer,
              bytesrecv: is.integer,
              conntime: is.integer,
              timeoffset: is.integer,
              pingtime: is.number,
              "pingwait?": is.number,
              version: is.exactly(170_021),
              subver: is.exactly("/test:1/"),
              inbound: is.exactly(true),
              startingheight: is.exactly(0),
              banscore: is.integer,
              synced_headers: is.integer,
              synced_blocks: is.integer,
              inflight: is.list(is.integer),
            }),
          ),
        ],
      ],
    },
    getconnectioncount: { calls: [[[], is.exactly(1)]] },
    getnettotals: {
      calls: [[[], is.record({ totalbytesrecv: is.integer, totalbytessent: is.integer, timemillis: is.integer })]],
    },
    getdeprecationinfo: {
      where: "main",
      calls: [
        [
          [],
          is.record({
            version: is.exactly(9_000_650),
            subversion: is.exactly("/MagicBean:9.0.6/"),
            deprecationheight: is.integer,
          }),
        ],
      ],
    },
    ping: { calls: [[[], is.nothing]] },
    addnode: {
      calls: [
        [["127.0.0.1:2", "onetry"], is.nothing],
        [["127.0.0.1:3", "add"], is.nothing],
        [["127.0.0.1:3", "remove"], is.nothing],
      ],
      refused: [
        [[added, "add"], -23, "Error: Node already added"],
        [["127.0.0.1:3", "remove"], -24, "Error: Node has not been added."],
      ],
    },
    getaddednodeinfo: {
      calls: [
        [[false], is.some(is.record({ addednode: is.exactly(added) }))],
        [
          [true, added],
          is.some(
            is.record({
              addednode: is.exactly(added),
              connected: is.bool,
              addresses: is.some(is.record({ address: is.exactly(added), connected: is.exactly("false") })),
            }),
          ),
        ],
      ],
      refused: [[[true, "127.0.0.1:4"], -24, "Error: Node has not been added."]],
    },
    setban: {
      calls: [
        [["10.1.2.3", "add"], is.nothing],
        [["10.2.0.0/16", "add", 100, false], is.nothing],
        [["10.1.2.3", "remove"], is.nothing],
      ],
      types: { 3: "everything but true is false" },
      refused: [
        [["10.2.0.0/16", "add"], -23, "Error: IP/Subnet already banned"],
        [["nowhere", "add"], -23, "Error: Invalid IP/Subnet"],
        [["10.1.2.3", "remove"], -1, "Error: Unban failed"],
      ],
    },
    listbanned: { calls: [[[], is.list(is.record({ address: is.text, banned_until: is.integer }))]] },
    clearbanned: { calls: [[[], is.nothing]] },
    disconnectnode: {
      calls: [[[peer?.addr], is.nothing]],
      refused: [[["127.0.0.1:5"], -29, "Node not found in connected nodes"]],
    },
  };
};
