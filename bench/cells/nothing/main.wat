(; The smallest cell: it ends at once with status 0. What it costs to start and join it is what a cell costs. ;)
(module
  (memory (export "memory") 1)
  (func (export "cell_main") (result i32)
    (i32.const 0)))
