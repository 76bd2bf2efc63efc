(; A program in WebAssembly text: sends one line to console out, which its manifest puts into slot 1. The same text,
   assembled, is the program "ready": a module that no tool of ours has seen. ;)
(module
  (import "rumpk" "send" (func $send (param i32 i32 i32 i32) (result i64)))
  (memory (export "memory") 1 1)
  (data (i32.const 16) "from WebAssembly text\n")
  (func (export "cell_main") (result i32)
    (i32.wrap_i64 (call $send (i32.const 1) (i32.const 16) (i32.const 22) (i32.const 0)))))
