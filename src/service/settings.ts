/**
 * What owners say of streams beside shards and records: tags, policies, mode, sizes, monitoring; and of the account.
 * One of these belongs to a service; its changes take their turn among the service's others.
 */
import { type Commitment, type CommitmentStatus, changedCommitment, commitmentStatus } from '../model/commitment.ts';
import { ON_DEMAND_STREAMS_MAX } from '../model/limits.ts';
import { checkPolicy, policyNotFound } from '../model/settings-faults.ts';
import type { Scope } from '../model/stream.ts';
import { sortedTags, type Tags, withoutTags, withTags } from '../model/tags.ts';
import { countOpenShards } from './changing.ts';
import { record, type ServiceParts } from './parts.ts';
import { changeableHolder, holderOf, type Resource } from './resources.ts';
import {
  changeDistribution,
  changeMetrics,
  changeMode,
  changeRecordBytesMax,
  changeWarmThroughput,
  type MetricsChange,
  type MetricsOutcome,
  type ModeChange,
} from './stream-settings.ts';

/** How changes are run: in turn with all others; `change` also carries out the transition of the stream whose id it gets. */
export interface Changes {
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  change(start: () => Promise<number>): Promise<void>;
}

/** What DescribeLimits tells. */
export interface AccountLimits {
  readonly shardsMax: number;
  readonly openShards: number;
  readonly onDemandStreams: number;
  readonly onDemandStreamsMax: number;
}

export interface CommitmentState {
  readonly status: CommitmentStatus;
  /** Absent when there was never one. */
  readonly commitment: Commitment | undefined;
}

/** A resource by the ARN that the caller gave, for the texts. */
export type ResourceRequest = Resource & { readonly arn: string };

export class Settings {
  readonly #parts: ServiceParts;
  readonly #changes: Changes;

  constructor(parts: ServiceParts, changes: Changes) {
    this.#parts = parts;
    this.#changes = changes;
  }

  addTags(scope: Scope, resource: Resource, tags: Tags): Promise<void> {
    return this.#changes.inTurn(async () => {
      const { tags: before, subject, changed } = changeableHolder(this.#parts, scope, resource);
      await record(this.#parts, changed({ tags: withTags(before, tags, subject) }));
    });
  }

  removeTags(scope: Scope, resource: Resource, keys: readonly string[]): Promise<void> {
    return this.#changes.inTurn(async () => {
      const { tags: before, subject, changed } = changeableHolder(this.#parts, scope, resource);
      await record(this.#parts, changed({ tags: withoutTags(before, keys, subject) }));
    });
  }

  /** Keys and values, sorted by key. */
  tags(scope: Scope, resource: Resource): readonly (readonly [string, string])[] {
    return sortedTags(holderOf(this.#parts, scope, resource).tags);
  }

  putPolicy(scope: Scope, resource: Resource, policy: string): Promise<void> {
    return this.#changes.inTurn(async () => {
      const { changed } = changeableHolder(this.#parts, scope, resource);
      checkPolicy(policy);
      await record(this.#parts, changed({ policy }));
    });
  }

  /** `{}` when there is none, as AWS was recorded to answer (LocalStack's snapshot test_resource_policy_crud, August 2025). */
  policy(scope: Scope, resource: ResourceRequest): string {
    return holderOf(this.#parts, scope, resource).policy ?? '{}';
  }

  deletePolicy(scope: Scope, resource: ResourceRequest): Promise<void> {
    return this.#changes.inTurn(async () => {
      const { policy, changed } = changeableHolder(this.#parts, scope, resource);
      if (policy === undefined) throw policyNotFound(resource.arn);
      await record(this.#parts, changed({ policy: null }));
    });
  }

  /** Shards and their number stay. */
  changeMode(scope: Scope, name: string, change: ModeChange): Promise<void> {
    return this.#changes.change(() => changeMode(this.#parts, { scope, name }, change));
  }

  changeRecordBytesMax(scope: Scope, name: string, recordBytesMax: number): Promise<void> {
    return this.#changes.change(() => changeRecordBytesMax(this.#parts, { scope, name }, recordBytesMax));
  }

  changeWarmThroughput(scope: Scope, name: string, warmMibps: number): Promise<void> {
    return this.#changes.change(() => changeWarmThroughput(this.#parts, { scope, name }, warmMibps));
  }

  changeDistribution(scope: Scope, name: string, strategy: 'AUTO' | 'USER_PARTITION_KEY'): Promise<void> {
    return this.#changes.inTurn(() => changeDistribution(this.#parts, { scope, name }, strategy));
  }

  async changeMetrics(scope: Scope, name: string, change: MetricsChange): Promise<MetricsOutcome> {
    let outcome: MetricsOutcome = { before: [], after: [] };
    await this.#changes.change(async () => {
      const { id, ...changed } = await changeMetrics(this.#parts, { scope, name }, change);
      outcome = changed;
      return id;
    });
    return outcome;
  }

  limits(scope: Scope): AccountLimits {
    const namespace = this.#parts.table.namespace(scope);
    const onDemand = [...this.#parts.table.all()].filter(({ stream }) => {
      return stream.namespace === namespace && stream.mode === 'ON_DEMAND';
    });
    return {
      shardsMax: this.#parts.settings.shardsMax,
      openShards: countOpenShards(this.#parts),
      onDemandStreams: onDemand.length,
      onDemandStreamsMax: ON_DEMAND_STREAMS_MAX,
    };
  }

  commitment(scope: Scope): CommitmentState {
    const commitment = this.#parts.journal.catalog.commitments?.[this.#parts.table.namespace(scope)];
    return { status: commitmentStatus(commitment, this.#parts.clock.now()), commitment };
  }

  changeCommitment(scope: Scope, wanted: 'ENABLED' | 'DISABLED'): Promise<CommitmentState> {
    return this.#changes.inTurn(async () => {
      const before = this.commitment(scope).commitment;
      const commitment = changedCommitment(before, wanted, this.#parts.clock.now());
      const namespace = this.#parts.table.namespace(scope);
      if (commitment !== before && commitment !== undefined) {
        await record(this.#parts, { kind: 'commitmentChanged', namespace, commitment });
      }
      return this.commitment(scope);
    });
  }
}
