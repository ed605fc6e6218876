/** `sluice doctor`: looks for what is wrong on this machine and with the target, a line each with what to do. */
import { resolve } from 'node:path';
import { isoTime } from '../../runtime/calendar.ts';
import { readText, saveText } from '../../runtime/files.ts';
import { printable } from '../../runtime/logger.ts';
import { machineFacts } from '../../runtime/machine.ts';
import { CliError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import type { Check, Finding, Patient } from '../doctor/finding.ts';
import { machineChecks } from '../doctor/machine.ts';
import { reportText } from '../doctor/report.ts';
import { targetChecks } from '../doctor/target.ts';
import { EXIT } from '../exit.ts';
import { printList, wantsPage } from '../list-output.ts';
import { serverLog } from '../serve/daemon-launch.ts';
import type { DoctorOptions } from '../table/plan.ts';

type NamedFinding = Finding & { readonly name: string };

const LOG_LINES = 200;

/** Ends with 11 when something does not work; a warning is none of that. */
export async function run({ options }: Call<DoctorOptions>, context: Context): Promise<void> {
  const patient = await patientOf(context);
  const findings = await Promise.all([...machineChecks, ...targetChecks].map((check) => look(check, patient)));
  await print(context, findings);
  if (options.bundle) await writeReport(context, findings);
  const failed = findings.filter(({ state }) => state === 'fail').map(({ name }) => name);
  if (failed.length > 0) throw new CliError(`not as it should be: ${failed.join(', ')}`, { exit: EXIT.checkFailed });
}

async function patientOf(context: Context): Promise<Patient> {
  try {
    return { context, target: await context.target(), targetError: undefined };
  } catch (targetError) {
    return { context, target: undefined, targetError };
  }
}

/** A check that fails itself finds that. */
async function look({ name, look: lookAt }: Check, patient: Patient): Promise<NamedFinding> {
  try {
    return { name, ...(await lookAt(patient)) };
  } catch (error) {
    return { name, state: 'fail', found: String(error) };
  }
}

async function print(context: Context, findings: readonly NamedFinding[]): Promise<void> {
  if (!wantsPage(context)) {
    const columns = [
      { name: 'check', of: (one: NamedFinding) => one.name },
      { name: 'state', of: (one: NamedFinding) => one.state },
      { name: 'found', of: (one: NamedFinding) => one.found },
      { name: 'fix', of: (one: NamedFinding) => one.fix ?? '' },
    ];
    return printList(context, columns, findings);
  }
  const paint = await context.paint();
  const colors = { ok: paint.green, warn: paint.yellow, fail: paint.red, skip: paint.dim };
  for (const { name, state, found, fix } of findings) {
    await context.out.write(`${colors[state](state.toUpperCase().padEnd(5))} ${name.padEnd(12)} ${printable(found)}\n`);
    if (fix !== undefined && state !== 'ok') await context.out.write(`${' '.repeat(19)}${printable(fix)}\n`);
  }
}

async function writeReport(context: Context, findings: readonly NamedFinding[]): Promise<void> {
  const stamp = isoTime(context.clock.now()).replace(/[-:]|\..*/g, '');
  const path = resolve(context.directory, `sluice-doctor-${stamp}.txt`);
  const log = ((await readText(serverLog(context))) ?? '').split('\n').slice(-LOG_LINES).join('\n');
  const { env, home, program } = context;
  await saveText(path, reportText({ version: program.version, machine: machineFacts(), findings, env, log, home }));
  context.note(`the report is in ${path}: read it before you send it to anyone`);
}
