/** SQLite `application_id` of the two files: "FXch" and "FXbl". */
export const CHAIN_APPLICATION_ID = 0x46586368;
export const BLOCKS_APPLICATION_ID = 0x4658626c;

/** chain.db: headers, active chain, coins, undo, shielded state, node list. One entry per schema version. */
export const CHAIN_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE headers (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    parent INTEGER NOT NULL,
    height INTEGER NOT NULL,
    work BLOB NOT NULL,
    header BLOB NOT NULL,
    validity INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    failed_ancestor INTEGER NOT NULL,
    has_data INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    transactions INTEGER NOT NULL,
    chain_transactions INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sprout_root BLOB,
    sprout_delta INTEGER,
    sapling_delta INTEGER,
    chain_sprout INTEGER,
    chain_sapling INTEGER,
    logical_time INTEGER
  );
  CREATE INDEX headers_leaf ON headers (id) WHERE leaf = 1;
  CREATE INDEX headers_waiting ON headers (id) WHERE has_data = 1 AND chain_transactions = 0;
  CREATE TABLE active (height INTEGER PRIMARY KEY, id INTEGER NOT NULL);
  CREATE TABLE coins (txid BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE undo (id INTEGER PRIMARY KEY, record BLOB NOT NULL);
  CREATE TABLE nullifiers (pool INTEGER NOT NULL, nullifier BLOB NOT NULL, PRIMARY KEY (pool, nullifier)) WITHOUT ROWID;
  CREATE TABLE anchors (pool INTEGER NOT NULL, root BLOB NOT NULL, tree BLOB NOT NULL, PRIMARY KEY (pool, root)) WITHOUT ROWID;
  CREATE TABLE nodes (outpoint BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE delegates (outpoint BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID;
  CREATE TABLE transactions (key INTEGER NOT NULL, id INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (key, id, position)) WITHOUT ROWID;
  CREATE TABLE spent (
    key INTEGER NOT NULL, id INTEGER NOT NULL, position INTEGER NOT NULL, input INTEGER NOT NULL,
    PRIMARY KEY (key, id, position, input)
  ) WITHOUT ROWID;
  CREATE TABLE address_deltas (address BLOB NOT NULL, start INTEGER NOT NULL, deltas BLOB NOT NULL, PRIMARY KEY (address, start));
  CREATE TABLE address_balances (address BLOB PRIMARY KEY, balance INTEGER NOT NULL, received INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE recreated_coins (outpoint BLOB PRIMARY KEY) WITHOUT ROWID;
  CREATE INDEX headers_time ON headers (logical_time) WHERE logical_time IS NOT NULL;
  `,
];

/** blocks.db: raw blocks, apart from the rest so that pruning them and copying chain.db stay cheap. */
export const BLOCKS_MIGRATIONS: readonly string[] = [
  "CREATE TABLE blocks (hash BLOB PRIMARY KEY, block BLOB NOT NULL);",
];
