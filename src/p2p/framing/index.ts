export { encodeFrame, FRAME_HEADER_SIZE, MAX_PAYLOAD_SIZE } from "./frame.ts";
export { type Frame, FrameReader } from "./frame-reader.ts";
