import { dlopen, FFIType, ptr } from "bun:ffi";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
/** Room for a path in the system's address structure. */
const MAX_PATH = 107;

/**
 * Tells the service manager that started this process, if one asked for it with `NOTIFY_SOCKET`, in the manner of sd_notify(3).
 * The runtime has no datagram sockets of the Unix kind, so the C library is asked for one.
 *
 * @param state one assignment per line, like `READY=1`
 * @returns null when it was told or nobody asked for it, else why it could not be told
 */
export function notifyServiceManager(state: string, environment: NodeJS.ProcessEnv = process.env): string | null {
  const path = environment.NOTIFY_SOCKET;
  if (!path) return null;
  const address = socketAddress(path);
  if (address === null) return `NOTIFY_SOCKET is no usable address: ${path}`;
  try {
    return send(address, Buffer.from(state));
  } catch (error) {
    return `the C library cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A path, or with a leading @ a name without a file, whose first byte is zero then. */
function socketAddress(path: string): Uint8Array | null {
  const bytes = Buffer.from(path);
  if (!/^[/@]./.test(path) || bytes.length > MAX_PATH) return null;
  const address = Buffer.alloc(2 + bytes.length);
  address.writeUInt16LE(AF_UNIX, 0);
  address.set(bytes, 2);
  if (path.startsWith("@")) address[2] = 0;
  return address;
}

function send(address: Uint8Array, message: Uint8Array): string | null {
  const { i32, i64, u32, u64, ptr: pointer } = FFIType;
  const library = dlopen("libc.so.6", {
    socket: { args: [i32, i32, i32], returns: i32 },
    sendto: { args: [i32, pointer, u64, i32, pointer, u32], returns: i64 },
    close: { args: [i32], returns: i32 },
  });
  const { socket, sendto, close } = library.symbols;
  try {
    const descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return "no socket can be opened";
    try {
      const sent = Number(sendto(descriptor, ptr(message), message.length, 0, ptr(address), address.length));
      return sent === message.length ? null : "nobody listens at NOTIFY_SOCKET";
    } finally {
      close(descriptor);
    }
  } finally {
    library.close();
  }
}
