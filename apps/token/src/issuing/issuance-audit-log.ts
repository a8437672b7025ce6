import type { Logger } from '@tessera/observability';
import type { StatelessIssuance } from '@tessera/protocol/access-token';
import { formatScope } from '@tessera/vocabulary';

/** Milliseconds a token may be issued before its line is written; a crash loses at most these (decision 19). */
const FLUSH_MS_MAX = 1_000;
/** Tokens of one line: as many as the log writes members of a list. */
const LINE_TOKENS_MAX = 20;
/** Lines kept back: together less than a pipe takes at once, so that writing them does not wait for whoever reads the log. */
const LINES_MAX = 40;

/** Tokens of one client, scope and key: what a line says once for all of them. */
interface Line {
  readonly clientId: string;
  readonly scope: string;
  readonly kid: string;
  readonly jtis: string[];
}

/** Runs an action later; tests pass their own. */
export interface Delay {
  after(ms: number, action: () => void): void;
}

const systemDelay: Delay = { after: (ms, action) => void setTimeout(action, ms).unref() };

/**
 * The record of tokens that leave no row: structured lines with `jti`s, client, scope and `kid`, written together (decision
 * 19). Its logger must write at any level, for this is a record and no chatter.
 */
export class IssuanceAuditLog implements StatelessIssuance {
  /** Lines that take more tokens, by what they say. */
  private readonly open = new Map<string, Line>();
  private full: Line[] = [];
  private scheduled = false;

  /** @param written follows the last line of a flush: whoever collects lines passes them on. */
  constructor(
    private readonly logger: Pick<Logger, 'info'>,
    private readonly written: () => void = () => {},
    private readonly delay: Delay = systemDelay,
  ) {}

  issued({ jti, clientId, scope, kid }: Parameters<StatelessIssuance['issued']>[0]): void {
    const said = formatScope(scope);
    const name = `${kid}\n${clientId}\n${said}`;
    const line = this.open.get(name);
    if (line === undefined) this.begin(name, { clientId, scope: said, kid, jtis: [jti] });
    else if (line.jtis.push(jti) >= LINE_TOKENS_MAX) {
      this.open.delete(name);
      this.full.push(line);
    }
  }

  /** Writes what is not written yet; the last act of a drain. */
  flush(): void {
    const lines = [...this.full, ...this.open.values()];
    if (lines.length === 0) return;
    this.full = [];
    this.open.clear();
    for (const line of lines) this.write(line);
    this.written();
  }

  private begin(name: string, line: Line): void {
    if (this.full.length + this.open.size >= LINES_MAX) this.flush();
    this.open.set(name, line);
    if (this.scheduled) return;
    this.scheduled = true;
    this.delay.after(FLUSH_MS_MAX, () => {
      this.scheduled = false;
      this.flush();
    });
  }

  private write({ clientId, scope, kid, jtis }: Line): void {
    this.logger.info('access tokens issued', { action: 'access-token.issued', clientId, scope, kid, count: jtis.length, jti: jtis });
  }
}
