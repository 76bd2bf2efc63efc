/*
 * Who gets the console's input: sessions of the table (sessions.mjs) in which shells run shells and other programs that
 * read. Each byte goes to the program in the foreground, and bytes that it did not ask for to its parent.
 */

const nested = {
  input: ["run nipbox", "echo inner", "head -n 1", "for head", "cat | cat", "for cat"],
  output: ["inner", "for head", "for cat"],
};

/** Shells that come and go, each with its own lines. */
const many = Array.from({ length: 12 }, (_, at) => ["run nipbox", `echo in ${at}`, `exit ${at}`, `echo out $?`]).flat();
const manyOutput = Array.from({ length: 12 }, (_, at) => [`in ${at}`, `out ${at}`]).flat();

export const foreground = [
  {
    name: "a shell that the shell runs has the input until it ends, and the outer one what follows",
    input: [
      "run nipbox",
      "echo inner",
      "exit 5",
      "echo outer $?",
      "run nipbox",
      "hello; exit",
      "head -n 1 | cat",
      "for head",
      "exit 4",
    ],
    output: ["inner", "outer 5", "Hello from Rumpk.", "for head"],
    status: 4,
  },
  { name: "the end of the input is everybody's", ...nested, status: 0 },
  {
    name: "no byte goes astray under a scheduler that switches at every call",
    input: [...many, ...nested.input],
    output: [...manyOutput, ...nested.output],
    status: 0,
    flags: ["--checked", "--append", "kernel.switch=calls"],
  },
];
