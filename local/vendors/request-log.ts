import { createHash } from 'node:crypto';
import type { ReceivedBody, ReceivedFile } from './received-request.ts';

/** How a request ended. `charged` is an answer with images; `answered` one that costs nothing, such as a poll. */
export type LedgerOutcome = 'charged' | 'answered' | 'refused' | 'failed' | 'cut' | 'hung';

/** One request, as the vendor saw it. */
export interface LedgerEntry {
  /** Arrival order, from 1. */
  readonly sequence: number;
  readonly vendor: string;
  /** RFC 3339, when the request's head had arrived. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** The wire's name for it, or `unknown` for a path that it doesn't have. */
  readonly operation: string;
  readonly model?: string;
  readonly prompt?: string;
  /** Everything in the body that is no file. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly files: readonly LedgerFile[];
  /** The length of the body as it came: without images that were fetched from addresses in it. */
  readonly bodyBytes?: number;
  /** The first 12 hexadecimal digits of the credential's SHA-256: enough to tell keys apart, useless to an attacker. */
  readonly authorization?: string;
  /** Absent while the request is open. */
  readonly outcome?: LedgerOutcome;
  /** True as soon as the vendor has made the images, whether or not a client receives them. */
  readonly charged: boolean;
  /** How many images were made. */
  readonly images: number;
  /** What was charged, in millionths of a US dollar; absent where nothing was, or the model has no price here. */
  readonly micros?: number;
  /** The status that was sent, where one was. */
  readonly status?: number;
  /** True where a stream of events was requested. */
  readonly streamed?: true;
  /** The events of a stream that were sent, each with the time (RFC 3339) at which it was. */
  readonly events?: readonly { readonly name: string; readonly at: string }[];
  /** RFC 3339, when the last byte of the answer was written. */
  readonly answeredAt?: string;
  /** True where the client left before it had the whole answer. */
  readonly clientGone?: boolean;
}

export interface LedgerFile {
  readonly field: string;
  readonly filename?: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Which entries to show. */
export interface LedgerFilter {
  readonly vendor?: string;
  readonly operation?: string;
  /** A part of the prompt. */
  readonly prompt?: string;
}

/** Records the vendors' requests and charges. Kept in memory, as long as the simulator runs. */
export class RequestLog {
  private entries: LedgerEntry[] = [];
  private sequence = 0;

  /** Notes the arrival of a request and returns the pen for the rest of its line. */
  open(start: Pick<LedgerEntry, 'vendor' | 'method' | 'path' | 'operation'>): RequestLogLine {
    this.sequence += 1;
    const at = new Date().toISOString();
    let current: LedgerEntry = {
      ...start,
      sequence: this.sequence,
      at,
      parameters: {},
      files: [],
      charged: false,
      images: 0,
    };
    this.entries.push(current);
    return {
      note: (changes) => {
        const next = { ...current, ...changes };
        const position = this.entries.indexOf(current);
        // A line that was cleared away stays away.
        if (position >= 0) this.entries[position] = next;
        current = next;
      },
      entry: () => current,
    };
  }

  /** All requests in arrival order. */
  requests(filter: LedgerFilter = {}): readonly LedgerEntry[] {
    return this.entries.filter(
      (entry) =>
        (filter.vendor === undefined || entry.vendor === filter.vendor) &&
        (filter.operation === undefined || entry.operation === filter.operation) &&
        (filter.prompt === undefined || (entry.prompt ?? '').includes(filter.prompt)),
    );
  }

  /** The requests that cost money. */
  charges(filter: LedgerFilter = {}): readonly LedgerEntry[] {
    return this.requests(filter).filter((entry) => entry.charged);
  }

  /** What these requests were charged in all, in millionths of a US dollar. */
  bill(filter: LedgerFilter = {}): number {
    return this.charges(filter).reduce((sum, { micros = 0 }) => sum + micros, 0);
  }

  /** Forgets everything; the numbering starts again at 1. */
  clear(): void {
    this.entries = [];
    this.sequence = 0;
  }
}

/** Writes one line of the ledger. */
export interface RequestLogLine {
  note(changes: Partial<Omit<LedgerEntry, 'sequence' | 'at'>>): void;
  entry(): LedgerEntry;
}

/** What the ledger shows of a body: text as it is, files by name, size and hash. */
export function bodyForLog(body: ReceivedBody): Pick<LedgerEntry, 'parameters' | 'files'> {
  if (body.kind === 'json') return { parameters: textOfJson(body.value), files: body.files.map(fileForLog) };
  if (body.kind !== 'multipart') return { parameters: {}, files: [] };
  const entries = [...body.fields].map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
  return { parameters: Object.fromEntries(entries), files: body.files.map(fileForLog) };
}

/** Identifies a credential without storing it. */
export function credentialFingerprint(credential: string): string {
  return createHash('sha256').update(credential).digest('hex').slice(0, 12);
}

/** A file without its content. */
export function fileForLog(file: ReceivedFile): LedgerFile {
  const { content, ...rest } = file;
  return { ...rest, bytes: content.length };
}

function textOfJson(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const shortened = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'string' ? withoutFile(item) : item,
  );
  return JSON.parse(shortened) as Record<string, unknown>;
}

/** A `data:` URL without its content, and base64 without all but its beginning. */
function withoutFile(text: string): string {
  if (text.startsWith('data:')) return `${text.slice(0, text.indexOf(',') + 1)}…`;
  return /^[\w+/]{256}/.test(text) ? `${text.slice(0, 16)}…` : text;
}
