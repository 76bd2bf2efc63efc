/*
 * Periods, budgets, strikes and the prices of calls (Kinetic Economy). 1 joule is 1 ns of run time.
 */

/** Price of spawn, in joules. */
export const COST_SPAWN: u32 = 500;
/** Price of grant, in joules. */
export const COST_GRANT: u32 = 20;
/** Price of map, in joules. */
export const COST_MAP: u32 = 10;
/** Price of send, in joules. */
export const COST_SEND: u32 = 5;
/** Price of mask, in joules. */
export const COST_MASK: u32 = 3;
/** Price of recv, in joules. */
export const COST_RECV: u32 = 2;
/** Price of wait, in joules. */
export const COST_TICK: u32 = 1;

/** Photon's period, in nanoseconds. */
export const PERIOD_PHOTON: u32 = 2000000;
/** Photon's budget in its period, in joules. */
export const BUDGET_PHOTON: u32 = 1500000;
/** Matter's period, in nanoseconds. */
export const PERIOD_MATTER: u32 = 10000000;
/** Matter's budget in its period, in joules. */
export const BUDGET_MATTER: u32 = 6000000;
/** Gravity's period, in nanoseconds. */
export const PERIOD_GRAVITY: u32 = 50000000;
/** Gravity's budget in its period, in joules. */
export const BUDGET_GRAVITY: u32 = 20000000;

/** Periods without a strike that forgive one. */
export const STRIKE_FORGIVEN: u32 = 64;
/**
 * Run time of an instance without a strike before its first blocking call, in ns: a start takes up to 130 ms where code
 * is compiled as it runs.
 */
export const STRIKE_GRACE: u32 = 250000000;
/**
 * Run time since the last blocking call below which an emptied period is no strike, in nanoseconds: where a host can
 * stop the machine, its clock runs on, and a driver that writes one message seems to have run for up to 30 ms.
 */
export const STRIKE_RUN: u32 = 50000000;
/** The strike that only warns. */
export const STRIKE_WARN: u32 = 1;
/** The strike that demotes by one spectrum. */
export const STRIKE_DEMOTE: u32 = 2;
/** The strike that kills and restarts. */
export const STRIKE_KILL: u32 = 3;
