import type { ClientOptions, RequestOptions } from '..';
import type {
  CardRequest,
  CatalogQueriesOutcome,
  CatalogQueriesRequest,
  CustomQueryRequest,
  ErrorPayload,
  OwnershipSyncRequest,
  OwnershipTeamsRequest,
  QueryRequest,
  WasmClient,
} from '../pkg/glue';
import type {
  EventSendRequest,
  GuardianCreateRequest,
  GuardianListRequest,
  ReleaseGateRequest,
  ValidationStartRequest,
  ValidationWaitRequest,
  ZoneOnboardingRequest,
} from '../pkg/scaffoldPayloads';
import type { WasmInstance } from './WasmInstance';
import type { WasmModule } from './WasmModule';

/** The client over a given module; `createCore` makes the public class of it. */
export class DynatraceClient {
  private readonly module: WasmModule;
  private readonly options: ClientOptions;
  private bound?: { instance: WasmInstance; client: WasmClient };

  constructor(module: WasmModule, options: ClientOptions) {
    this.module = module;
    this.options = options;
    this.bind();
  }

  configurationIssues(): ErrorPayload[] {
    const { instance, client } = this.bind();
    return instance.call(() => client.configurationIssues());
  }

  async health(): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.health());
  }

  async card(
    request: CardRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.card(request, options?.signal));
  }

  async query(
    request: QueryRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.query(request, options?.signal));
  }

  async customQuery(
    request: CustomQueryRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.customQuery(request, options?.signal));
  }

  async catalogQueries(
    request: CatalogQueriesRequest,
    options?: RequestOptions,
  ): Promise<CatalogQueriesOutcome> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.catalogQueries(request, options?.signal));
  }

  async ownershipTeams(
    request: OwnershipTeamsRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.ownershipTeams(request, options?.signal));
  }

  async writeOwnershipTeams(
    request: OwnershipSyncRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() =>
      client.writeOwnershipTeams(request, options?.signal),
    );
  }

  async sendEvent(
    request: EventSendRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.sendEvent(request, options?.signal));
  }

  async createGuardian(
    request: GuardianCreateRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.createGuardian(request, options?.signal));
  }

  async listGuardians(
    request: GuardianListRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.listGuardians(request, options?.signal));
  }

  async startValidation(
    request: ValidationStartRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() =>
      client.startValidation(request, options?.signal),
    );
  }

  async awaitValidation(
    request: ValidationWaitRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() =>
      client.awaitValidation(request, options?.signal),
    );
  }

  async gateRelease(
    request: ReleaseGateRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.gateRelease(request, options?.signal));
  }

  async onboardZone(
    request: ZoneOnboardingRequest,
    options?: RequestOptions,
  ): Promise<Uint8Array> {
    const { instance, client } = this.bind();
    return instance.wait(() => client.onboardZone(request, options?.signal));
  }

  close(): void {
    const bound = this.bound;
    this.bound = undefined;
    if (bound && !bound.instance.trapped) {
      bound.instance.call(() => bound.client.free());
    }
  }

  /** After a trap the instance is another one, and so is the client's half in it. */
  private bind(): { instance: WasmInstance; client: WasmClient } {
    const instance = this.module.instance();
    if (this.bound?.instance !== instance) {
      const { config, store, onObservation } = this.options;
      const client = instance.call(
        glue => new glue.WasmClient(config, store, onObservation),
      );
      this.bound = { instance, client };
    }
    return this.bound;
  }
}
