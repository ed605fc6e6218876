#!/usr/bin/env node
import * as nodeModule from 'node:module';
/** The command `sluice`: says so plainly on a Node that is too old, answers --version at once, and starts the program. */
import { createRequire } from 'node:module';

const { version, engines } = createRequire(import.meta.url)('../package.json');
const [major, minor] = process.versions.node.split('.').map(Number);

// A reader that goes away (`| head -1`) is no failure; what is written afterwards has nowhere to go.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `sluice needs Node ${engines.node.replace('>=', '')} or newer; this is ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else if (process.argv.length === 3 && /^(-V|--version)$/.test(process.argv[2])) {
  process.stdout.write(`${version}\n`);
} else {
  nodeModule.enableCompileCache?.();
  const { main } = await import('../dist/cli/main.js');
  await main(version);
}
