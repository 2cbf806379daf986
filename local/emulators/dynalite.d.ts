/** dynalite ships no types; this is the part of it that the runner uses. */
declare module 'dynalite' {
  import type { Server } from 'node:http';

  interface DynaliteOptions {
    /** A folder for the LevelDB files; without it everything is in memory. */
    readonly path?: string;
    /** How long a new table stays in CREATING, in milliseconds. */
    readonly createTableMs?: number;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}
