import { type Database, withSqliteErrors } from "../platform/sqlite/index.ts";
import type { NetAddress } from "./addresses/net-address.ts";
import type { Subnet } from "./addresses/subnet.ts";
import type { Ban, BanStore } from "./ban-list.ts";

/** Tables of the peers in node.db; released ones never change. */
export const PEER_MIGRATION = `
  CREATE TABLE peer_bans (network BLOB NOT NULL, mask BLOB NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (network, mask)) WITHOUT ROWID;
  CREATE TABLE peer_addresses (id INTEGER PRIMARY KEY CHECK (id = 0), book BLOB NOT NULL);
  CREATE TABLE peer_anchors (ip BLOB NOT NULL, port INTEGER NOT NULL, PRIMARY KEY (ip, port)) WITHOUT ROWID;
`;

interface BanRow {
  readonly network: Uint8Array;
  readonly mask: Uint8Array;
  readonly until: number;
}

interface AnchorRow {
  readonly ip: Uint8Array;
  readonly port: number;
}

/** What is kept of peers over restarts: bans, known addresses and the peers to try first. */
export class PeerStore implements BanStore {
  private readonly database: Database;
  private readonly path: string;

  /** @param database open, with {@link PEER_MIGRATION} applied; it stays the caller's */
  constructor(database: Database) {
    this.database = database;
    this.path = database.name;
  }

  load(): Ban[] {
    const rows = this.database.prepare<[], BanRow>("SELECT network, mask, until FROM peer_bans").all();
    return rows.map(({ network, mask, until }) => ({
      subnet: { network: new Uint8Array(network), mask: new Uint8Array(mask) },
      until,
    }));
  }

  put({ subnet, until }: Ban): void {
    this.run("INSERT OR REPLACE INTO peer_bans (network, mask, until) VALUES (?, ?, ?)", [
      subnet.network,
      subnet.mask,
      until,
    ]);
  }

  remove({ network, mask }: Subnet): void {
    this.run("DELETE FROM peer_bans WHERE network = ? AND mask = ?", [network, mask]);
  }

  clear(): void {
    this.run("DELETE FROM peer_bans", []);
  }

  private run(sql: string, values: unknown[]): void {
    withSqliteErrors(this.path, () => this.database.prepare<unknown[]>(sql).run(...values));
  }

  /** The encoded address book; undefined if none was saved. */
  loadAddresses(): Uint8Array | undefined {
    const book = this.database.prepare<[], Uint8Array>("SELECT book FROM peer_addresses").pluck().get();
    return book && new Uint8Array(book);
  }

  saveAddresses(book: Uint8Array): void {
    this.run("INSERT OR REPLACE INTO peer_addresses (id, book) VALUES (0, ?)", [book]);
  }

  /** The peers to try first. They are kept no longer: after a crash, older ones would be tried over and over. */
  takeAnchors(): NetAddress[] {
    const rows = this.database.prepare<[], AnchorRow>("SELECT ip, port FROM peer_anchors").all();
    this.run("DELETE FROM peer_anchors", []);
    return rows.map(({ ip, port }) => ({ ip: new Uint8Array(ip), port }));
  }

  saveAnchors(anchors: readonly NetAddress[]): void {
    this.run("DELETE FROM peer_anchors", []);
    for (const { ip, port } of anchors) this.run("INSERT INTO peer_anchors (ip, port) VALUES (?, ?)", [ip, port]);
  }
}
