/** Application output for operators: lines on stderr, as text or JSON. Never the log of records, never stdout. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'trace';

export interface Logger {
  /** `fields` become key=value (text) or members (JSON). Values are escaped: nothing foreign can drive a terminal. */
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void;
}

const ORDER: readonly LogLevel[] = ['error', 'warn', 'info', 'debug', 'trace'];

export interface LoggerOptions {
  readonly write: (line: string) => void;
  readonly level: LogLevel;
  readonly format: 'text' | 'json';
  readonly now: () => number;
}

/** A logger that writes lines of `format` at or above `level`. */
export function lineLogger(options: LoggerOptions): Logger {
  const threshold = ORDER.indexOf(options.level);
  return {
    log(level, message, fields = {}) {
      if (ORDER.indexOf(level) > threshold) return;
      const time = new Date(options.now()).toISOString();
      options.write(
        options.format === 'json'
          ? `${printable(JSON.stringify({ time, level, message, ...fields }))}\n`
          : `${time} ${level} ${printable(message)}${Object.entries(fields).map(textField).join('')}\n`,
      );
    },
  };
}

/** A logger that says nothing. */
export const silentLogger: Logger = { log: () => undefined };

function textField([key, value]: [string, unknown]): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return ` ${key}=${/[\s"=]/.test(text) ? JSON.stringify(printable(text)) : printable(text)}`;
}

/** The text with every control character made visible (C0, DEL, C1), so that it cannot drive a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is the purpose
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
