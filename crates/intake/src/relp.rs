//! One connection of RELP (the protocol of rsyslog's omrelp, described at <https://github.com/rsyslog/librelp>, relp.html): every line has
//! a number, and its sender keeps it until we say that we have it. We say so when the sink made it durable, so that neither a
//! restart of ours nor a cut cable loses a line; a line may come twice when the acknowledgement was lost.
//!
//! Records of several lines are put together as everywhere else (`gather::records`). The lines of one that waits for its end are not
//! acknowledged yet; a sender that waits for that has it when the patience is over.
//!
//! A frame is `NUMBER SP COMMAND SP LENGTH [SP DATA] LF`.

use crate::batch::{Batch, Origin, Shape};
use crate::counters::Counts;
use crate::gather::records::Records;
use crate::gather::{RECORD_PATIENCE, adding};
use crate::keep::{Kept, count_lines};
use crate::limits::READ_BYTES;
use crate::stream::{End, Shared, room_for};
use lines::LONGEST_LINE;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

/// What stands before the data of a frame: a number of nine digits, a command of 32 letters, a length of nine digits.
const MOST_HEAD_BYTES: usize = 9 + 1 + 32 + 1 + 9 + 1;

/// What we offer.
const OFFERS: &str = "200 OK\nrelp_version=0\nrelp_software=belde\ncommands=syslog";

/// One frame and how many bytes it took.
#[derive(Debug, PartialEq, Eq)]
struct Frame<'b> {
    number: u32,
    command: &'b str,
    data: &'b [u8],
    length: usize,
}

/// Bytes that are no RELP.
#[derive(Debug, PartialEq, Eq)]
struct Foreign;

/// The first frame of some bytes; nothing while it is not whole.
fn frame(bytes: &[u8]) -> Result<Option<Frame<'_>>, Foreign> {
    let head = &bytes[..bytes.len().min(MOST_HEAD_BYTES)];
    let is_whole_head = head.len() == MOST_HEAD_BYTES;
    let mut at = 0;
    let mut word = |stops: &[u8]| {
        let rest = &head[at..];
        let length = rest.iter().position(|byte| stops.contains(byte))?;
        at += length + 1;
        std::str::from_utf8(&rest[..length]).ok()
    };
    let (Some(number), Some(command), Some(length)) = (word(b" "), word(b" "), word(b" \n")) else {
        return if is_whole_head { Err(Foreign) } else { Ok(None) };
    };
    let number = number.parse().map_err(|_| Foreign)?;
    let length: usize = length.parse().map_err(|_| Foreign)?;
    if length > LONGEST_LINE || command.is_empty() || !command.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Err(Foreign);
    }
    if length == 0 {
        // Without data the line feed follows the length, or a space does and then the line feed.
        return match bytes.get(at - 1) {
            Some(b'\n') => Ok(Some(Frame { number, command, data: &[], length: at })),
            _ => match bytes.get(at) {
                Some(b'\n') => Ok(Some(Frame { number, command, data: &[], length: at + 1 })),
                Some(_) => Err(Foreign),
                None => Ok(None),
            },
        };
    }
    match (bytes.get(at..at + length), bytes.get(at + length)) {
        (Some(data), Some(b'\n')) => Ok(Some(Frame { number, command, data, length: at + length + 1 })),
        (Some(_), Some(_)) => Err(Foreign),
        _ => Ok(None),
    }
}

fn respond(out: &mut Vec<u8>, number: u32, text: &str) {
    out.extend_from_slice(format!("{number} rsp {} {text}\n", text.len()).as_bytes());
}

/// What came over a connection and is not acknowledged.
struct Given {
    origin: Arc<Origin>,
    records: Records,
    batch: Option<Batch>,
    /// Numbers of the lines in the batch, then of those of the record that waits for its end.
    numbers: Vec<u32>,
}

/// What some bytes ask for beside keeping lines.
#[derive(Default)]
struct Asked {
    answers: Vec<u8>,
    is_over: bool,
    taken: usize,
}

