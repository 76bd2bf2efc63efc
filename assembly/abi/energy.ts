/*
 * Spectra, promises and the prices of calls (Kinetic Economy). 1 joule is 1 ns of run time.
 */

/** Runs on what is left. */
export const SPECTRUM_VOID: u32 = 0;
/** Background work. */
export const SPECTRUM_GRAVITY: u32 = 1;
/** Programs and services. */
export const SPECTRUM_MATTER: u32 = 2;
/** Drivers and deadlines. */
export const SPECTRUM_PHOTON: u32 = 3;
/** Number of spectra. */
export const SPECTRA: u32 = 4;
/** The spectrum lies in the two highest bits of the promises, so that AND can only demote. */
export const SPECTRUM_SHIFT: u32 = 62;

/** May use the console. */
export const PROMISE_STDIO: u32 = 1;
/** May read files. */
export const PROMISE_RPATH: u32 = 2;
/** May write files. */
export const PROMISE_WPATH: u32 = 4;
/** May use the network. */
export const PROMISE_INET: u32 = 8;
/** May spawn cells. */
export const PROMISE_EXEC: u32 = 0x10;
/** May use device window 0; those of periods 1 to 3 are the next bits. A manifest's devices promise themselves. */
export const PROMISE_DEVICE: u32 = 0x100;

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
/** Run time of an instance without a strike before its first blocking call, in ns: a start takes up to 130 ms where code is compiled as it runs. */
export const STRIKE_GRACE: u32 = 250000000;
/** Run time since the last blocking call below which an emptied period is no strike, in nanoseconds: where a host can stop the machine, its clock runs on, and a driver that writes one message seems to have run for up to 30 ms. */
export const STRIKE_RUN: u32 = 50000000;
/** The strike that only warns. */
export const STRIKE_WARN: u32 = 1;
/** The strike that demotes by one spectrum. */
export const STRIKE_DEMOTE: u32 = 2;
/** The strike that kills and restarts. */
export const STRIKE_KILL: u32 = 3;
