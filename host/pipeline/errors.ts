/*
 * Errors that a user can fix. The message is one line that names the place and the fix; the command prints it without a
 * stack trace and ends with status 2. Anything else that is thrown is our bug and shows its stack trace.
 */
export class UserError extends Error {
  override name = "UserError";
  /** Exit status of the command. */
  status = 2;
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
