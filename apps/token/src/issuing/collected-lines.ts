/** Keeps log lines back and passes them on in one piece: a write costs as much as what it says, many times over. */
export class CollectedLines {
  private text = '';

  constructor(private readonly output: { write(text: string): unknown }) {}

  write(line: string): void {
    this.text += line;
  }

  /** Passes on what was collected. */
  flush(): void {
    if (this.text === '') return;
    this.output.write(this.text);
    this.text = '';
  }
}
