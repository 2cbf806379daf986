import { connect, type Socket } from 'node:net';

/** An answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Writes the pieces of a request to a connection of its own, one by one, and reads the one answer to its end. */
export async function exchange(origin: string, pieces: readonly Buffer[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true, timeout: 20_000 });
  socket.once('timeout', () => socket.destroy(new Error('The connection was idle for too long.')));
  try {
    for (const piece of pieces) await written(socket, piece);
    return await answerOn(socket);
  } finally {
    socket.destroy();
  }
}

const written = (socket: Socket, piece: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.write(piece, () => {
      socket.off('error', reject);
      resolve();
    });
  });

async function answerOn(socket: Socket): Promise<RawAnswer> {
  let received = Buffer.alloc(0);
  for await (const chunk of socket) {
    received = Buffer.concat([received, chunk as Buffer]);
    const answer = parsed(received);
    if (answer) return answer;
  }
  throw new Error(`The connection ended early: ${received.toString().slice(0, 1000)}`);
}

/** Undefined as long as there is more to come. */
function parsed(received: Buffer): RawAnswer | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [statusLine = '', ...lines] = received.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = new Headers(lines.map((line): [string, string] => splitOnce(line)));
  const rest = received.subarray(headEnd + 4);
  const body = headers.get('transfer-encoding') === 'chunked' ? unchunked(rest) : whole(rest, headers);
  return body && { status: Number(statusLine.split(' ')[1]), headers, body: body.toString() };
}

function splitOnce(line: string): [string, string] {
  const at = line.indexOf(':');
  return [line.slice(0, at), line.slice(at + 1).trim()];
}

function whole(rest: Buffer, headers: Headers): Buffer | undefined {
  const length = Number(headers.get('content-length') ?? 0);
  return rest.length < length ? undefined : rest.subarray(0, length);
}

function unchunked(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16);
    const next = lineEnd + 2 + size + 2;
    if (rest.length < next) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = next;
  }
}
