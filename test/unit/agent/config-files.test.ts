/** Where the agent's configuration is found. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfigSources } from '../../../src/agent/config-files.ts';

const root = mkdtempSync(join(tmpdir(), 'config-files-'));
afterAll(() => rmSync(root, { recursive: true }));

test('files of agent.d count whatever their ending, links to files as well, as a ConfigMap of Kubernetes mounts them', async () => {
  const folder = join(root, 'agent.d');
  mkdirSync(join(folder, '..2026'), { recursive: true });
  writeFileSync(join(folder, '..2026/web'), 'web');
  writeFileSync(join(folder, 'app.json'), 'app');
  symlinkSync('..2026', join(folder, '..data'));
  symlinkSync('..data/web', join(folder, 'web'));
  symlinkSync('nowhere', join(folder, 'lost'));
  const { main, extra } = await loadConfigSources(join(root, 'agent.json'), folder);
  expect(main).toMatchObject({ name: 'agent.json', text: undefined, reason: expect.stringContaining(root) });
  expect(extra.map(({ name, text }) => [name, text])).toEqual([
    ['agent.d/app.json', 'app'],
    ['agent.d/web', 'web'],
  ]);
});
