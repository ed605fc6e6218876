#!/usr/bin/env node
/**
 * The command `sluice`: says so plainly on a Node that is too old, answers at once what needs no parser, and starts the
 * program. CommonJS, as the package.json beside it says and as all that is built: Node's loader of ES modules alone costs
 * more than --version may.
 */
const { version, engines } = require('../package.json');

const { argv, versions } = process;
const words = argv.slice(2);
const [major, minor] = versions.node.split('.').map(Number);
let isGuarded = false;

if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`sluice needs Node ${engines.node.replace('>=', '')} or newer; this is ${versions.node}.\n`);
  process.exitCode = 1;
} else if (words.length === 1 && /^(-V|--version)$/.test(words[0])) print(`${version}\n`);
else if (words[0] === '__complete') complete();
else if (/^(-h|--help)$/.test(words.at(-1))) help();
else start();

function complete() {
  const { completionAnswer } = require('../dist/cli/complete.cjs');
  const session = { env: process.env, home: require('node:os').homedir(), platform: process.platform };
  completionAnswer({ words: words.slice(1), ...session, program: [argv[0], argv[1]] }).then(print);
}

function help() {
  const { plainHelp } = require('../dist/cli/help.cjs');
  const text = plainHelp({ words, version, columns: process.stdout.columns || 100 });
  if (text === undefined) start();
  else print(text);
}

function start() {
  // NO_COLOR wins here. Newer Nodes think otherwise, and write a warning wherever both are set.
  if (process.env.NO_COLOR) delete process.env.FORCE_COLOR;
  const { enableCompileCache } = require('node:module');
  if (enableCompileCache !== undefined) enableCompileCache();
  else if (Object.keys(process.env).some((name) => /_proxy$|^AWS_CA_BUNDLE$/i.test(name))) {
    // Such calls go through undici from the first. Node 20 begins to optimize its parser at once, and a command of a few
    // calls ends before that is ready. Long work crosses the larger budget within its first second.
    require('node:v8').setFlagsFromString('--wasm-tiering-budget=200000000');
  }
  require('../dist/cli/main.cjs').main(version, { print, tell: (text) => print(text, 2), guardOutput });
}

/** Writes at once; the streams of a process take longer to make than this answer. They get what does not fit a pipe. */
function print(text, fd = 1) {
  const bytes = Buffer.from(text);
  let written = 0;
  try {
    written = require('node:fs').writeSync(fd, bytes);
  } catch {
    // The stream tells better what is wrong.
  }
  if (written === bytes.length) return;
  guardOutput();
  (fd === 1 ? process.stdout : process.stderr).write(bytes.subarray(written));
}

/**
 * A reader that goes away (`| head -1`) is no failure; what is written afterwards has nowhere to go. Output that a full
 * disk cuts off is one. Messages that cannot be written end nothing: a server outlives the disk its log is on.
 */
function guardOutput() {
  if (isGuarded) return;
  isGuarded = true;
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`error: the output cannot be written: ${error.message}\n  [${error.code}]  exit 1\n`);
    process.exit(1);
  });
}
