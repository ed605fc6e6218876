/**
 * Rows of one table of an SQLite database, read from the bytes of its file: enough for a small database that no
 * program writes to meanwhile. Nothing else of SQLite. Pure. Source: https://sqlite.org/fileformat2.html
 */

export type SqliteValue = string | number | null | Uint8Array;

/** The file is no database, or none that can be read here. */
export class SqliteError extends Error {
  override readonly name = 'SqliteError';
}

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const LEAF = 13;
const INTERIOR = 5;

/** True for the first bytes of a database. */
export function isSqlite(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/** The rows of a table, columns in the order it was created with; undefined when there is no such table. @throws {SqliteError} */
export function sqliteRows(file: Uint8Array, table: string): readonly (readonly SqliteValue[])[] | undefined {
  if (!isSqlite(file)) throw new SqliteError('the file is no SQLite database');
  try {
    return tableRows(new Reader(file), table);
  } catch (error) {
    // A number of a damaged file that leads out of it.
    if (error instanceof RangeError) throw new SqliteError('the database is damaged');
    throw error;
  }
}

function tableRows(reader: Reader, table: string): readonly (readonly SqliteValue[])[] | undefined {
  const schema = reader.rows(1);
  const entry = schema.find(([kind, name]) => kind === 'table' && String(name).toLowerCase() === table.toLowerCase());
  return entry === undefined ? undefined : reader.rows(Number(entry[3]));
}

class Reader {
  readonly #file: Uint8Array;
  readonly #view: DataView;
  readonly #pageBytes: number;
  readonly #usableBytes: number;
  /** Pages that may still be looked at: a page belongs to one tree, once. */
  #pagesLeft: number;

  constructor(file: Uint8Array) {
    this.#file = file;
    this.#view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    if (file.length < HEADER_BYTES) throw new SqliteError('the database is cut off');
    const written = this.#view.getUint16(16);
    this.#pageBytes = written === 1 ? 65_536 : written;
    this.#usableBytes = this.#pageBytes - file[20]!;
    this.#pagesLeft = Math.floor(file.length / this.#pageBytes) + 1;
    if (this.#pageBytes < 512 || this.#view.getUint32(56) > 1) throw new SqliteError('the database is not in UTF-8');
  }

  rows(root: number): SqliteValue[][] {
    const rows: SqliteValue[][] = [];
    this.#walk(root, rows);
    return rows;
  }

  #walk(page: number, rows: SqliteValue[][]): void {
    const start = (page - 1) * this.#pageBytes;
    if (page < 1 || start + this.#pageBytes > this.#file.length || this.#pagesLeft-- <= 0) {
      throw new SqliteError('the database is damaged');
    }
    const header = page === 1 ? HEADER_BYTES : start;
    const kind = this.#file[header];
    if (kind !== LEAF && kind !== INTERIOR) throw new SqliteError('the database is damaged');
    const count = this.#view.getUint16(header + 3);
    const cells = header + (kind === LEAF ? 8 : 12);
    for (let i = 0; i < count; i++) {
      const cell = start + this.#view.getUint16(cells + 2 * i);
      if (kind === LEAF) rows.push(this.#row(cell));
      else this.#walk(this.#view.getUint32(cell), rows);
    }
    if (kind === INTERIOR) this.#walk(this.#view.getUint32(header + 8), rows);
  }

  /** A cell of a leaf: length, row id, then the record, of which a long one goes on in overflow pages. */
  #row(cell: number): SqliteValue[] {
    const [length, afterLength] = varint(this.#file, cell);
    const [, at] = varint(this.#file, afterLength);
    return recordValues(this.#payload(at, length));
  }

  #payload(at: number, length: number): Uint8Array {
    const usable = this.#usableBytes;
    if (length > this.#file.length) throw new SqliteError('the database is damaged');
    if (length <= usable - 35) return this.#file.subarray(at, at + length);
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const fitting = least + ((length - least) % (usable - 4));
    const local = fitting <= usable - 35 ? fitting : least;
    const payload = new Uint8Array(length);
    payload.set(this.#file.subarray(at, at + local));
    let filled = local;
    for (let page = this.#view.getUint32(at + local); page !== 0 && filled < length; ) {
      const start = (page - 1) * this.#pageBytes;
      if (start + this.#pageBytes > this.#file.length) throw new SqliteError('the database is damaged');
      const part = this.#file.subarray(start + 4, start + 4 + Math.min(usable - 4, length - filled));
      payload.set(part, filled);
      filled += part.length;
      page = this.#view.getUint32(start);
    }
    return payload;
  }
}

/** A record: the length of its header, a type for each column, then their values. */
function recordValues(record: Uint8Array): SqliteValue[] {
  const values: SqliteValue[] = [];
  let [headerBytes, at] = varint(record, 0);
  for (let value = headerBytes; at < headerBytes; ) {
    const [type, next] = varint(record, at);
    at = next;
    const length = type >= 12 ? Math.floor((type - 12) / 2) : (FIXED_BYTES[type] ?? 0);
    values.push(columnValue(type, record.subarray(value, value + length)));
    value += length;
  }
  return values;
}

const FIXED_BYTES: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];
const REAL = 7;

function columnValue(type: number, bytes: Uint8Array): SqliteValue {
  if (type === 0) return null;
  if (type === 8 || type === 9) return type - 8;
  if (type >= 12) return type % 2 === 1 ? new TextDecoder().decode(bytes) : bytes;
  if (type === REAL) return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0);
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return Number(BigInt.asIntN(8 * bytes.length, value));
}

/** Seven bits a byte, most significant first, a ninth byte whole; the value and where it ends. */
function varint(bytes: Uint8Array, at: number): [number, number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[at + i] ?? 0;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + i + 1];
  }
  return [value * 256 + (bytes[at + 8] ?? 0), at + 9];
}
