/** Finds agent.json and the files of agent.d, and gives them the names that messages show. */
import { basename, join } from 'node:path';
import { type ConfigFile, listPlainFiles, readConfigFile } from '../runtime/config-files.ts';
import type { ConfigSource } from './read-config.ts';

export const DEFAULT_CONFIG = '/etc/aws-kinesis/agent.json';
const DEFAULT_CONFIG_DIR = '/etc/aws-kinesis/agent.d';

export interface ConfigSources {
  readonly main: ConfigSource;
  readonly extra: readonly ConfigSource[];
}

/** `folder`: undefined for Kinesis Agent's own, 'none' for none. Files of the folder are sorted by name. */
export async function loadConfigSources(path: string, folder: string | undefined): Promise<ConfigSources> {
  const main = sourceOf(await readConfigFile(path), basename(path));
  if (folder === 'none') return { main, extra: [] };
  const directory = folder ?? DEFAULT_CONFIG_DIR;
  const names = await listPlainFiles(directory);
  const files = await Promise.all(names.map((name) => readConfigFile(join(directory, name))));
  return { main, extra: files.map((file) => sourceOf(file, `${basename(directory)}/${basename(file.path)}`)) };
}

function sourceOf(file: ConfigFile, name: string): ConfigSource {
  return { name, text: file.text, reason: `${file.path}: ${file.reason}`, worldReadable: file.worldReadable };
}
