/*
 * Errors that a user can cure. The message is one line that names the place and the cure; the command prints it
 * without a stack and ends with status 2. Anything else that is thrown is a bug of ours and shows its stack.
 */
export class UserError extends Error {
  override name = "UserError";
  /** Exit status of the command. */
  status = 2;
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
