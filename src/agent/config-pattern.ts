/** Java patterns in the agent's file: translated once, or refused with the key that holds them. Pure. */
import type { Section } from './config-section.ts';
import { type JavaPattern, type MatchMode, translateJavaRegex } from './java-regex.ts';
import { JavaRegexError } from './java-regex-cursor.ts';

export interface PatternOptions {
  readonly mode: MatchMode;
  /** The pattern, where the caller has a default for it. */
  readonly text?: string;
  readonly multiLine?: boolean;
}

/** The pattern under a key; undefined when it is absent, empty or refused. */
export function readPattern(section: Section, key: string, options: PatternOptions): JavaPattern | undefined {
  const text = options.text ?? section.name(key);
  return text === undefined ? undefined : translated(section, key, { ...options, text });
}

/** A list of patterns that may match anywhere. */
export function readPatterns(section: Section, key: string): readonly JavaPattern[] {
  const texts = section.texts(key) ?? [];
  return texts.flatMap((text) => translated(section, key, { mode: 'find', text }) ?? []);
}

function translated(
  section: Section,
  key: string,
  options: PatternOptions & { text: string },
): JavaPattern | undefined {
  try {
    return translateJavaRegex(options.text, options.mode, options.multiLine);
  } catch (error) {
    if (!(error instanceof JavaRegexError)) throw error;
    section.error(key, `the pattern ${JSON.stringify(options.text)} cannot be used: ${error.message}`);
    return undefined;
  }
}
