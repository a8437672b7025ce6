const LABEL_WIDTH = 16;
const REMINDER_MS = 10_000;

/** Progress as lines of text: one when a step ends, and one every 10 s while it lasts, so that no silence looks like a hang. */
export class Progress {
  constructor({ quiet = false, write = (line) => process.stdout.write(`${line}\n`) } = {}) {
    this.quiet = quiet;
    this.write = write;
  }

  line(label, text) {
    if (!this.quiet) this.write(`  ${label.padEnd(LABEL_WIDTH)} ${text}`);
  }

  /** Runs one step. `run` returns the text that stands behind the label, or nothing when there is nothing to say. */
  async step(label, waiting, run) {
    const started = performance.now();
    const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
    const reminder = setInterval(
      () => this.line(label, `${waiting} (${Math.round((performance.now() - started) / 1000)} s)`),
      REMINDER_MS,
    );
    reminder.unref();
    try {
      const text = await run((note) => this.line(label, note));
      if (text) this.line(label, `${text} (${seconds()} s)`);
    } finally {
      clearInterval(reminder);
    }
  }
}
