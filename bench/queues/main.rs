// Messages of 64 bytes through a queue and through a pipe, as bench/cells/calls sends them between two cells. Each line
// of output is NAME NANOSECONDS COUNT: the time of the fastest of PASSES passes of COUNT messages, each sent and
// received.
//
//   turns     one thread sends 256 messages and then receives them, like the two cells, which share a processor
//   threads   the sender and the receiver run at the same time on separate processors, and wait by spinning
//             (the queue) or in the system (the pipe)

use std::hint::{black_box, spin_loop};
use std::io::{pipe, Read, Write};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::{Duration, Instant};

type Message = [u8; 64];

const RING: usize = 256;
const TURNS: usize = 64;
const MESSAGES: usize = RING * TURNS;
const PASSES: usize = 50;

/// Prints the fastest of all passes.
fn report(name: &str, mut pass: impl FnMut() -> Duration) {
    let fastest = (0..PASSES).map(|_| pass()).min().unwrap();
    println!("{} {} {}", name, fastest.as_nanos(), MESSAGES);
}

fn queue_by_turns() -> Duration {
    let (mut sender, mut receiver) = rtrb::RingBuffer::<Message>::new(RING);
    let message = black_box([1; 64]);
    let start = Instant::now();
    for _ in 0..TURNS {
        for _ in 0..RING {
            sender.push(black_box(message)).unwrap();
        }
        for _ in 0..RING {
            black_box(receiver.pop().unwrap());
        }
    }
    start.elapsed()
}

fn queue_between_threads() -> Duration {
    let (mut sender, mut receiver) = rtrb::RingBuffer::<Message>::new(RING);
    let both_ready = Arc::new(Barrier::new(2));
    let ready = both_ready.clone();
    let other = thread::spawn(move || {
        ready.wait();
        for _ in 0..MESSAGES {
            let mut message = black_box([1; 64]);
            while let Err(rtrb::PushError::Full(back)) = sender.push(message) {
                message = back;
                spin_loop();
            }
        }
    });
    both_ready.wait();
    let start = Instant::now();
    for _ in 0..MESSAGES {
        loop {
            if let Ok(message) = receiver.pop() {
                black_box(message);
                break;
            }
            spin_loop();
        }
    }
    let elapsed = start.elapsed();
    other.join().unwrap();
    elapsed
}

fn pipe_by_turns() -> Duration {
    let (mut reader, mut writer) = pipe().unwrap();
    let mut message: Message = black_box([1; 64]);
    let start = Instant::now();
    for _ in 0..TURNS {
        for _ in 0..RING {
            writer.write_all(&message).unwrap();
        }
        for _ in 0..RING {
            reader.read_exact(&mut message).unwrap();
        }
    }
    start.elapsed()
}

fn pipe_between_threads() -> Duration {
    let (mut reader, mut writer) = pipe().unwrap();
    let both_ready = Arc::new(Barrier::new(2));
    let ready = both_ready.clone();
    let other = thread::spawn(move || {
        ready.wait();
        let message: Message = black_box([1; 64]);
        for _ in 0..MESSAGES {
            writer.write_all(&message).unwrap();
        }
    });
    let mut message: Message = [0; 64];
    both_ready.wait();
    let start = Instant::now();
    for _ in 0..MESSAGES {
        reader.read_exact(&mut message).unwrap();
    }
    let elapsed = start.elapsed();
    other.join().unwrap();
    elapsed
}

fn main() {
    report("queue_turns", queue_by_turns);
    report("queue_threads", queue_between_threads);
    report("pipe_turns", pipe_by_turns);
    report("pipe_threads", pipe_between_threads);
}
