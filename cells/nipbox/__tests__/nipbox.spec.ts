/*
 * The shell's grammar and its line editor, without a terminal: what is typed, what comes out.
 */
import { clusterEnd, clusterStart, columnsOf, shownPart } from "../characters";
import { EDIT_END, EDIT_LINE, EDIT_MORE, EDIT_REFUSED, Editor, TEXT_MAX } from "../editor";
import { History } from "../history";
import { Parser, checkLine } from "../words";

/**
 * The pipelines of a line between spaces, & in front of those after &&; commands between /, words between commas; files
 * in brackets with their sign.
 */
function parsed(line: string, status: i32 = 0): string {
  const parser = new Parser(line, status);
  let text = "";
  for (let pipeline = parser.next(); pipeline !== null; pipeline = parser.next()) {
    text += (text.length > 0 ? " " : "") + (pipeline.onlyAfterSuccess ? "&" : "");
    for (let i = 0; i < pipeline.commands.length; i++) text += (i > 0 ? "/" : "") + pipeline.commands[i].join(",");
    const input = pipeline.input;
    const output = pipeline.output;
    if (input !== null) text += "[<" + input + "]";
    if (output !== null) text += (pipeline.appends ? "[>>" : "[>") + output + "]";
  }
  return parser.error.length > 0 ? "error" : text;
}

/** Types text into an editor: what the last byte did. */
function type(editor: Editor, text: string): i32 {
  let result = EDIT_MORE;
  for (let i = 0; i < text.length; i++) result = editor.feed(<u8>text.charCodeAt(i));
  return result;
}

function edited(keys: string): string {
  const editor = new Editor("$ ", 40, new History());
  editor.begin();
  type(editor, keys);
  return editor.text;
}

/** What a terminal of one line shows after `output`: the text, with the cursor as _. */
function shown(output: string): string {
  let line = "";
  let cursor = 0;
  for (let i = 0; i < output.length; i++) {
    const unit = output.charCodeAt(i);
    if (unit == 0x0d) {
      cursor = 0;
    } else if (unit == 0x1b) {
      let count = 0;
      for (i += 2; output.charCodeAt(i) < 0x40; i++) count = count * 10 + output.charCodeAt(i) - 0x30;
      if (output.charAt(i) == "K") line = line.substring(0, cursor);
      if (output.charAt(i) == "C") cursor += count;
    } else {
      line = line.substring(0, cursor) + output.charAt(i) + line.substring(cursor + 1);
      cursor++;
    }
  }
  return line.substring(0, cursor) + "_" + line.substring(cursor);
}

