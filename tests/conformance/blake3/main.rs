// Reads inputs from standard input, each a line of hexadecimal digits, and writes the BLAKE3 hash of each as a line.
use std::io::{stdin, stdout, BufRead, BufWriter, Write};

fn main() {
    let mut out = BufWriter::new(stdout());
    for line in stdin().lock().lines() {
        let line = line.expect("standard input");
        let digit = |at: usize| u8::from_str_radix(&line[at..at + 2], 16).expect("hexadecimal digits");
        let bytes: Vec<u8> = (0..line.len()).step_by(2).map(digit).collect();
        writeln!(out, "{}", blake3::hash(&bytes)).expect("standard output");
    }
}
