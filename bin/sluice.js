#!/usr/bin/env node
import * as nodeModule from 'node:module';
/** The command `sluice`: says so plainly on a Node that is too old, answers --version at once, and starts the program. */
import { createRequire } from 'node:module';
import { homedir } from 'node:os';

const { version, engines } = createRequire(import.meta.url)('../package.json');
const [major, minor] = process.versions.node.split('.').map(Number);

// A reader that goes away (`| head -1`) is no failure; what is written afterwards has nowhere to go. Output that a full
// disk cuts off is one. Messages that cannot be written end nothing: a server outlives the disk its log is on.
process.stderr.on('error', () => undefined);
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`error: the output cannot be written: ${error.message}\n  [${error.code}]  exit 1\n`);
  process.exit(1);
});

// NO_COLOR wins here. Newer Nodes think otherwise, and write a warning wherever both are set.
if (process.env.NO_COLOR) delete process.env.FORCE_COLOR;

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `sluice needs Node ${engines.node.replace('>=', '')} or newer; this is ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else if (process.argv.length === 3 && /^(-V|--version)$/.test(process.argv[2])) {
  process.stdout.write(`${version}\n`);
} else if (process.argv[2] === '__complete') {
  const { completionAnswer } = await import('../dist/cli/complete.js');
  const [node, script, , ...words] = process.argv;
  const session = { env: process.env, home: homedir(), platform: process.platform, program: [node, script] };
  process.stdout.write(await completionAnswer({ words, ...session }));
} else {
  if (nodeModule.enableCompileCache !== undefined) nodeModule.enableCompileCache();
  else {
    // Node 20 begins to optimize undici's parser at once, and a command of a few calls ends before that is ready: put
    // off, it saves a third of the command's CPU. Long work crosses the larger budget within its first second.
    const { setFlagsFromString } = await import('node:v8');
    setFlagsFromString('--wasm-tiering-budget=200000000');
  }
  const { main } = await import('../dist/cli/main.js');
  await main(version);
}
