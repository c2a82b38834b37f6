//! Shows how lines are taken apart: `cargo run -p lines --example show [FORMAT] < LOG`. What cannot be taken apart is
//! shown with the reason, which is how a line that a parser should know is found.

use lines::{Format, Framing, Meaning, Moment, Taken, Value, take_apart};
use std::io::{Read, Write};

fn main() -> std::io::Result<()> {
    let forced = std::env::args().nth(1).and_then(|name| Format::named(&name));
    let mut framing = Framing::default();
    let mut taken = Taken::default();
    let (mut bytes, mut out) = (vec![0; 1 << 16], std::io::stdout().lock());
    loop {
        let count = std::io::stdin().read(&mut bytes)?;
        framing.feed(&bytes[..count]);
        if count == 0 {
            framing.end();
        }
        while let Some(frame) = framing.next_frame() {
            let now = Moment { received_us: 1_795_988_391_000_000, offset_minutes: 180 };
            take_apart(frame.line, now, forced, &mut taken);
            writeln!(out, "{}", String::from_utf8_lossy(frame.line))?;
            let doubt = taken.doubt().map(|it| format!(" {it:?}")).unwrap_or_default();
            writeln!(out, "  {}{doubt}: {:?}", taken.format().name(), Meaning::of(frame.line, &taken).what)?;
            for (column, value) in taken.fields(frame.line) {
                let name = taken.names().name(column);
                match value {
                    Value::Text(text) => writeln!(out, "  {name} = {}", String::from_utf8_lossy(text))?,
                    Value::Number(number) => writeln!(out, "  {name} = {number}")?,
                    Value::Time(ns) => writeln!(out, "  {name} = {ns} ns")?,
                }
            }
        }
        if count == 0 {
            return Ok(());
        }
    }
}
