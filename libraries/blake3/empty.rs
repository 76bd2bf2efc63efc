// Cargo wants a source file of a package; there is nothing to compile.
