/** Policies: kept and shown. Nothing is allowed or forbidden by them. */
import {
  deleteResourcePolicy,
  getResourcePolicy,
  putResourcePolicy,
} from '../../operations/kinesis/resource-policies.ts';
import { type Handler, route } from '../route.ts';
import { resourceOf } from './resource-arn.ts';

const handlePut: Handler<typeof putResourcePolicy> = async (input, { service, scope }) => {
  await service.settings.putPolicy(scope, resourceOf(input.ResourceARN), input.Policy);
  return undefined;
};

const handleGet: Handler<typeof getResourcePolicy> = async (input, { service, scope }) => {
  return { Policy: service.settings.policy(scope, resourceOf(input.ResourceARN)) };
};

const handleDelete: Handler<typeof deleteResourcePolicy> = async (input, { service, scope }) => {
  await service.settings.deletePolicy(scope, resourceOf(input.ResourceARN));
  return undefined;
};

export const putPolicyRoute = route({ operation: putResourcePolicy, handle: handlePut });
export const getPolicyRoute = route({ operation: getResourcePolicy, handle: handleGet });
export const deletePolicyRoute = route({ operation: deleteResourcePolicy, handle: handleDelete });
