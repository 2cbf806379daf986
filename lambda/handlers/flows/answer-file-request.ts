import { type AnnounceFileDependencies, announceFile } from '../../application/files/announce-file.ts';
import { type DeleteFileDependencies, deleteFile } from '../../application/files/delete-file.ts';
import { listFiles, type ShowFilesDependencies, showFile } from '../../application/files/show-files.ts';
import { type UploadFileDependencies, uploadFile } from '../../application/files/upload-file.ts';
import { type AuthenticateDependencies, authenticate } from '../../application/serve/authenticate.ts';
import { routeIdOf } from '../../contract/route.ts';
import { type FileRouteId, fileRoutes } from '../../contract/routes/file-routes.ts';
import type { Sha256 } from '../../domain/bytes/sha256.ts';
import type { FileUploads } from '../../domain/files/file-objects.ts';
import type { FileStore } from '../../domain/files/file-store.ts';
import { type Answer, type ApiResponse, jsonResponse } from '../../http/answer/api-response.ts';
import { readFilePage, readFileUpload } from '../../http/files/file-request.ts';
import { awaitedFileView, deletedFileView, fileListView, fileView } from '../../http/files/file-view.ts';
import { type ApiRequest, readApiRequest } from '../../http/request/api-request.ts';
import { credentialOf } from '../../http/request/credential.ts';

export interface AnswerFileRequestDependencies
  extends Omit<AnnounceFileDependencies, 'uploads'>,
    Omit<UploadFileDependencies, 'uploads'>,
    Omit<ShowFilesDependencies, 'uploads'>,
    Omit<DeleteFileDependencies, 'uploads'> {
  readonly authentication: AuthenticateDependencies;
  readonly sha256: Sha256;
  readonly files: Pick<FileStore, 'keep' | 'find' | 'noteUpload' | 'markDeleted' | 'page' | 'records' | 'remove'>;
  readonly uploads: FileUploads;
}

/** A request about the files of its caller. */
interface FileRequest extends ApiRequest {
  readonly owner: string;
  /** The file of the path, as it was sent; empty where the path has none. */
  readonly fileId: string;
}

type Act = (dependencies: AnswerFileRequestDependencies, request: FileRequest) => Promise<ApiResponse>;

const acts: Readonly<Record<FileRouteId, Act>> = {
  'create-file': async (dependencies, request) => {
    const upload = await readFileUpload(request);
    if (upload.kind === 'received') {
      const file = await uploadFile(dependencies, request.owner, { ...upload.order, bytes: upload.bytes });
      return jsonResponse(201, request.requestId, { value: fileView(file, 'uploaded') });
    }
    const announced = { ...upload.order, contentType: upload.contentType };
    const { file, form, formExpiresAt } = await announceFile(dependencies, request.owner, announced);
    return jsonResponse(201, request.requestId, { value: awaitedFileView(file, form, formExpiresAt) });
  },
  'list-files': async (dependencies, request) => {
    const { files, hasMore } = await listFiles(dependencies, request.owner, readFilePage(request));
    const data = files.map(({ file, status }) => fileView(file, status));
    return jsonResponse(200, request.requestId, { value: fileListView(data, hasMore) });
  },
  'show-file': async (dependencies, { owner, fileId, requestId }) => {
    const { file, status } = await showFile(dependencies, owner, fileId);
    return jsonResponse(200, requestId, { value: fileView(file, status) });
  },
  'delete-file': async (dependencies, { owner, fileId, requestId }) => {
    await deleteFile(dependencies, owner, fileId);
    return jsonResponse(200, requestId, { value: deletedFileView(fileId) });
  },
};

/** The whole way of a request about files, from API Gateway's event to the answer. Throws what its steps throw. */
export const answerFileRequest =
  (dependencies: AnswerFileRequestDependencies): Answer =>
  async (event) => {
    const request = readApiRequest(event);
    const { owner } = await authenticate(dependencies.authentication, credentialOf(request, dependencies.sha256));
    return acts[routeIdOf(fileRoutes, request.method, request.resource)](dependencies, {
      ...request,
      owner,
      fileId: request.pathParameters.file_id ?? '',
    });
  };