describe("words", () => {
  test("blanks part words", () => {
    expect(parsed("")).toBe("");
    expect(parsed("  \t ")).toBe("");
    expect(parsed(" echo  a\tb ")).toBe("echo,a,b");
    expect(parsed("echo a\r")).toBe("echo,a");
  });

  test("quotes and backslashes", () => {
    expect(parsed("echo 'a  b' c")).toBe("echo,a  b,c");
    expect(parsed('echo "a \\" \\\\ \\$ \\n"')).toBe('echo,a " \\ $ \\n');
    expect(parsed("echo a\\ b\\;c")).toBe("echo,a b;c");
    expect(parsed("a'b'\"c\"d")).toBe("abcd");
    expect(parsed("echo ''")).toBe("echo,");
    expect(parsed("echo '$?' \\$?")).toBe("echo,$?,$?");
  });

  test("the status", () => {
    expect(parsed('echo $? "<$?>" a$?b $x $', 42)).toBe("echo,42,<42>,a42b,$x,$");
  });

  test("pipelines in a row", () => {
    expect(parsed("a;b ; c;")).toBe("a b c");
    expect(parsed("a&&b && c; d")).toBe("a &b &c d");
    expect(parsed("a ';' '&&'")).toBe("a,;,&&");
  });

  test("commands of a pipeline", () => {
    expect(parsed("a|b | c d")).toBe("a/b/c,d");
    expect(parsed("a | b; c && d|e")).toBe("a/b c &d/e");
    expect(parsed("a '|' \\| b")).toBe("a,|,|,b");
  });

  test("files in and out, wherever they stand in their command", () => {
    expect(parsed("a < in")).toBe("a[<in]");
    expect(parsed("a>out b")).toBe("a,b[>out]");
    expect(parsed("<in a b>>out")).toBe("a,b[<in][>>out]");
    expect(parsed("a <in|b|c >'o u t'")).toBe("a/b/c[<in][>o u t]");
    expect(parsed("a > f; b < f")).toBe("a[>f] b[<f]");
    expect(parsed("a '>' \\< \">>\"")).toBe("a,>,<,>>");
    expect(parsed("a > $?", 7)).toBe("a[>7]");
  });

  test("comments", () => {
    expect(parsed("a # b; c")).toBe("a");
    expect(parsed("# a")).toBe("");
    expect(parsed("a#b '#'")).toBe("a#b,#");
    expect(parsed("a | b # | c")).toBe("a/b");
  });

  test("what is wrong is refused, before anything runs", () => {
    const wrong = ["'a", '"a', "a\\", "; a", "a;;b", "&& a", "a &&", "a && ; b", "a & b", "a &", "a & & b"];
    for (let i = 0; i < wrong.length; i++) expect(checkLine(wrong[i]).length).toBeGreaterThan(0, wrong[i]);
    expect(checkLine("a; b && 'c d' | e > f")).toBe("");
  });

  test("what is wrong with a pipe or a file says so", () => {
    expect(checkLine("a |")).toBe("nothing to run after |");
    expect(checkLine("| a")).toBe("nothing to run before |");
    expect(checkLine("a || b")).toBe("nothing to run before |");
    expect(checkLine("a | ; b")).toBe("nothing to run before ;");
    expect(checkLine("a && | b")).toBe("nothing to run before |");
    expect(checkLine("a >")).toBe("no name of a file after >");
    expect(checkLine("a >> ; b")).toBe("no name of a file after >>");
    expect(checkLine("a < | b")).toBe("no name of a file after <");
    expect(checkLine("a <<b")).toBe("no name of a file after <");
    expect(checkLine("a > ''")).toBe("no name of a file after >");
    expect(checkLine("a > b > c")).toBe("more than one >");
    expect(checkLine("a < b < c")).toBe("more than one <");
    expect(checkLine("a > b | c")).toBe("> before | belongs to the last command");
    expect(checkLine("a | b < c")).toBe("< behind | belongs to the first command");
    expect(checkLine("> a")).toBe("nothing to run at the end");
    expect(checkLine("> a; b")).toBe("nothing to run before ;");
  });

  test("bytes above ASCII are words", () => {
    expect(parsed("echo \u00ff\u0080")).toBe("echo,\u00ff\u0080");
  });
});

