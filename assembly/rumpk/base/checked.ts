/*
 * The checked kernel: the same sources and the same ABI, but it checks all tables (invariants/) after every run of a
 * cell. The unit tests, the oracle and `rumpk build --checked` compile it by defining CHECKED_KERNEL. In every other
 * kernel CHECKED is the constant 0, so code behind `if (CHECKED)` is not compiled and costs no byte.
 */

/** Whether this kernel checks itself. */
export const CHECKED: bool = isDefined(CHECKED_KERNEL);
