import type { ClientRequest } from 'node:http';
import type { Blow } from './blow.ts';
import type { FaultKind } from './fault-rule.ts';

type End = (...values: unknown[]) => ClientRequest;

/** The time that the other side has for reading a request whose connection is about to break. */
const cutMilliseconds = 30;

/** Plays a fault on a request whose body is about to be sent; gives what its `end` does from now on. */
export function playStrike(request: ClientRequest, end: End, { strike, again }: Blow): End {
  const milliseconds = strike.seconds * 1000;
  switch (strike.fault) {
    case 'kill_before':
      return die();
    case 'kill_after':
      request.prependOnceListener('response', die);
      return end;
    case 'freeze':
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
      return end;
    case 'slow':
      return (...values) => {
        setTimeout(() => end(...values), milliseconds);
        return request;
      };
    case 'cut':
      request.once('finish', () => setTimeout(() => request.destroy(connectionLost()), cutMilliseconds));
      return end;
    case 'late':
      return (body) => end(delayed(request, String(body), strike.seconds));
    case 'twice':
      return (body) => {
        const copy = again();
        copy.on('error', () => undefined).on('response', (answer) => answer.resume());
        copy.end(delayed(copy, String(body), strike.seconds));
        return end(body);
      };
    default:
      throw new Error(`A request under way can't meet with ${strike.fault satisfies FaultKind}.`);
  }
}

/** Ends the thread at once, as a machine that is gone: nothing after this line runs. */
function die(): never {
  process.exit(1);
}

const connectionLost = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** The body of a SendMessage request, with a later delivery. */
function delayed(request: ClientRequest, body: string, seconds: number): string {
  const message = JSON.parse(body) as { DelaySeconds?: number };
  const later = JSON.stringify({ ...message, DelaySeconds: Math.ceil((message.DelaySeconds ?? 0) + seconds) });
  request.setHeader('content-length', Buffer.byteLength(later));
  return later;
}
