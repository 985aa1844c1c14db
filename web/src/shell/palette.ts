/** The palette's commands and how typed words choose among them. Pure. */
import { hasWords } from "../format/words";

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

/** Commands that contain every typed word; before anything is typed, only the lasting ones. */
export function pickCommands(commands: readonly Command[], text: string): Command[] {
  if (!text.trim()) return commands.filter((command) => !command.onlyWhenSearched);
  return commands.filter((command) =>
    hasWords(`${command.label} ${command.detail ?? ""} ${command.words}`, text),
  );
}

/** The next choice, going round at both ends. */
export function moveChoice(current: number, step: 1 | -1, length: number): number {
  return length === 0 ? 0 : (current + step + length) % length;
}
