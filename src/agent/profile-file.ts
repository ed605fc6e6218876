/** The files ~/.aws/config and ~/.aws/credentials. Pure. Source: https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html */

/** The settings of a section by name; none when it is not there. Nested settings are passed over. */
export function profileSection(text: string, section: string): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {};
  let isInside = false;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line);
    if (header !== null) isInside = header[1]!.replace(/\s+/g, ' ') === section;
    const [, name, value] = /^([^\s#;=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (isInside && header === null && name !== undefined) settings[name.toLowerCase()] = value!;
  }
  return settings;
}
