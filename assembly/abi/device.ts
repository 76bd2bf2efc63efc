/*
 * Which devices a cell may have a window on. Names are compatible strings of the device tree, with a space between two.
 *
 * A device that can write to memory by itself (a bus master) reaches all of it, whatever its driver's own memory is, so
 * a window on it is as good as DMA. Known to be none are few; a window on any other device needs `dma` in the manifest
 * and a key of that class. What the kernel and the machine themselves rest on is nobody's.
 */

/** Devices known to be no bus masters: UARTs, and those that our machines make up, which have only their registers. */
export const DEVICES_PLAIN: string = "ns16550a ns16550 arm,pl011 rumpk,tar rumpk,hostdir rumpk,block";
/** Timers and flash, which are no devices for cells; neither is a node with an `interrupt-controller` property. */
export const DEVICES_RESERVED: string =
  "riscv,clint0 riscv,aclint-mtimer riscv,aclint-mswi arm,armv7-timer-mem intel,local-apic intel,i8254 cfi-flash";
/** Interrupt controllers: what the build refuses by name, the kernel by their property. */
export const DEVICES_CONTROLLERS: string =
  "riscv,plic0 sifive,plic-1.0.0 riscv,aplic arm,cortex-a15-gic arm,gic-400 arm,gic-v3 intel,io-apic rumpk,lines";