impl Given {
    fn new(origin: Arc<Origin>) -> Self {
        Self { origin, records: Records::default(), batch: None, numbers: Vec::new() }
    }

    fn read_frames(&mut self, bytes: &[u8], received_at_us: i64) -> Result<Asked, Foreign> {
        let mut asked = Asked::default();
        while let Some(frame) = frame(&bytes[asked.taken..])? {
            asked.taken += frame.length;
            match frame.command {
                "open" => respond(&mut asked.answers, frame.number, OFFERS),
                "syslog" => {
                    let line = frame.data.strip_suffix(b"\n").unwrap_or(frame.data);
                    let mut add = adding(&self.origin, &mut self.batch, received_at_us);
                    self.records.offer(line, (Shape::Whole, None), received_at_us, &mut add);
                    self.numbers.push(frame.number);
                }
                "close" => {
                    let answer = format!("{} rsp 0\n0 serverclose 0\n", frame.number);
                    asked.answers.extend_from_slice(answer.as_bytes());
                    asked.is_over = true;
                    break;
                }
                _ => respond(&mut asked.answers, frame.number, "500 command not known"),
            }
        }
        if asked.is_over {
            self.end_record(received_at_us);
        }
        Ok(asked)
    }

    /// Nothing comes that could go on with the record.
    fn end_record(&mut self, now_us: i64) {
        self.records.close(&mut adding(&self.origin, &mut self.batch, now_us));
    }

    /// Makes durable what is complete and answers that we have it.
    async fn keep(&mut self, counts: &Counts, shared: &Shared) -> Result<Vec<u8>, End> {
        if let Some(batch) = self.batch.take() {
            count_lines(&batch, counts);
            match shared.keeper.keep(Arc::new(batch), counts).await {
                Kept::Yes => {}
                Kept::Unwanted => return Err(End::Unwanted),
                // Not acknowledged: the sender has them still.
                Kept::Stopped => return Err(End::Stopped),
            }
        }
        let mut answers = Vec::new();
        let complete = self.numbers.len() - self.records.open_lines();
        self.numbers.drain(..complete).for_each(|number| respond(&mut answers, number, "200 OK"));
        Ok(answers)
    }
}

