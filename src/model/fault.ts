/**
 * Errors that go over the wire: an AWS code and a text. Nothing matches on the text; clients match on the code.
 * Source of codes and statuses: kinesis API model and the service's common errors.
 */

/** Codes by HTTP status; whatever is not listed is 400. */
const STATUS: Readonly<Record<string, number>> = {
  InternalFailure: 500,
  InternalFailureException: 500,
  ServiceUnavailable: 503,
};

export type FaultCode =
  | 'AccessDeniedException'
  | 'DryRunOperationException'
  | 'ExpiredIteratorException'
  | 'ExpiredNextTokenException'
  | 'ExpiredTokenException'
  | 'IncompleteSignatureException'
  | 'InternalFailure'
  | 'InternalFailureException'
  | 'InvalidArgumentException'
  | 'InvalidSignatureException'
  | 'KMSAccessDeniedException'
  | 'KMSDisabledException'
  | 'KMSInvalidStateException'
  | 'KMSNotFoundException'
  | 'KMSOptInRequired'
  | 'KMSThrottlingException'
  | 'LimitExceededException'
  | 'MissingAuthenticationTokenException'
  | 'ProvisionedThroughputExceededException'
  | 'ResourceInUseException'
  | 'ResourceNotFoundException'
  | 'SerializationException'
  | 'ServiceUnavailable'
  | 'ThrottlingException'
  | 'UnknownOperationException'
  | 'UnrecognizedClientException'
  | 'ValidationException';

export class Fault extends Error {
  readonly code: FaultCode;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Without a text the answer carries the code alone (AWS's InternalFailure, some SerializationExceptions). */
  constructor(code: FaultCode, message = '', options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'Fault';
    this.code = code;
    this.status = STATUS[code] ?? 400;
  }
}
