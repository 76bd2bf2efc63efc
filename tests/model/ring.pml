/*
 * The ION ring of assembly/rumpk/ring.ts, one producer and one consumer interleaved in every way that memory allows.
 *
 * Shown: no slot is read before it is written, none is overwritten before it was read (assertions in the consumer);
 * no wake-up is lost (a side that sleeps for ever is an invalid end state).
 *
 * Memory: each side has a store buffer, first in first out, that drains whenever it likes, so that a store may become
 * visible after later loads. Release and acquire keep the other orders; only a sequentially consistent operation waits
 * until the own buffer is empty. Indices run free modulo 4 over 2 slots, so that they wrap within MESSAGES messages.
 * A slot is two words, length and payload, both must be those of the expected message.
 *
 * -DBROKEN=n takes one precaution away; Spin must then find the failure:
 *   1  the head is stored before the slot            2  no fence between head or tail and the look at a waiting word
 *   3  the waiting word is set after the last look   4  the tail is stored before the slot is read
 */
#ifndef BROKEN
#define BROKEN 0
#endif

#define SLOTS 2
#define MODULUS 4
#define MESSAGES 5

#define HEAD 0
#define TAIL 1
#define PRODUCER_WAITING 2
#define CONSUMER_WAITING 3
#define LENGTH(index) (4 + ((index) % SLOTS))
#define PAYLOAD(index) (6 + ((index) % SLOTS))
#define WORDS 8

#define USED(head, tail) (((head) + MODULUS - (tail)) % MODULUS)

byte mem[WORDS];
bool wake_producer, wake_consumer;
chan producer_buffer = [4] of { byte, byte };
chan consumer_buffer = [4] of { byte, byte };

#define STORE(buffer, word, value) buffer ! word, value
#define FENCE(buffer) empty(buffer)

#if BROKEN == 2
#define INDEX_FENCE(buffer) skip
#else
#define INDEX_FENCE(buffer) FENCE(buffer)
#endif

/* takeWaiting: reads the word and, when it is set, clears it by an exchange and wakes the other side. */
inline take_waiting(buffer, word, wake) {
  if
  :: mem[word] == 0
  :: else ->
    FENCE(buffer);
    atomic {
      if
      :: mem[word] == 1 -> mem[word] = 0; wake = true
      :: else
      fi
    }
  fi
}

/* ringProducerWaits and ringConsumerWaits: an exchange. */
inline set_waiting(buffer, word) {
  atomic { FENCE(buffer); mem[word] = 1 }
}

active proctype drain_producer() {
  byte word, value;
end:
  do
  :: atomic { producer_buffer ? word, value -> mem[word] = value }
  od
}

active proctype drain_consumer() {
  byte word, value;
end:
  do
  :: atomic { consumer_buffer ? word, value -> mem[word] = value }
  od
}

active proctype producer() {
  byte message = 1, head = 0;
  do
  :: message > MESSAGES -> break
  :: else ->
#if BROKEN == 3
    if
    :: USED(head, mem[TAIL]) < SLOTS
    :: else -> set_waiting(producer_buffer, PRODUCER_WAITING); wake_producer; wake_producer = false
    fi;
    if
    :: USED(head, mem[TAIL]) < SLOTS
    :: else -> goto again
    fi;
#else
    if
    :: USED(head, mem[TAIL]) < SLOTS
    :: else ->
      set_waiting(producer_buffer, PRODUCER_WAITING);
      if
      :: USED(head, mem[TAIL]) < SLOTS
      :: else -> wake_producer; wake_producer = false; goto again
      fi
    fi;
#endif
#if BROKEN == 1
    STORE(producer_buffer, HEAD, (head + 1) % MODULUS);
#endif
    STORE(producer_buffer, PAYLOAD(head), message);
    STORE(producer_buffer, LENGTH(head), message);
    head = (head + 1) % MODULUS;
#if BROKEN != 1
    STORE(producer_buffer, HEAD, head);
#endif
    INDEX_FENCE(producer_buffer);
    take_waiting(producer_buffer, CONSUMER_WAITING, wake_consumer);
    message++;
again:
    skip
  od
}

active proctype consumer() {
  byte message = 1, tail = 0, used;
  do
  :: message > MESSAGES -> break
  :: else ->
    used = USED(mem[HEAD], tail);
    if
    :: used > 0
    :: else ->
#if BROKEN == 3
      used = USED(mem[HEAD], tail);
      if
      :: used > 0
      :: else -> set_waiting(consumer_buffer, CONSUMER_WAITING); wake_consumer; wake_consumer = false; goto again
      fi
#else
      set_waiting(consumer_buffer, CONSUMER_WAITING);
      used = USED(mem[HEAD], tail);
      if
      :: used > 0
      :: else -> wake_consumer; wake_consumer = false; goto again
      fi
#endif
    fi;
    assert(used <= SLOTS);
#if BROKEN == 4
    STORE(consumer_buffer, TAIL, (tail + 1) % MODULUS);
#endif
    assert(mem[LENGTH(tail)] == message);
    assert(mem[PAYLOAD(tail)] == message);
    tail = (tail + 1) % MODULUS;
#if BROKEN != 4
    STORE(consumer_buffer, TAIL, tail);
#endif
    INDEX_FENCE(consumer_buffer);
    take_waiting(consumer_buffer, PRODUCER_WAITING, wake_producer);
    message++;
again:
    skip
  od
}
