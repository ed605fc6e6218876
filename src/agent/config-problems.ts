/** What is wrong with a configuration, collected so that all of it is told at once, each with file, line and key. Pure. */

export type ProblemLevel = 'ERROR' | 'WARN' | 'INFO';

export interface Problem {
  readonly level: ProblemLevel;
  /** As shown: `agent.json`. */
  readonly file: string;
  readonly line: number;
  /** `flows[0].maxBufferAgeMillis`, '' for the file itself. */
  readonly key: string;
  readonly message: string;
  /** Position in the list of all flows, for what makes one flow unusable but not the others. */
  readonly flow: number | undefined;
}

/** Where a value stands. */
export interface ProblemPlace {
  readonly file: string;
  readonly line: number;
  readonly key: string;
}

/** Gathers problems while a file is read. */
export class ProblemList {
  readonly all: Problem[] = [];
  /** The flow being read; undefined outside flows. */
  flow: number | undefined;

  add(level: ProblemLevel, place: ProblemPlace, message: string): void {
    this.all.push({ level, ...place, message, flow: this.flow });
  }

  /** True when something about that flow was refused. */
  isBad(flow: number): boolean {
    return this.all.some((problem) => problem.flow === flow && problem.level === 'ERROR');
  }
}

/** In the order of the files and of the lines in each. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  return [...problems].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line);
}

/** `WARN  agent.json:14 flows[0].x: unknown key`, places aligned below each other. */
export function formatProblems(problems: readonly Problem[]): readonly string[] {
  const places = problems.map((problem) => `${problem.file}:${problem.line}`);
  const width = Math.max(0, ...places.map((place) => place.length));
  return problems.map(({ level, key, message }, i) => {
    const joint = key === '' ? '' : message.startsWith(' ') ? key : `${key}: `;
    return `${level.padEnd(5)} ${places[i]!.padEnd(width)} ${joint}${message}`;
  });
}
