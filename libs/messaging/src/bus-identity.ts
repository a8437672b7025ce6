import type { ServiceName } from '@tessera/vocabulary';

/** Who a process is on the bus and where the bus is. */
export interface BusIdentity {
  readonly service: ServiceName;
  /** Random name of this process, 1 to 32 letters, digits, `-` or `_`: one token of its inbox. */
  readonly instance: string;
  /** One or more addresses separated by commas, `nats://host:port`. */
  readonly natsUrl: string;
  /** The nkey seed as ASCII bytes (`SU...`); null only where the bus knows no identities. */
  readonly seed: Uint8Array | null;
  readonly tls?: {
    /** File of the authority that signed the server's certificate. */
    readonly authorityFile?: string;
    readonly certificateFile?: string;
    readonly privateKeyFile?: string;
  };
}
