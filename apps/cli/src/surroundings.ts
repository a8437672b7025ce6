import type { ServiceClient } from '@tessera/messaging';
import type { SealingKey } from '@tessera/protocol/key-lease';

/** The terminal a command speaks to. */
export interface Terminal {
  /** Results: what a script would read. */
  out(line: string): void;
  /** Problems and remarks. */
  err(line: string): void;
  /** Whether a person can be asked. */
  readonly interactive: boolean;
  ask(question: string): Promise<string>;
}

/** A connection to the services as `operator`. */
export interface OperatorSession {
  readonly services: Pick<ServiceClient, 'call'>;
  /** The public key that secrets of a purpose are sealed to, as key-management signed it. */
  sealingKey(purpose: 'client-secret' | 'password-transport'): Promise<SealingKey>;
  close(): Promise<void>;
}

/** Everything outside the process that a command may touch. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The name of the person, for the audit. */
  readonly actorName: string;
  /** Reads a text file; rejects with a Node error. */
  read(path: string): Promise<string>;
  /** Writes a file that only its owner may read, whole or not at all. */
  writePrivately(path: string, text: string): Promise<void>;
  randomBytes(count: number): Uint8Array;
  randomId(): string;
  /** Resolves after that many milliseconds. */
  pause(milliseconds: number): Promise<void>;
  connect(): Promise<OperatorSession>;
}
