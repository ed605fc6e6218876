/** What a publisher counts, since the start. */
export interface DeliveryCounters {
  readonly sentRecords: number;
  readonly sentBytes: number;
  readonly requests: number;
  readonly failedRequests: number;
  /** Records sent again. */
  readonly retriedRecords: number;
  readonly throttledRecords: number;
  /** Requests without an answer that may have been carried out. */
  readonly ambiguousRequests: number;
  readonly deadLetters: number;
}

/** Nothing yet; to count in. */
export function noDeliveries(): { -readonly [K in keyof DeliveryCounters]: number } {
  return {
    sentRecords: 0,
    sentBytes: 0,
    requests: 0,
    failedRequests: 0,
    retriedRecords: 0,
    throttledRecords: 0,
    ambiguousRequests: 0,
    deadLetters: 0,
  };
}
