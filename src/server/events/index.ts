export { EventStream } from "./event-stream.ts";
