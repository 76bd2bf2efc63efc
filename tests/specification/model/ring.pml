/*
 * The shared kind of the ION ring, assembly/rumpk/base/ring.ts: one producer and one consumer, interleaved in every way
 * that a weak memory model allows.
 *
 * Shown: no entry is read before it is written, or written again before it is read (`wrong` stays false); no wake-up is
 * lost (a side that sleeps for ever is an invalid end state).
 *
 * Memory: each side has a store buffer that drains at any time, and in any order except for stores to the same word, so
 * that a store may become visible after later stores and loads. A release store waits until its side's buffer is empty,
 * and so does a full fence; a load that is not an acquire may take effect after later operations: the consumer may have
 * read the entry already, and the producer may have written it. Runs with a wrong guess are discarded (`impossible`).
 *
 * Indices run free modulo twice the entries, -DENTRIES=1 or 2, so that they wrap within MESSAGES messages. An entry is
 * two words, length and payload; both must match the expected message.
 *
 * -DWITHOUT=n takes one precaution away; Spin must then find the failure:
 *   1  release of the head              5  full fence between head and the consumer's waiting word
 *   2  acquire of the head              6  full fence between tail and the producer's waiting word
 *   3  release of the tail              7  full fence between the consumer's waiting word and its last look
 *   4  acquire of the tail              8  full fence between the producer's waiting word and its last look
 *   9  the last look                   10  the waiting word is cleared before the wake-up is sent
 */
#ifndef WITHOUT
#define WITHOUT 0
#endif

#ifndef ENTRIES
#define ENTRIES 2
#endif
#define MODULUS (2 * ENTRIES)
#define MESSAGES 5

#define HEAD 0
#define TAIL 1
#define PRODUCER_WAITING 2
#define CONSUMER_WAITING 3
#define LENGTH(index) (4 + ((index) % ENTRIES))
#define PAYLOAD(index) (6 + ((index) % ENTRIES))
#define WORDS 8

#define USED(head, tail) (((head) + MODULUS - (tail)) % MODULUS)

byte mem[WORDS];
bool wake_producer, wake_consumer;
bool wrong, impossible;
chan producer_buffer = [6] of { byte, byte };
chan consumer_buffer = [6] of { byte, byte };

#define STORE(buffer, word, value) buffer ! word, value
#define EMPTY(buffer) empty(buffer)

/* A store after everything before it, but for precaution `number`. */
inline release(buffer, word, value, number) {
  if
  :: WITHOUT == number
  :: WITHOUT != number -> EMPTY(buffer)
  fi;
  STORE(buffer, word, value)
}

inline full_fence(buffer, number) {
  if
  :: WITHOUT == number
  :: WITHOUT != number -> EMPTY(buffer)
  fi
}

/* takeWaiting, and what its caller does then. */
inline take_waiting(buffer, word, wake) {
  if
  :: mem[word] == 0
  :: else ->
    STORE(buffer, word, 0);
    full_fence(buffer, 10);
    wake = true
  fi
}

/* The oldest store to any word; 4 to 7 are the words of the entries. */
inline drain(buffer) {
end:
  do
  :: atomic { buffer ?? HEAD, value -> mem[HEAD] = value }
  :: atomic { buffer ?? TAIL, value -> mem[TAIL] = value }
  :: atomic { buffer ?? PRODUCER_WAITING, value -> mem[PRODUCER_WAITING] = value }
  :: atomic { buffer ?? CONSUMER_WAITING, value -> mem[CONSUMER_WAITING] = value }
  :: atomic { buffer ?? 4, value -> mem[4] = value }
  :: atomic { buffer ?? 5, value -> mem[5] = value }
  :: atomic { buffer ?? 6, value -> mem[6] = value }
  :: atomic { buffer ?? 7, value -> mem[7] = value }
  od
}

active proctype drain_producer() {
  byte value;
  drain(producer_buffer)
}

active proctype drain_consumer() {
  byte value;
  drain(consumer_buffer)
}

active proctype producer() {
  byte message = 1, head = 0;
  bool written;
  do
  :: message > MESSAGES -> break
  :: else ->
    written = false;
#if WITHOUT == 4
    if
    :: written = true; STORE(producer_buffer, PAYLOAD(head), message); STORE(producer_buffer, LENGTH(head), message)
    :: skip
    fi;
#endif
    if
    :: USED(head, mem[TAIL]) < ENTRIES
    :: else ->
      if
      :: written -> impossible = true; goto over
      :: else
      fi;
      STORE(producer_buffer, PRODUCER_WAITING, 1);
      full_fence(producer_buffer, 8);
      if
      :: WITHOUT != 9 && USED(head, mem[TAIL]) < ENTRIES
      :: else -> (wake_producer || impossible); wake_producer = false; goto again
      fi
    fi;
    if
    :: written
    :: else ->
      STORE(producer_buffer, PAYLOAD(head), message);
      STORE(producer_buffer, LENGTH(head), message)
    fi;
    head = (head + 1) % MODULUS;
    release(producer_buffer, HEAD, head, 1);
    full_fence(producer_buffer, 5);
    take_waiting(producer_buffer, CONSUMER_WAITING, wake_consumer);
    message++;
again:
    if
    :: impossible -> goto over
    :: else
    fi
  od;
over:
  skip
}

active proctype consumer() {
  byte message = 1, tail = 0, used, length, payload;
  bool early;
  do
  :: message > MESSAGES -> break
  :: else ->
    early = false;
#if WITHOUT == 2
    if
    :: early = true; length = mem[LENGTH(tail)]; payload = mem[PAYLOAD(tail)]
    :: skip
    fi;
#endif
    used = USED(mem[HEAD], tail);
    if
    :: used > 0
    :: else ->
      STORE(consumer_buffer, CONSUMER_WAITING, 1);
      full_fence(consumer_buffer, 7);
      used = USED(mem[HEAD], tail);
      if
      :: WITHOUT != 9 && used > 0
      :: else -> (wake_consumer || impossible); wake_consumer = false; goto again
      fi
    fi;
    wrong = wrong || used > ENTRIES;
#if WITHOUT == 3
    /* The loads of the entry may come after the store. */
    STORE(consumer_buffer, TAIL, (tail + 1) % MODULUS);
#endif
    if
    :: early
    :: else -> length = mem[LENGTH(tail)]; payload = mem[PAYLOAD(tail)]
    fi;
    wrong = wrong || length != message || payload != message;
    tail = (tail + 1) % MODULUS;
#if WITHOUT != 3
    release(consumer_buffer, TAIL, tail, 3);
#endif
    full_fence(consumer_buffer, 6);
    take_waiting(consumer_buffer, PRODUCER_WAITING, wake_producer);
    message++;
again:
    if
    :: impossible -> goto over
    :: else
    fi
  od;
  assert(!wrong || impossible);
over:
  skip
}
