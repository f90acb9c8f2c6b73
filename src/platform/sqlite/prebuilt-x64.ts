import path from "../../../node_modules/better-sqlite3/prebuilds/linux-x64.node" with { type: "file" };

export const sqliteAddonFile: string = path;
