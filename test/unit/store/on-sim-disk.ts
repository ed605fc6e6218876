/** A segmented store on a simulated disk, with the small tools the tests of it share. */
import type { Offset, ShardKey } from '../../../src/model/shard-key.ts';
import type { Logger } from '../../../src/runtime/logger.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { openSegmentedStore, type SegmentedStoreOptions } from '../../../src/store/segmented/segmented-store.ts';
import type { AppendOutcome, Store } from '../../../src/store/store.ts';
import { sliceOf, textsOf } from '../../contract/store.ts';
import { SimClock } from '../../simulation/sim-clock.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';

export const A = 1 as ShardKey;
export const B = 2 as ShardKey;
export const FIRST_SEGMENT = '/data/lane-0/0000000000000001.seg';

export class OnSimDisk {
  readonly clock = new SimClock();
  /** What an operator is told who did not ask for more. */
  readonly lines: string[] = [];
  disk = new SimDisk({ seed: 7 });
  store!: Store;

  async open(options: Partial<SegmentedStoreOptions> = {}): Promise<Store> {
    const logger: Logger = {
      log: (level, message) => void (level !== 'debug' && this.lines.push(`${level}: ${message}`)),
    };
    this.store = await openSegmentedStore({
      disk: this.disk,
      clock: this.clock,
      random: seededRandom(5),
      logger,
      directory: '/data',
      durability: 'always',
      freeBytesMin: 0,
      secondCommitBytesMin: 0,
      ...options,
    });
    return this.store;
  }

  /** Appends one record and returns what the store said, in a word. */
  async append(shard: ShardKey, text: string): Promise<string> {
    return inAWord((await this.store.append([sliceOf(shard, text)]))[0]!);
  }

  async read(shard: ShardKey, from = 0): Promise<string[]> {
    const log = await this.store.open(shard);
    return textsOf(await log.read(from as Offset, { records: 1_000_000, bytes: 1_000_000_000 }));
  }

  async next(shard: ShardKey): Promise<number> {
    return (await (await this.store.open(shard)).range()).next;
  }

  segments(): Promise<readonly string[]> {
    return this.names('.seg');
  }

  async names(ending: string): Promise<readonly string[]> {
    return (await this.disk.list('/data/lane-0')).filter((name) => name.endsWith(ending));
  }
}

export function inAWord(outcome: AppendOutcome): string {
  return 'error' in outcome ? outcome.error.kind : 'appended';
}
