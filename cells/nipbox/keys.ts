/*
 * From the bytes of a terminal to keys. A byte outside a sequence is its own key; a sequence is one key, or none when
 * it means nothing here: whatever a terminal sends for a function key, a modifier, the mouse, focus or a report, none
 * of it is left over as text.
 *
 *   ESC [ [ letter                 function keys of Linux's console
 *   ESC [ numbers letter           ECMA-48 control sequence: parameters 30..3F, intermediates 20..2F, final 40..7E
 *   ESC O letter                   keys of a keypad, numbers before the letter for modifiers
 *   ESC ] ESC P ESC X ESC ^ ESC _  a string, to BEL or ESC \: what a terminal reports
 *   ESC ESC [ ... and ESC byte     a key with Alt: that key, or nothing
 *
 * A control byte within a sequence ends it and is a key itself, so that a lone ESC does not swallow the Enter after it.
 * Source: ECMA-48, fifth edition, 5.4 and 5.6; xterm's ctlseqs; console_codes(4).
 */

/** No key yet, or one that means nothing. */
export const KEY_NONE: i32 = -1;
/** Keys that are no byte. */
export const KEY_UP: i32 = 256;
export const KEY_DOWN: i32 = 257;
export const KEY_RIGHT: i32 = 258;
export const KEY_LEFT: i32 = 259;
export const KEY_HOME: i32 = 260;
export const KEY_END: i32 = 261;
export const KEY_DELETE: i32 = 262;

const BELL: u8 = 0x07;
const ESCAPE: u8 = 0x1b;
const BLANK: u8 = 0x20;
const ZERO: u8 = 0x30;
const NINE: u8 = 0x39;
const SEMICOLON: u8 = 0x3b;
const FINAL: u8 = 0x40;
const BRACKET: u8 = 0x5b;
const BACKSLASH: u8 = 0x5c;
const DELETE: u8 = 0x7f;

/** Numbers above this one all count as the same. */
const NUMBER_MAX: i32 = 9999;

/** Where in a sequence the input is. */
const PLAIN: i32 = 0;
const AFTER_ESCAPE: i32 = 1;
/** Behind ESC [, and behind what follows it. */
const CONTROL: i32 = 2;
const PARAMETERS: i32 = 3;
/** Behind ESC O. */
const KEYPAD: i32 = 4;
/** Behind ESC [ [. */
const CONSOLE: i32 = 5;
/** In a string, and behind an ESC in it. */
const TEXT: i32 = 6;
const TEXT_ESCAPE: i32 = 7;

export class Keys {
  private state: i32 = PLAIN;
  /** First number of the sequence, and whether it is over. */
  private number: i32 = 0;
  private numberOver: bool = false;
  /** The sequence is a report or has extra parts: its letter is not one of our keys. */
  private foreign: bool = false;

  /** Takes a byte and returns the key that it completes, or KEY_NONE. */
  take(byte: u8): i32 {
    const state = this.state;
    if (state == PLAIN) return this.start(byte);
    if (state == TEXT || state == TEXT_ESCAPE) return this.inText(byte);
    if (byte < BLANK) return this.start(byte);
    if (state == AFTER_ESCAPE) return this.afterEscape(byte);
    if (state == CONTROL && byte == BRACKET) this.state = CONSOLE;
    else if (state == CONSOLE || byte == DELETE) this.state = PLAIN;
    else if (byte >= FINAL) return this.finish(byte);
    else this.parameter(byte);
    return KEY_NONE;
  }

  /** A byte that begins something, or is a key. */
  private start(byte: u8): i32 {
    this.state = byte == ESCAPE ? AFTER_ESCAPE : PLAIN;
    return byte == ESCAPE ? KEY_NONE : <i32>byte;
  }

  private afterEscape(byte: u8): i32 {
    this.number = 0;
    this.numberOver = false;
    this.foreign = false;
    // [ O, and ] P X ^ _
    if (byte == BRACKET) this.state = CONTROL;
    else if (byte == 0x4f) this.state = KEYPAD;
    else if (byte == 0x5d || byte == 0x50 || byte == 0x58 || byte == 0x5e || byte == 0x5f) this.state = TEXT;
    else this.state = PLAIN;
    return KEY_NONE;
  }

  /** It ends with BEL or ESC \; anything else after an ESC starts a sequence of its own. */
  private inText(byte: u8): i32 {
    if (this.state == TEXT_ESCAPE && byte != BACKSLASH) {
      this.state = AFTER_ESCAPE;
      return this.take(byte);
    }
    if (byte == ESCAPE) this.state = TEXT_ESCAPE;
    else if (byte == BELL || this.state == TEXT_ESCAPE) this.state = PLAIN;
    return KEY_NONE;
  }

  private parameter(byte: u8): void {
    if (this.state == CONTROL) this.state = PARAMETERS;
    if (byte == SEMICOLON) this.numberOver = true;
    else if (byte < ZERO || byte > NINE) this.foreign = true;
    else if (!this.numberOver) this.number = min(this.number * 10 + (byte - ZERO), NUMBER_MAX);
  }

  private finish(letter: u8): i32 {
    this.state = PLAIN;
    if (this.foreign) return KEY_NONE;
    switch (letter) {
      case 0x41:
        return KEY_UP;
      case 0x42:
        return KEY_DOWN;
      case 0x43:
        return KEY_RIGHT;
      case 0x44:
        return KEY_LEFT;
      case 0x46:
        return KEY_END;
      case 0x48:
        return KEY_HOME;
      case 0x7e:
        return this.numbered();
    }
    return KEY_NONE;
  }

  /** 1 and 7 are Home, 4 and 8 End, 3 is Delete. */
  private numbered(): i32 {
    const key = this.number;
    if (key == 1 || key == 7) return KEY_HOME;
    if (key == 4 || key == 8) return KEY_END;
    return key == 3 ? KEY_DELETE : KEY_NONE;
  }
}
