/** The palette's commands and how typed words choose among them. Pure. */

export interface Command {
  id: string;
  group: string;
  label: string;
  detail?: string | undefined;
  /** More words that find it, in either language. */
  words: string;
  /** Left out of the list that is shown before anything is typed. */
  onlyWhenSearched?: boolean;
  run: () => void;
}

/** Commands that contain every typed word; half-width and full-width letters are one. */
export function pickCommands(commands: readonly Command[], text: string): Command[] {
  const wanted = fold(text).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return commands.filter((command) => !command.onlyWhenSearched);
  return commands.filter((command) => {
    const haystack = fold(`${command.label} ${command.detail ?? ""} ${command.words}`);
    return wanted.every((word) => haystack.includes(word));
  });
}

/** The next choice, going round at both ends. */
export function moveChoice(current: number, step: 1 | -1, length: number): number {
  return length === 0 ? 0 : (current + step + length) % length;
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
