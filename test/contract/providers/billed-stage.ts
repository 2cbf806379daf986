import { createConvertImages } from '../../../lambda/adapters/images/convert-images.ts';
import { inspectMask } from '../../../lambda/adapters/images/inspect-mask.ts';
import { sendRequest } from '../../../lambda/adapters/outgoing/http-client.ts';
import { prepareRequest } from '../../../lambda/application/attempt/prepare-request.ts';
import type { QuoteDependencies } from '../../../lambda/application/submit/quote-submission.ts';
import { azureModels } from '../../../lambda/contract/provider-endpoints.ts';
import { needsKey, providerNames } from '../../../lambda/contract/provider-names.ts';
import type { Submission } from '../../../lambda/domain/generation.ts';
import type { InputImage } from '../../../lambda/domain/images/image.ts';
import type { ReceivedSubmission } from '../../../lambda/domain/jobs/received-submission.ts';
import { costOf } from '../../../lambda/domain/money/cost.ts';
import { createPlanRequest } from '../../../lambda/planning/plan-request.ts';
import { createCatalog } from '../../../lambda/providers/catalog.ts';
import { createProviders } from '../../../lambda/providers/stage-providers.ts';
import { startVendorSimulator, type VendorSimulator } from '../../../local/vendors/simulator.ts';
import { createApiFixture } from '../../support/api-fixture.ts';
import { roleCredentials, sentAsRole } from '../../support/aws-signing.ts';
import { gradient, holedMask } from '../../support/pictures.ts';
import { carryOut } from './carry-out.ts';
import type { Work } from './every-request.ts';
import { apiKey, inputImage, memoryCall } from './memory-call.ts';

/** What a job came to. Money is in micro-dollars. */
export interface BilledWork {
  readonly requests: number;
  /** What the gateway tells. */
  readonly cost: number;
  /** What the vendor charged. */
  readonly bill: number;
}

/** As large as the pickiest vendor wants its images. */
const inputSize = { width: 512, height: 384 };

const deployments = Object.fromEntries(azureModels.map((model) => [`my-${model}`, model]));

/** A stage with every provider, each played by the simulator. */
export function startBilledStage() {
  const endpointsAt = (baseUrl: (name: string) => string) => ({
    ...Object.fromEntries(providerNames.map((name) => [name, { baseUrl: baseUrl(name) }])),
    azure: { baseUrl: baseUrl('azure'), deployments },
    bedrock: { baseUrl: baseUrl('bedrock'), region: 'us-west-2' as const },
    vertex: { baseUrl: baseUrl('vertex'), project: 'simulated-project', location: 'global' },
  });
  const catalog = createCatalog(endpointsAt(() => 'https://provider.example'));
  const plan = createPlanRequest(catalog.specOf);
  const convert = createConvertImages();
  let simulator: VendorSimulator;
  let pictures: ReadonlyMap<string, Uint8Array> = new Map();
  const picture = (name: string): Uint8Array => pictures.get(name) ?? new Uint8Array();
  const { files, fileReads, clock, refuseAddress } = createApiFixture().submitting;
  const quoting: QuoteDependencies = { catalog, plan, inspectMask, files, fileReads, clock, refuseAddress };

  async function request(work: Work, submission: Submission) {
    const { provider } = work.candidate;
    const images: readonly InputImage[] =
      submission.operation === 'generation' ? [] : [inputImage('photo', picture('photo'))];
    const mask = work.editType === 'inpainting' ? inputImage('mask', picture('mask')) : undefined;
    const planned = plan(work.candidate, submission, images, mask);
    const open = async (key: string) => streamOf(picture(key));
    const drawn = await prepareRequest({ images: { open }, convert }, planned, AbortSignal.timeout(60_000));
    const key = needsKey(provider) ? (simulator.credentials()[provider] ?? apiKey) : '';
    const adapter = async () =>
      (await createProviders(endpointsAt(simulator.baseUrl), sendRequest, { sendAsRole: sentAsRole(sendRequest) }))(
        provider,
      );
    const call = memoryCall({ apiKey: key, inputs: new Map([...pictures, ...drawn.redrawn]) });
    const finished = await carryOut(adapter, drawn.request, call, [simulator.resultHost]);
    const { images: made, usage, cost: said } = finished;
    const pixels = made.flatMap((each) => ('image' in each ? [each.image.width * each.image.height] : []));
    const outcome = { asked: drawn.request.n, made: made.length, pixels, usage, said };
    return { made: made.length, cost: costOf(planned.quote, catalog.price(work.candidate), outcome) };
  }

  return {
    ...quoting,
    catalog,
    async begin(): Promise<void> {
      const { accessKeyId, secretAccessKey } = roleCredentials;
      const awsSecrets = { [accessKeyId]: secretAccessKey };
      const vendors = providerNames.map((name) => ({
        ...{ name, wire: name, awsSecrets },
        ...(name === 'azure' ? { models: Object.keys(deployments) } : {}),
      }));
      [simulator, pictures] = await Promise.all([startVendorSimulator({ latencySeconds: 0, vendors }), drawInputs()]);
    },
    clear: (): void => simulator.ledger.clear(),
    end: (): Promise<void> => simulator.stop(),
    /** The images that a submission of the work brings along. */
    inputsOf: ({ operation, editType }: Work): Pick<ReceivedSubmission, 'images' | 'mask'> => ({
      images: operation === 'generation' ? [] : [{ param: 'image', bytes: picture('photo') }],
      ...(editType === 'inpainting' ? { mask: { param: 'mask', bytes: picture('mask') } } : {}),
    }),
    /** Makes the requests of a job, as many as it takes. Throws where a cost isn't known. */
    async carryOut(work: Work, submission: Submission): Promise<BilledWork> {
      let [made, requests, cost] = [0, 0, 0];
      while (made < submission.n) {
        const done = await request(work, { ...submission, n: submission.n - made });
        if (!done.cost) throw new Error('The cost of a request is unknown.');
        made += done.made;
        requests += 1;
        cost += done.cost.micros;
      }
      return { requests, cost, bill: simulator.ledger.bill() };
    },
  };
}

async function drawInputs(): Promise<ReadonlyMap<string, Uint8Array>> {
  const hole = { left: 100, top: 100, width: 200, height: 150 };
  const [photo, mask] = await Promise.all([gradient(inputSize), holedMask(inputSize, hole)]);
  return new Map([
    ['photo', photo],
    ['mask', mask],
  ]);
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
