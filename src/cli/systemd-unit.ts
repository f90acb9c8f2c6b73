export interface SystemdUnit {
  /** The program, as absolute paths. */
  readonly command: readonly string[];
  readonly user: string;
  /** Absolute. */
  readonly dataDirectory: string;
  /** As for `--network`, with an absolute path; undefined leaves it to the configuration. */
  readonly network: string | undefined;
}

/**
 * A unit file for systemd. The node says itself when it is ready. It compiles code while it runs and unpacks its native library
 * to a private temporary directory or to its data directory, so memory may be written and executed, and neither directory may
 * forbid execution.
 */
export function systemdUnit({ command, user, dataDirectory, network }: SystemdUnit): string {
  const words = [...command, "start", "--quiet", "--datadir", dataDirectory];
  if (network !== undefined) words.push("--network", network);
  return `[Unit]
Description=Flux node
Documentation=https://runonflux.com
Wants=network-online.target
After=network-online.target
RequiresMountsFor=${quoted(dataDirectory)}

[Service]
Type=notify
NotifyAccess=main
User=${user}
ExecStart=${words.map(commandWord).join(" ")}
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=5
# A large chain takes time to open and to write.
TimeoutStartSec=infinity
TimeoutStopSec=180
LimitNOFILE=65536
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectSystem=full
ReadWritePaths=${quoted(`-${dataDirectory}`)}
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes

[Install]
WantedBy=multi-user.target
`;
}

/** In a command a dollar sign starts a variable, unlike in other settings. */
function commandWord(word: string): string {
  return quoted(word).replaceAll("$", "$$$$");
}

/** A percent sign starts a specifier; blanks and quotes need quotes around the word. */
function quoted(word: string): string {
  const text = word.replaceAll("%", "%%");
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
