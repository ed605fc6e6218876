/**
 * Seed of the property tests: one and the same unless SLUICE_PROPERTY_SEED says otherwise, so that a run that passed passes
 * again. `SLUICE_PROPERTY_SEED=random` lets each property draw its own, as the loops run by hand do.
 */
import fc from 'fast-check';

const FIXED_SEED = 20_261_121;

const asked = process.env['SLUICE_PROPERTY_SEED'];
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked ?? FIXED_SEED) });
