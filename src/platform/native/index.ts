export { isCompiledExecutable, loadEmbeddedAddon, setNativeFallbackDirectory } from "./load-embedded-addon.ts";
export { type NativeStatus, nativeAddon, nativeStatus } from "./load-native.ts";
export type {
  EquihashFind,
  EquihashItem,
  EquihashProgress,
  EquihashSearch,
  NativeAddon,
  NativeFeatures,
} from "./native-addon.ts";
