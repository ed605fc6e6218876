/** What a flow holds in memory: records that were read and are not done with, against the bounds of flow and process. */
import type { Parcel } from './send-queue.ts';

/** Bytes read and not acknowledged, of all flows together. */
export interface MemoryBudget {
  heldBytes: number;
  readonly bytesMax: number;
}

/** What a record costs in memory beside its bytes: the objects around it, as measured. */
const RECORD_OVERHEAD_BYTES = 448;

export class Holdings {
  readonly #budget: MemoryBudget;
  readonly #bytesMax: number;
  #records = 0;
  #bytes = 0;

  /** `bytesMax`: of this flow alone. */
  constructor(budget: MemoryBudget, bytesMax: number) {
    this.#budget = budget;
    this.#bytesMax = bytesMax;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes that fit before the flow or the process holds too much. */
  get room(): number {
    const { heldBytes, bytesMax } = this.#budget;
    return Math.max(0, Math.min(this.#bytesMax - this.#bytes, bytesMax - heldBytes));
  }

  take(parcel: Parcel): void {
    this.#count(parcel, 1);
  }

  letGo(parcel: Parcel): void {
    this.#count(parcel, -1);
  }

  #count(parcel: Parcel, sign: 1 | -1): void {
    const bytes = sign * (parcel.bytes + RECORD_OVERHEAD_BYTES);
    this.#records += sign;
    this.#bytes += bytes;
    this.#budget.heldBytes += bytes;
  }
}