describe("editor", () => {
  test("keys change the line", () => {
    expect(edited("abc")).toBe("abc");
    expect(edited("abc\x7f\x08d")).toBe("ad");
    expect(edited("bc\x01a\x05d")).toBe("abcd");
    expect(edited("ad\x1b[Dbc")).toBe("abcd");
    expect(edited("abc\x02\x02\x06X")).toBe("abXc");
    expect(edited("abXc\x1b[D\x1b[D\x1b[3~")).toBe("abc");
    expect(edited("abc\x1b[H\x04")).toBe("bc");
    expect(edited("b\x1b[1~a\x1b[4~c\x1bOHx\x1bOFy")).toBe("xabcy");
    expect(edited("one two  \x17X")).toBe("one X");
    expect(edited("one two\x15X")).toBe("X");
    expect(edited("one two\x01\x06\x0bX")).toBe("oX");
  });

  test("keys that mean nothing change nothing", () => {
    expect(edited("a\x1b[5~\x1b[15~\x1b[1;5Zb\x1bxc\x07\x00d")).toBe("abcd");
    expect(edited("\x7f\x08\x17\x15\x0b\x02\x06\x1b[D\x1b[C\x1b[A\x1b[B")).toBe("");
  });

  test("what a terminal sends for other keys and of itself leaves nothing in the line", () => {
    const sequences = [
      "\x1b[[A",
      "\x1b[[E",
      "\x1bOP",
      "\x1bO2P",
      "\x1b[24~",
      "\x1b[15;2~",
      "\x1b[1;8R",
      "\x1b[200~",
      "\x1b[201~",
      "\x1b[I",
      "\x1b[Z",
      "\x1bx",
      "\x1b\x1b[5~",
      "\x1b[?1;2c",
      "\x1b[?2004;1$y",
      "\x1b[<0;33;11M",
      "\x1b[97;5u",
      "\x1b[27;5;9~",
      "\x1b]11;rgb:ffff/ffff/ffff\x07",
      "\x1b]11;rgb:ffff/ffff/ffff\x1b\\",
      "\x1bP1+r544e\x1b\\",
      "\x1b_Gi=1;OK\x1b\\",
      "\x1b[99999999999999999999~",
    ];
    for (let i = 0; i < sequences.length; i++)
      expect(edited("ab" + sequences[i] + "c")).toBe("abc", sequences[i].substring(1));
  });

  test("keys with modifiers are the keys; numbers that only end like them are not", () => {
    expect(edited("ad\x1b[1;5Dbc")).toBe("abcd");
    expect(edited("abXc\x1b[D\x1b[D\x1b[3;5~")).toBe("abc");
    expect(edited("ab\x1b[257~c\x1b[263~d")).toBe("abcd");
    expect(edited("ad\x1b\x1b[Dbc")).toBe("abcd");
  });

  test("a lone ESC does not swallow the Enter behind it", () => {
    const editor = new Editor("$ ", 40, new History());
    editor.begin();
    expect(type(editor, "ab\x1b")).toBe(EDIT_MORE);
    expect(type(editor, "\r")).toBe(EDIT_LINE);
    expect(editor.text).toBe("ab");
  });

  test("a line that is too long is refused whole, whatever is cut from it", () => {
    const editor = new Editor("$ ", 40, new History());
    editor.begin();
    type(editor, "rm /tmp/" + "x".repeat(TEXT_MAX - 8));
    editor.takeOutput();
    expect(type(editor, "y")).toBe(EDIT_MORE);
    expect(editor.takeOutput()).toBe("\x07");
    expect(type(editor, "\x7f\x7f\r")).toBe(EDIT_REFUSED);
    editor.begin();
    type(editor, "x".repeat(TEXT_MAX) + "y\x15echo");
    expect(type(editor, "\r")).toBe(EDIT_LINE);
    expect(editor.text).toBe("echo");
    editor.begin();
    type(editor, "x".repeat(TEXT_MAX));
    expect(type(editor, "\r")).toBe(EDIT_LINE);
    expect(editor.text.length).toBe(TEXT_MAX);
  });

  test("characters of several bytes move and go as one", () => {
    expect(edited("a\xc3\xa4b\x02\x02X")).toBe("aX\xc3\xa4b");
    expect(edited("a\xe2\x82\xac\x7fb")).toBe("ab");
    expect(edited("\xe2\x82\xacb\x01\x04")).toBe("b");
  });

  test("letters move and go with their marks", () => {
    expect(edited("ao\xcc\x88b\x02\x02X")).toBe("aXo\xcc\x88b");
    expect(edited("ao\xcc\x88\x7fb")).toBe("ab");
    expect(edited("ao\xcc\x88b\x01\x06\x04")).toBe("ab");
  });

  test("bytes that are no characters stay, and move one by one", () => {
    expect(edited("a\xffb\xc3c")).toBe("a\xffb\xc3c");
    expect(edited("\xe2\x82\x02X")).toBe("\xe2X\x82");
    expect(edited("\xed\xa0\x80\x7f")).toBe("\xed\xa0");
  });

  test("lines end with either end of line, and both together once", () => {
    const editor = new Editor("", 40, new History());
    editor.begin();
    expect(type(editor, "a\r")).toBe(EDIT_LINE);
    editor.begin();
    expect(type(editor, "\n")).toBe(EDIT_MORE);
    expect(type(editor, "b\n")).toBe(EDIT_LINE);
    expect(editor.text).toBe("b");
  });

  test("Ctrl-D ends the input only on an empty line", () => {
    const editor = new Editor("", 40, new History());
    editor.begin();
    expect(type(editor, "a\x04")).toBe(EDIT_MORE);
    expect(type(editor, "\x7f\x04")).toBe(EDIT_END);
  });

  test("the history goes back and forth and keeps the draft", () => {
    const history = new History();
    const editor = new Editor("", 40, history);
    const lines = ["one", "two", "two", ""];
    for (let i = 0; i < lines.length; i++) {
      editor.begin();
      type(editor, lines[i] + "\r");
    }
    editor.begin();
    type(editor, "dra\x1b[A");
    expect(editor.text).toBe("two");
    type(editor, "\x1b[A\x1b[A");
    expect(editor.text).toBe("one");
    type(editor, "\x1b[B\x1b[B");
    expect(editor.text).toBe("dra");
    type(editor, "\x0e");
    expect(editor.text).toBe("dra");
  });

  test("the history has an end", () => {
    const history = new History();
    for (let i = 0; i < 150; i++) history.add(i.toString());
    history.rewind();
    let oldest = "";
    for (let line = history.previous(""); line !== null; line = history.previous("")) oldest = line;
    expect(oldest).toBe("50");
  });

  test("the terminal shows the line and the cursor", () => {
    const editor = new Editor("$ ", 40, new History());
    editor.begin();
    type(editor, "abc\x02\x02X");
    expect(shown(editor.takeOutput())).toBe("$ aX_bc");
    type(editor, "\x0b");
    expect(shown("$ aXbc" + editor.takeOutput())).toBe("$ aX_");
  });

  test("a long line scrolls and never leaves its row", () => {
    const editor = new Editor("$ ", 20, new History());
    editor.begin();
    let screen = editor.takeOutput();
    for (let i = 0; i < 60; i++) {
      editor.feed(<u8>(0x61 + (i % 26)));
      screen += editor.takeOutput();
      expect(shown(screen).length).toBeLessThanOrEqual(20);
    }
    expect(editor.text.length).toBe(60);
    type(editor, "\x01");
    expect(shown(screen + editor.takeOutput())).toBe("$ _abcdefghijklmnopq");
  });

  test("the cursor stands where the next character will appear", () => {
    const editor = new Editor("$ ", 40, new History());
    editor.begin();
    type(editor, "\xe6\x97\xa5\xe6\x9c\xac\x02");
    expect(editor.takeOutput().endsWith("\r\x1b[4C")).toBe(true);
    type(editor, "\x15\x0bao\xcc\x88b\x02");
    expect(editor.takeOutput().endsWith("\r\x1b[4C")).toBe(true);
    type(editor, "\x05\x15x\xf0\x9f\x98\x80y\x02");
    expect(editor.takeOutput().endsWith("\r\x1b[5C")).toBe(true);
  });

  test("a line of wide characters never leaves its row", () => {
    const editor = new Editor("$ ", 20, new History());
    editor.begin();
    for (let i = 0; i < 30; i++) {
      editor.takeOutput();
      type(editor, "\xe6\x97\xa5");
      const output = editor.takeOutput();
      const shown = output.lastIndexOf("$ ");
      if (shown >= 0) expect(columnsOf(output, shown, output.indexOf("\x1b", shown))).toBeLessThanOrEqual(20);
    }
    expect(editor.text.length).toBe(90);
  });

  test("Ctrl-C starts over", () => {
    const editor = new Editor("$ ", 40, new History());
    editor.begin();
    type(editor, "abc");
    editor.takeOutput();
    editor.interrupt();
    expect(editor.takeOutput()).toBe("^C\n$ ");
    expect(editor.text).toBe("");
  });
});

