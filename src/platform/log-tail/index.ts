export { followFile, lastLines } from "./log-tail.ts";
