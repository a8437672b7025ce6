export declare const EXIT: { readonly done: 0; readonly retry: 1; readonly stop: 3 };
export declare const MIGRATIONS_DIRECTORY: string;
export declare class MigrationStop extends Error {
  readonly exitCode: 3;
}
export interface MigrateOptions {
  /** Where the migrations stand; those of this release when absent. */
  readonly directory?: string | undefined;
  /** Milliseconds to wait for another runner. */
  readonly waitMs?: number;
  readonly log?: (line: string) => void;
}
export declare function isTransient(error: unknown): boolean;
export declare function migrate(url: string, options?: MigrateOptions): Promise<string[]>;
export declare function status(url: string, options?: MigrateOptions): Promise<{ applied: string[]; pending: string[] }>;
export declare function resolveApplied(url: string, name: string, options?: MigrateOptions): Promise<void>;
export declare function resolveRolledBack(url: string, name: string, options?: MigrateOptions): Promise<void>;
export declare function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  print: (line: string) => void,
  complain: (line: string) => void,
): Promise<number>;
