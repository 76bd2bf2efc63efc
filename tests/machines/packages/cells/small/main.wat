;; The smallest possible program: it ends with status 7.
(module
  (memory (export "memory") 1 1)
  (func (export "cell_main") (result i32)
    i32.const 7))
