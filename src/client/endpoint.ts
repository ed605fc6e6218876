/**
 * Host names of AWS's services, by region and partition, and what a host name says of its region. Pure.
 * Source: the endpoint rules and partitions of the AWS SDKs, https://docs.aws.amazon.com/general/latest/gr/ak.html
 */

/** By the first part of the host name. */
export type AwsService = 'kinesis' | 'firehose' | 'sts' | 'monitoring' | 'portal.sso' | 'oidc';

export interface EndpointChoice {
  readonly service: AwsService;
  readonly region: string;
  /** Validated cryptography, where the service has hosts of its own for it. */
  readonly fips?: boolean | undefined;
  /** IPv6 beside IPv4. */
  readonly dualStack?: boolean | undefined;
}

interface Partition {
  readonly regions: RegExp;
  readonly suffix: string;
  readonly dualStackSuffix: string;
}

/** Of a region that fits none the first is meant: new regions come there. */
const PARTITIONS: readonly [Partition, ...Partition[]] = [
  { regions: /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/, suffix: 'amazonaws.com', dualStackSuffix: 'api.aws' },
  { regions: /^cn-\w+-\d+$/, suffix: 'amazonaws.com.cn', dualStackSuffix: 'api.amazonwebservices.com.cn' },
  { regions: /^us-gov-\w+-\d+$/, suffix: 'amazonaws.com', dualStackSuffix: 'api.aws' },
  { regions: /^eusc-\w+-\w+-\d+$/, suffix: 'amazonaws.eu', dualStackSuffix: 'api.amazonwebservices.eu' },
  { regions: /^us-iso-\w+-\d+$/, suffix: 'c2s.ic.gov', dualStackSuffix: 'api.aws.ic.gov' },
  { regions: /^us-isob-\w+-\d+$/, suffix: 'sc2s.sgov.gov', dualStackSuffix: 'api.aws.scloud' },
  { regions: /^eu-isoe-\w+-\d+$/, suffix: 'cloud.adc-e.uk', dualStackSuffix: 'api.cloud-aws.adc-e.uk' },
  { regions: /^us-isof-\w+-\d+$/, suffix: 'csp.hci.ic.gov', dualStackSuffix: 'api.aws.hci.ic.gov' },
];

/** Services whose plain hosts in GovCloud are validated already and have no host with -fips. */
const FIPS_IN_GOV: ReadonlySet<AwsService> = new Set(['kinesis', 'sts', 'monitoring', 'portal.sso']);

/** The URL of a service in a region. */
export function awsEndpoint({ service, region, fips = false, dualStack = false }: EndpointChoice): string {
  const partition = PARTITIONS.find(({ regions }) => regions.test(region)) ?? PARTITIONS[0];
  const isPlain = !fips || (!dualStack && region.startsWith('us-gov-') && FIPS_IN_GOV.has(service));
  const suffix = dualStack ? partition.dualStackSuffix : partition.suffix;
  return `https://${service}${isPlain ? '' : '-fips'}.${region}.${suffix}`;
}

/** Whether a text has the form of a region's name. */
export function isRegionName(text: string): boolean {
  return PARTITIONS.some(({ regions }) => regions.test(text));
}

/** Whether a host is one of AWS's, those of VPC endpoints among them. */
export function isAwsHost(host: string): boolean {
  return PARTITIONS.some(({ suffix, dualStackSuffix }) =>
    [suffix, dualStackSuffix].some((one) => host.endsWith(`.${one}`)),
  );
}

/** The region in one of AWS's host names, also of a VPC endpoint or a FIPS one; undefined for other hosts. */
export function regionOfHost(host: string): string | undefined {
  return isAwsHost(host) ? host.split('.').find(isRegionName) : undefined;
}

/** Whether the endpoint is on this machine: a real key is never sent there. */
export function isLoopback(endpoint: string): boolean {
  const host = new URL(endpoint).hostname;
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

/** Regions that have Kinesis, for "did you mean" and completions; others may be written as well. */
export const REGIONS: readonly string[] = [
  ...['us-east-1', 'us-east-2', 'us-west-1', 'us-west-2', 'ca-central-1', 'ca-west-1', 'mx-central-1', 'sa-east-1'],
  ...['eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1', 'eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3'],
  ...['ap-east-1', 'ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2'],
  ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-7'],
  ...['af-south-1', 'il-central-1', 'me-central-1', 'me-south-1'],
  ...['cn-north-1', 'cn-northwest-1', 'us-gov-east-1', 'us-gov-west-1'],
];
