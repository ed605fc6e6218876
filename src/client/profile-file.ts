/** The files ~/.aws/config and ~/.aws/credentials. Never written. Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */
import { readText } from '../runtime/files.ts';

/** Settings by name, in lower case. */
export type Settings = Readonly<Record<string, string>>;

/** The settings of a section by name; none when it is not there. Nested settings are passed over. Pure. */
export function profileSection(text: string, section: string): Settings {
  return sectionsOf(text).get(section) ?? {};
}

function sectionsOf(text: string): ReadonlyMap<string, Settings> {
  const sections = new Map<string, Record<string, string>>();
  let inside: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
    if (header !== undefined) {
      inside = sections.get(header) ?? {};
      sections.set(header, inside);
      continue;
    }
    const [, name, value] = /^([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined) inside[name.toLowerCase()] = value!;
  }
  return sections;
}

/** Both files as one. */
export interface ProfileFiles {
  /** What a profile says; of a setting in both files that of the credentials file. undefined: there is no such profile. */
  profile(name: string): Settings | undefined;
  /** A section `sso-session`. */
  session(name: string): Settings | undefined;
  /** Every profile, sorted. */
  readonly names: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of AWS's own files. */
export function awsFolder(env: Environment): string {
  return `${env['HOME'] || env['USERPROFILE'] || '/root'}/.aws`;
}

/** Reads the files that the environment names, else those of the home. A file that is not there or may not be read is empty. */
export async function readProfileFiles(env: Environment): Promise<ProfileFiles> {
  const paths = [
    env['AWS_CONFIG_FILE'] || `${awsFolder(env)}/config`,
    env['AWS_SHARED_CREDENTIALS_FILE'] || `${awsFolder(env)}/credentials`,
  ];
  const texts = await Promise.all(paths.map((path) => readText(path).catch(() => undefined)));
  const [settings, keys] = [sectionsOf(texts[0] ?? ''), sectionsOf(texts[1] ?? '')];
  const inConfig = (name: string) => settings.get(`profile ${name}`) ?? (name === 'default' ? settings.get(name) : {});
  const configured = [...settings.keys()].flatMap((key) =>
    key === 'default' ? [key] : key.startsWith('profile ') ? [key.slice('profile '.length)] : [],
  );
  const names = [...new Set([...configured, ...keys.keys()])].sort();
  return {
    names,
    profile: (name) => (names.includes(name) ? { ...inConfig(name), ...keys.get(name) } : undefined),
    session: (name) => settings.get(`sso-session ${name}`),
  };
}
