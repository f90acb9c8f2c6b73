export { type ApiPart, type ApiServerOptions, type ConnectionCounts, startApiServer } from "./api-server.ts";
export { BandwidthTest, type BandwidthTestOptions } from "./bandwidth/bandwidth-test.ts";
export { type BandwidthLimits, bandwidthLimits } from "./bandwidth/limits.ts";
