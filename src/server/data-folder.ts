/**
 * One daemon a data folder. Node has no flock, so a listening socket is the lock: on Linux an abstract one named after
 * the folder's device and inode, free at once when its process dies; and one in the folder itself, for other systems
 * and for containers that share the folder but not the network. Who connects is told the pid.
 */
import net from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import { SluiceError, systemCode } from '../runtime/sluice-error.ts';

export interface DataFolderOptions {
  readonly disk: Disk;
  /** The machine's clock. */
  readonly clock: Clock;
  readonly path: string;
  readonly pid: number;
  /** As in process.platform. */
  readonly platform: string;
  /** Tells the kind of file system as Linux numbers it; asked where a folder on a network is to be refused. */
  readonly fileSystemType?: ((path: string) => Promise<number>) | undefined;
}

export interface DataFolder {
  readonly path: string;
  /** Free for the next daemon. */
  release(): Promise<void>;
}

/** Longest path a socket can be bound to on every system. */
const SOCKET_PATH_BYTES_MAX = 103;
const HOLDER_WAIT_MS = 1_000;
const SILENT_HOLDER_WAIT_MS = 1_000;
const SILENT_HOLDER_POLL_MS = 20;
/**
 * File systems on a network: what they say is on disk may be in another machine's memory, and two machines may take
 * the same folder. Source of the numbers: statfs(2) and linux/magic.h.
 */
const NETWORK_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
]);
/** The file system knows no sockets: the folder is then locked by its number alone. */
const NO_SOCKETS = new Set(['EOPNOTSUPP', 'ENOTSUP', 'EINVAL', 'ENOSYS']);

/** Makes the folder if need be and takes it. @throws {SluiceError} SLUICE_IN_USE, SLUICE_DATA_NOT_WRITABLE, SLUICE_DATA_ON_NETWORK. */
export async function claimDataFolder(options: DataFolderOptions): Promise<DataFolder> {
  const { disk, path, platform } = options;
  const held: net.Server[] = [];
  try {
    await disk.makeDirectory(path);
    await refuseNetwork(options);
    const found = await disk.stat(path);
    if (platform === 'linux') held.push(await hold(options, `\0sluice-${found!.device}-${found!.inode}`));
    const socketPath = join(path, 'LOCK');
    const fits = Buffer.byteLength(socketPath) <= SOCKET_PATH_BYTES_MAX;
    if (fits || held.length === 0) {
      const own = await hold(options, socketPath).catch((error: unknown) => {
        if (held.length > 0 && NO_SOCKETS.has(systemCode(error))) return undefined;
        throw error;
      });
      if (own !== undefined) held.push(own);
    }
  } catch (error) {
    await releaseAll(held);
    throw folderError(error, path);
  }
  return { path, release: () => releaseAll(held) };
}

async function refuseNetwork({ path, platform, fileSystemType }: DataFolderOptions): Promise<void> {
  if (fileSystemType === undefined || platform !== 'linux') return;
  // Signed on some machines.
  const kind = NETWORK_FILE_SYSTEMS.get((await fileSystemType(path)) >>> 0);
  if (kind === undefined) return;
  throw new SluiceError('SLUICE_DATA_ON_NETWORK', `The data folder ${path} is on a network (${kind})`, {
    hints: [
      'What such a disk calls written may be lost, and two machines may use one folder: choose a local one with --data.',
      'To use it all the same: --allow-network-disk.',
    ],
  });
}

/** Why a data folder cannot be used, in words; anything that is no such reason as it is. */
export function folderError(error: unknown, path: string): unknown {
  switch (systemCode(error)) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new SluiceError('SLUICE_DATA_NOT_WRITABLE', `The data folder ${path} may not be written by this user`, {
        hints: ['Choose another with --data, or keep everything in memory with --memory.'],
        cause: error,
      });
    case 'ENOENT':
      return new SluiceError('SLUICE_DATA_NOT_WRITABLE', `The data folder ${path} cannot be made there`, {
        hints: ['Choose another with --data, or keep everything in memory with --memory.'],
        cause: error,
      });
    case 'ENOTDIR':
    case 'EEXIST':
      return new SluiceError('SLUICE_DATA_NOT_FOLDER', `${path} is not a folder`, {
        hints: ['Choose another data folder with --data.'],
        cause: error,
      });
    default:
      return error;
  }
}

