export {
  type Database,
  type DatabaseOptions,
  lockingDatabase,
  type Migration,
  openDatabase,
  type Statement,
  sqliteVersion,
} from "./open-database.ts";
export { isSqliteError, sqliteError, withSqliteErrors } from "./sqlite-errors.ts";
