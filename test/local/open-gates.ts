import { createServer, type ServerResponse } from 'node:http';
import { closeServer, listen } from '../../local/emulators/loopback-port.ts';

/** Gates at which a function waits, each by its name, until the test lets it through. */
export interface Gates {
  /** Where a function asks to be let through: below this address, by the gate's name. */
  readonly address: string;
  /** Settles when somebody waits at a gate, or has waited there. */
  reached(name: string): Promise<void>;
  /** Lets through whoever waits at a gate. Throws where nobody does. */
  open(name: string): void;
  close(): Promise<void>;
}

/** Puts up gates that are all shut. */
export async function putUpGates(): Promise<Gates> {
  const waiting = new Map<string, ServerResponse>();
  const arrivals = new Map<string, PromiseWithResolvers<void>>();
  const arrivalAt = (name: string): PromiseWithResolvers<void> => {
    const known = arrivals.get(name) ?? Promise.withResolvers<void>();
    arrivals.set(name, known);
    return known;
  };
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    waiting.set(name, response);
    arrivalAt(name).resolve();
  });
  return {
    address: `http://127.0.0.1:${await listen(server, 0)}`,
    reached: (name) => arrivalAt(name).promise,
    open(name) {
      const response = waiting.get(name);
      if (response === undefined) throw new Error(`Nobody waits at the gate ${name}.`);
      response.end();
    },
    close: () => closeServer(server),
  };
}
