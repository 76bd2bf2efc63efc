/*
 * The rack holds the instances of all cells, and everything else that only a module with many memories can access: the
 * kernel's memory, the image records, the boot archive. The build makes it for each system
 * (host/pipeline/wasmtime/rack.ts). The build decides how many instances an image has.
 */

/** Number of instances, and the image that each is an instance of. */
@external("rack", "instance_count")
export declare function instanceCount(): u32;


@external("rack", "instance_image")
export declare function instanceImage(instance: u32): u32;


@external("rack", "image_count")
export declare function imageCount(): u32;

/** 32 bits of an image's record. */
@external("rack", "record32")
export declare function record32(image: u32, offset: u32): u32;

/** Copies all image records to the kernel's memory. */
@external("rack", "records")
export declare function records(out: u32): void;

/** Bytes of the boot archive; 0 when the system has none. */
@external("rack", "archive_size")
export declare function archiveSize(): u32;


@external("rack", "archive8")
export declare function archive8(offset: u32): u32;


@external("rack", "archive16")
export declare function archive16(offset: u32): u32;


@external("rack", "archive32")
export declare function archive32(offset: u32): u32;


@external("rack", "kernel_store8")
export declare function kernelStore8(address: u32, value: u32): void;


@external("rack", "kernel_store32")
export declare function kernelStore32(address: u32, value: u32): void;


@external("rack", "kernel_store64")
export declare function kernelStore64(address: u32, value: u64): void;

/** Resets the instance. */
@external("rack", "reset")
export declare function reset(instance: u32): void;

/** Runs the segments and the start function of the module. */
@external("rack", "start")
export declare function start(instance: u32): void;


@external("rack", "main")
export declare function main(instance: u32): i32;

/** What ended the cell: CAUSE_..., ENDED, or 0 while it runs. */
@external("rack", "fault")
export declare function fault(instance: u32): u32;


@external("rack", "set_fault")
export declare function setFault(instance: u32, cause: u32): void;

/** The address that the fault was about. */
@external("rack", "address")
export declare function faultAddress(instance: u32): u32;


@external("rack", "set_address")
export declare function setAddress(instance: u32, address: u32): void;

/** Number of the place in the source where the fault was raised, 0 if unknown. */
@external("rack", "site")
export declare function site(instance: u32): u32;

/** Copies the text of a place to the kernel's memory: WHERE_SIZE bytes. */
@external("rack", "where")
export declare function where(image: u32, site: u32, out: u32): void;

/** Pages of the cell's memory. */
@external("rack", "pages")
export declare function pages(instance: u32): u32;

/** Asyncify: start saving the frames; saving is done; start restoring them; restoring is done. */
@external("rack", "park")
export declare function park(instance: u32): void;


@external("rack", "parked")
export declare function parked(instance: u32): void;


@external("rack", "unpark")
export declare function unpark(instance: u32): void;


@external("rack", "unparked")
export declare function unparked(instance: u32): void;

/** Cell memory to kernel memory; the ranges have been checked. */
@external("rack", "read")
export declare function readCell(instance: u32, source: u32, target: u32, length: u32): void;


@external("rack", "write")
export declare function writeCell(instance: u32, target: u32, source: u32, length: u32): void;

/** Between two cells, at most 64 KiB. */
@external("rack", "copy")
export declare function copyCells(targetSlot: u32, target: u32, sourceSlot: u32, source: u32, length: u32): void;