/** What a person can do about a store that does not open. `segment`: the damaged one. */
export function unusable(kind: 'key' | 'damage' | 'format' | 'other', error: Error, segment = 0): SluiceError {
  const COPY = 'Nothing was changed. Put the folder back from a copy, or choose another one with --data.';
  const id = segment.toString(16).padStart(16, '0');
  const [code, hints] = {
    key: ['SLUICE_ENCRYPTION_KEY', ['Start with --encryption-key-file and a file that holds this key too.']],
    damage: [
      'SLUICE_STORE_DAMAGED',
      [
        'Put the folder back from a copy, if there is one. `sluice serve verify` looks at all of it.',
        `To give up what is damaged there and serve the rest: --accept-loss ${id}`,
      ],
    ],
    format: [
      'SLUICE_STORE_FORMAT',
      [
        'Nothing was changed. Start the newer version that wrote it, or choose another folder with --data.',
        'To come back to this version, copy the streams from a daemon of the newer one: sluice replay.',
      ],
    ],
    other: ['SLUICE_STORE_UNUSABLE', [COPY]],
  }[kind] as [string, string[]];
  return new SluiceError(code, error.message, { hints, cause: error });
}

/**
 * Before the journal is opened: records without the streams they belong to are a folder of which a part is lost.
 * To begin anew beside them would delete what is left.
 * @throws {SluiceError} SLUICE_DATA_INCOMPLETE.
 */
export async function requireJournal(disk: Disk, path: string): Promise<void> {
  if ((await hasRecords(disk, path)) && (await disk.stat(join(path, 'meta'))) === undefined) {
    throw incomplete(path, `holds records, but ${join(path, 'meta')} is missing`);
  }
}

/**
 * Before the store of a journal with streams is opened: an empty one would deal their sequence numbers again.
 * @throws {SluiceError} SLUICE_DATA_INCOMPLETE.
 */
export async function requireRecords(disk: Disk, path: string): Promise<void> {
  if (!(await hasRecords(disk, path))) throw incomplete(path, 'holds streams, but their records are missing');
}

async function hasRecords(disk: Disk, path: string): Promise<boolean> {
  return (
    (await disk.stat(join(path, 'store.json'))) !== undefined || (await disk.stat(join(path, 'lane-0'))) !== undefined
  );
}

function incomplete(path: string, what: string): SluiceError {
  return new SluiceError('SLUICE_DATA_INCOMPLETE', `The data folder ${path} ${what}`, {
    hints: ['Put the missing part back from a copy, or choose another data folder with --data.'],
  });
}

/** Listens on a socket address. What a dead process left in a folder is replaced. */
async function hold(options: DataFolderOptions, address: string): Promise<net.Server> {
  const server = await listenOn(address, options.pid);
  if (server !== undefined) return server;
  const holder = await askHolder(address, options.clock);
  const isFile = !address.startsWith('\0');
  const late = holder === '' ? await outwait(options, address) : undefined;
  if (late !== undefined) return late;
  if (holder !== undefined || !isFile) throw inUse(options.path, holder);
  await options.disk.remove(address);
  const again = await listenOn(address, options.pid);
  if (again === undefined) throw inUse(options.path, await askHolder(address, options.clock));
  return again;
}

/**
 * Who says nothing may be a process in the making: until it runs its own program it holds all that its maker held, and
 * while its maker starts several, one follows another. undefined: it holds on.
 */
async function outwait({ clock, pid }: DataFolderOptions, address: string): Promise<net.Server | undefined> {
  for (let waited = 0; ; waited += SILENT_HOLDER_POLL_MS) {
    const server = await listenOn(address, pid);
    if (server !== undefined || waited >= SILENT_HOLDER_WAIT_MS) return server;
    await clock.sleep(SILENT_HOLDER_POLL_MS);
  }
}

function inUse(path: string, holder: string | undefined): SluiceError {
  const who = holder ? `pid ${holder}` : 'another process';
  return new SluiceError('SLUICE_IN_USE', `The data folder ${path} is in use by ${who}`, {
    hints: ['Stop that daemon with `sluice serve stop`, or choose another folder with --data.'],
  });
}

/** undefined: the address is taken. */
function listenOn(address: string, pid: number): Promise<net.Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(String(pid));
    });
    server.once('error', (error) => {
      if (systemCode(error) === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(address, () => resolve(server.unref()));
  });
}

/** The pid of who listens there; '' when he does not say; undefined when nobody listens. */
async function askHolder(address: string, clock: Clock): Promise<string | undefined> {
  const patience = new AbortController();
  const socket = net.connect(address);
  const answer = new Promise<string | undefined>((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('error', (error) => resolve(systemCode(error) === 'ECONNREFUSED' ? undefined : ''));
    socket.on('close', () => resolve(/^\d{1,10}$/.test(text) ? text : ''));
  });
  const late = clock.sleep(HOLDER_WAIT_MS, patience.signal).then(
    () => '',
    () => '',
  );
  const holder = await Promise.race([answer, late]);
  patience.abort();
  socket.destroy();
  return holder;
}

async function releaseAll(held: readonly net.Server[]): Promise<void> {
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
}
