/*
 * Names that comments and pages use though no code in this repository has them, because they belong to something else:
 * the check for dead names skips them, and reports those that are no longer used.
 */

const table = {
  "programs, people's names for things, units":
    "JavaScript macOS OpenBSD OpenSBI PrimeCell SiFive NipBox ProvChain RumKV seL4 vDSO ChaCha20 SplitMix64 GiB TiB NaN",
  "registers and memory of aarch64":
    "CNTFRQ_EL0 ELR_EL1 ESR_EL1 FAR_EL1 MAIR_EL1 SCTLR_EL1 SPSR_EL1 SP_EL0 SP_EL1 TCR_EL1 nGnRE",
  "QEMU, PVH and the device tree":
    "SYS_EXIT_EXTENDED fw_cfg sifive_test hvm_start_info include/public/arch-x86/hvm/start_info.h off_dt_struct off_dt_strings",
  "Linux and its 9P":
    "MAP_FIXED_NOREPLACE O_ASYNC exit_group rt_sigreturn console_codes asm-generic/termbits.h V9FS_MAGIC n_uname",
  "C libraries and standards":
    "blake3_hasher crypto_hash_sha256_state ge25519_is_on_main_subgroup sodium/core.c Signatures.md FORCE_READ __GNUC__",
  "Node and npm packages": "MessagePort TupleType assemblyscript/src/ast.ts @as-pect/transform/lib/index.js",
  "what wasm2c and the build write for a module":
    "kernel.h rumpk-abi.h init_instance_import load8_u i32_load8_u_default32 var_i0 w2c_cell__crash_abort w2c_uart w2c_uart_cell_main wasm2c_uart_instantiate instantiate_uart main_uart record_uart code_0 code_end_0 code_N code_end_N constants_0 constants_end_0 constants_N constants_end_N rootfs.S places.S seal.S SealEntries",
  examples: "count/cell.kdl count/main.ts MyFiles compile_flags dst_cell src_cell",
};

export const foreign = new Set(Object.values(table).flatMap((names) => names.split(" ")));
