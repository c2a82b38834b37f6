//! Any line of any format, and any stream: what is taken apart comes back, and what a stream holds is not lost.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lines::{FORMATS, Format, Framing, LONGEST_LAYOUT, Meaning, Moment, Taken, put_together, take_apart};

fuzz_target!(|input: (u8, i64, i32, Vec<u8>)| {
    let (forced, received_us, offset_minutes, line) = input;
    let forced = FORMATS.get(usize::from(forced)).copied();
    let mut taken = Taken::default();
    take_apart(&line, Moment { received_us, offset_minutes }, forced, &mut taken);
    let _ = Meaning::of(&line, &taken);
    if taken.format() == Format::Unknown {
        assert!(taken.layout().is_empty() && taken.doubt().is_some());
    } else {
        let values: Vec<_> = taken.fields(&line).map(|(_, value)| value).collect();
        assert_eq!(put_together(taken.layout(), &values).expect("it was made"), line);
        assert!(taken.layout().len() <= LONGEST_LAYOUT);
    }
    let mut framing = Framing::default();
    let mut bytes = 0;
    for part in line.chunks(1 + usize::from(received_us as u8)) {
        framing.feed(part);
        while let Some(frame) = framing.next_frame() {
            bytes += frame.line.len();
        }
    }
    framing.end();
    while let Some(frame) = framing.next_frame() {
        bytes += frame.line.len();
    }
    assert!(bytes <= line.len() && framing.waiting_bytes() == 0);
    // Whatever is given as a layout is one or is refused.
    let _ = put_together(&line, &[]);
});