describe("characters", () => {
  test("columns, for each kind of them", () => {
    expect(columnsOf("abc", 0, 3)).toBe(3);
    expect(columnsOf("\xc3\xa9", 0, 2)).toBe(1);
    expect(columnsOf("\xcc\x81", 0, 2)).toBe(0);
    expect(columnsOf("\xe2\x80\x8d", 0, 3)).toBe(0);
    expect(columnsOf("\xe4\xb8\x96", 0, 3)).toBe(2);
    expect(columnsOf("\xef\xbc\xa1", 0, 3)).toBe(2);
    expect(columnsOf("\xef\xbd\xb1", 0, 3)).toBe(1);
    expect(columnsOf("\xf0\x9f\x98\x80", 0, 4)).toBe(2);
    expect(columnsOf("\xf3\xa0\x84\x80", 0, 4)).toBe(0);
    expect(columnsOf("\xf4\x8f\xbf\xbf", 0, 4)).toBe(1);
    expect(columnsOf("\xff\xf0\x9f", 0, 3)).toBe(3);
  });

  test("where clusters begin and end", () => {
    const text = "a\xcc\x88\xe4\xb8\x96\x80";
    expect(clusterEnd(text, 0)).toBe(3);
    expect(clusterEnd(text, 3)).toBe(6);
    expect(clusterEnd(text, 6)).toBe(7);
    expect(clusterEnd(text, 7)).toBe(7);
    expect(clusterStart(text, 7)).toBe(6);
    expect(clusterStart(text, 6)).toBe(3);
    expect(clusterStart(text, 3)).toBe(0);
    expect(clusterStart(text, 0)).toBe(0);
  });

  test("control characters and broken ones are not sent", () => {
    expect(shownPart("a\x1b[31m", 0, 6)).toBe("a\xef\xbf\xbd[31m");
    expect(shownPart("\xc2\x9b31m\x9b", 0, 6)).toBe("\xef\xbf\xbd31m\xef\xbf\xbd");
    expect(shownPart("\xc3\xa4\xe4\xb8\x96", 0, 5)).toBe("\xc3\xa4\xe4\xb8\x96");
  });
});
