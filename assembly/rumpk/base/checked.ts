/*
 * The checked kernel: the same sources and the same ABI, and after every run of a cell a look at all tables (invariants/).
 * The unit tests, the oracle and `rumpk build --checked` compile it, by defining CHECKED_KERNEL. In every other kernel
 * CHECKED is a constant 0, so what stands behind `if (CHECKED)` is not compiled and costs no byte.
 */

/** Whether this kernel checks itself. */
export const CHECKED: bool = isDefined(CHECKED_KERNEL);
