import { Server } from 'node:net';

/**
 * Preloaded into a server that would listen on every interface: it listens on a free port of 127.0.0.1 instead, and tells its
 * parent process which. It ends with that process.
 */
process.once('disconnect', () => process.exit());

const { listen } = Server.prototype;

Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  const listener = args.find((each): each is () => void => typeof each === 'function');
  this.once('listening', () => process.send?.(this.address()));
  return listen.call(this, { port: 0, host: '127.0.0.1' }, listener);
} as typeof listen;
