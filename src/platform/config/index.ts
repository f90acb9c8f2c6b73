export { convertReferenceFiles, type Import, type ImportedFile } from "./import/convert.ts";
export { findReferenceFiles } from "./import/find-reference-files.ts";
export { type NodeListEntry, parseNodeList } from "./import/node-list.ts";
export { formatImport, NODE_LIST_FILE } from "./import/write-import.ts";
export {
  CONFIGURATION_FILE,
  type Configuration,
  type ConfigurationInput,
  type Flags,
  loadConfiguration,
  MAX_CONFIGURATION_SIZE,
  SECRETS_FILE,
  type Source,
} from "./load-configuration.ts";
export { type NetworkAddress, parseNetworkAddress, parsePort, parseSubnet } from "./network-address.ts";
export { environmentName, OPTION_NAMES, OPTIONS, type OptionName, optionKey, type Settings } from "./options.ts";
