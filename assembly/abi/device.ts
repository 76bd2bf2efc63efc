/*
 * Which devices a cell may have a window on. Names are compatible strings of the device tree, with a space between two.
 *
 * A device that can write to memory by itself (a bus master) reaches all of it, whatever its driver's own memory is, so
 * a window on it is as good as DMA. Only the few devices that are known not to be bus masters are exempt; a window on
 * any other device needs `dma` in the manifest and a key of that class. No cell gets the devices that the kernel and
 * the machine themselves depend on.
 */

/** Devices known not to be bus masters: UARTs, and those that our machines simulate, which have only registers. */
export const DEVICES_PLAIN: string = "ns16550a ns16550 arm,pl011 rumpk,tar rumpk,hostdir rumpk,block";
/** Timers and flash, which are not for cells; neither is a node with an `interrupt-controller` property. */
export const DEVICES_RESERVED: string =
  "riscv,clint0 riscv,aclint-mtimer riscv,aclint-mswi arm,armv7-timer-mem intel,local-apic intel,i8254 cfi-flash";
/** Interrupt controllers: the build refuses them by name, the kernel by their property. */
export const DEVICES_CONTROLLERS: string =
  "riscv,plic0 sifive,plic-1.0.0 riscv,aplic arm,cortex-a15-gic arm,gic-400 arm,gic-v3 intel,io-apic rumpk,lines";