/// Reads a connection to its end, or to ours.
pub(crate) async fn read<S>(stream: &mut S, origin: Arc<Origin>, counts: &Counts, shared: &Shared) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut bytes, mut chunk) = (Vec::new(), vec![0; READ_BYTES]);
    let mut given = Given::new(origin);
    loop {
        let waits = given.records.open_since_us().is_some();
        let patience = if waits { RECORD_PATIENCE } else { shared.keeper.limits.idle };
        let read = tokio::select! {
            biased;
            () = shared.keeper.until_stopped() => return End::Stopped,
            read = timeout(patience, stream.read(&mut chunk)) => read,
        };
        let (count, _room) = match read {
            Err(_) if waits => {
                given.end_record((shared.clock)());
                (0, None)
            }
            Err(_) => return End::Silent,
            Ok(Err(_)) => return End::Broken,
            // What was not acknowledged its sender has still, also the record that had no end.
            Ok(Ok(0)) => return End::Closed,
            Ok(Ok(count)) => match room_for(count, shared).await {
                Some(room) => (count, Some(room)),
                None => return End::Stopped,
            },
        };
        bytes.extend_from_slice(&chunk[..count]);
        let Ok(asked) = given.read_frames(&bytes, (shared.clock)()) else { return End::Broken };
        bytes.drain(..asked.taken);
        let kept = match given.keep(counts, shared).await {
            Ok(kept) => kept,
            Err(end) => return end,
        };
        // First what was kept: behind the answer to "close" nothing is read any more.
        if stream.write_all(&[kept, asked.answers].concat()).await.is_err() {
            return End::Broken;
        }
        if asked.is_over {
            return End::Closed;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_whole_and_what_is_none_is_told() {
        let offer =
            "relp_version=0\nrelp_software=librelp,1.11.0,http://librelp.adiscon.com\ncommands=syslog";
        let one = format!("1 open {} {offer}\n2 syslog 3 abc\n", offer.len()).into_bytes();
        let first = frame(&one).unwrap().unwrap();
        assert_eq!((first.number, first.command, first.data), (1, "open", offer.as_bytes()));
        let second = frame(&one[first.length..]).unwrap().unwrap();
        assert_eq!((second.number, second.command, second.data), (2, "syslog", &b"abc"[..]));
        for cut in 0..first.length {
            assert_eq!(frame(&one[..cut]), Ok(None), "{cut}");
        }
        assert_eq!(frame(b"3 close 0\n").unwrap().unwrap().length, 10);
        let foreign: [&[u8]; 5] = [
            b"<30>Nov 30 00:39:50 gw dhcpd[77]: DHCPACK on 10.0.0.5 to 4c:55:41:a0:fa:99 via eth0\n",
            b"1 syslog 3 abcd\n",
            b"1 syslog 99999999 abcd\n",
            b"1 SYSLOG 3 abc\n",
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n                                                     ",
        ];
        for bytes in foreign {
            assert_eq!(frame(bytes), Err(Foreign), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn whatever_comes_is_read_or_refused_and_a_frame_never_reaches_beyond_its_bytes() {
        let origin = Arc::new(Origin::Tcp("10.0.0.1".parse().unwrap()));
        let whole = b"1 open 14 relp_version=0\n2 syslog 3 abc\n3 syslog 0\n4 close 0\n".to_vec();
        let mut chance = 5_651_u64;
        for _ in 0..20_000 {
            let mut bytes = whole.clone();
            for _ in 0..3 {
                chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = (chance >> 33) as usize % bytes.len();
                match chance % 3 {
                    0 => bytes[at] = (chance >> 20) as u8,
                    1 => bytes.truncate(at.max(1)),
                    _ => bytes.insert(at, b"0123 \n"[(chance >> 40) as usize % 6]),
                }
            }
            let mut given = Given::new(origin.clone());
            if let Ok(asked) = given.read_frames(&bytes, 0) {
                assert!(asked.taken <= bytes.len());
                assert!(given.numbers.len() >= given.batch.map_or(0, |batch| batch.len()));
            }
        }
    }

    #[test]
    fn the_lines_of_a_record_are_one_and_are_acknowledged_when_it_is_over() {
        let mut given = Given::new(Arc::new(Origin::Tcp("10.0.0.1".parse().unwrap())));
        let line = |number: u32, message: &str| {
            let data = format!("<134>Nov 30 00:39:5{number} r1 detail: {message}");
            format!("{number} syslog {} {data}\n", data.len()).into_bytes()
        };
        let feed = |given: &mut Given, number, message| {
            given.read_frames(&line(number, message), 0).map(|asked| asked.taken).unwrap();
            (given.numbers.len(), given.records.open_lines(), given.batch.as_ref().map_or(0, Batch::len))
        };
        assert_eq!(feed(&mut given, 1, "one"), (1, 0, 1));
        assert_eq!(feed(&mut given, 2, "Mon Nov 30 00:39:50 2026"), (2, 1, 1));
        assert_eq!(feed(&mut given, 3, "\tUser-Name = \"ayse\""), (3, 2, 1));
        assert_eq!(feed(&mut given, 4, ""), (4, 0, 2));
        assert_eq!(feed(&mut given, 5, "Mon Nov 30 00:39:50 2026"), (5, 1, 2));
        given.end_record(0);
        let batch = given.batch.unwrap();
        let texts: Vec<&[u8]> = batch.lines().map(|it| it.bytes).collect();
        assert_eq!(texts.len(), 3);
        assert_eq!(texts[1].iter().filter(|byte| **byte == b'\n').count(), 2);
    }
}
