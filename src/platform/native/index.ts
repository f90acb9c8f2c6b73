export type { BenchAddon, DiskLatencies, DiskTask, DiskTransfer } from "./bench-addon.ts";
export { isCompiledExecutable, loadEmbeddedAddon, setNativeFallbackDirectory } from "./load-embedded-addon.ts";
export { benchAddon, type NativeStatus, nativeAddon, nativeStatus, netAddon } from "./load-native.ts";
export type {
  EquihashFind,
  EquihashItem,
  EquihashProgress,
  EquihashSearch,
  NativeAddon,
  NativeFeatures,
} from "./native-addon.ts";
export type { HeldConnection, NetAddon } from "./net-addon.ts";
