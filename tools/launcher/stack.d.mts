/** The part of the launcher that tests use; the launcher itself is plain JavaScript, because it runs before anything is installed. */
export function startStack(options: Readonly<Record<string, unknown>>): Promise<never>;
