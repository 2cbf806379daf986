import { createServer } from 'node:http';
import { closeServer, listen } from '../local/emulators/loopback-port.ts';
import { fileOf, paddedPng } from '../test/support/sample-files.ts';
import { type Ask, uploadFile } from './upload-file.ts';

/** Images to be edited together, too large for the body of a request. */
export interface LargeInputs {
  readonly count: number;
  /** Bytes of each, exactly. */
  readonly bytes: number;
  /** How the submission names them: uploaded files by their ids, or addresses. */
  readonly by: 'file' | 'address';
}

/** How a submission names these inputs. Files are uploaded by it, as browsers would, each by a form of its own. */
export async function namesOf(inputs: LargeInputs, pictureOrigin: string, ask: Ask): Promise<readonly string[]> {
  const { count, bytes, by } = inputs;
  const names: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    names.push(
      by === 'address'
        ? `${pictureOrigin}/${bytes}/${number}.png`
        : await uploadFile(ask, fileOf(await paddedPng(bytes, number), `${number}.png`)),
    );
  }
  return names;
}

/** Somebody's web server, whose pictures are at `/BYTES/NUMBER.png`. */
export interface PictureServer {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  close(): Promise<void>;
}

export async function startPictureServer(): Promise<PictureServer> {
  const server = createServer((request, response) => {
    const [, bytes, number] = /^\/(\d+)\/(\d+)\.png$/.exec(request.url ?? '') ?? [];
    paddedPng(Number(bytes), Number(number)).then(
      (picture) => response.writeHead(200, { 'content-type': 'image/png' }).end(picture),
      () => response.destroy(),
    );
  });
  const host = `127.0.0.1:${await listen(server, 0)}`;
  return { host, close: () => closeServer(server) };
}
