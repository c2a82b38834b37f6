//! One connection of RELP (the protocol of rsyslog's omrelp, described at <https://github.com/rsyslog/librelp>, relp.html): every line has
//! a number, and its sender keeps it until we say that we have it. We say so when the sink made it durable, so that neither a
//! restart of ours nor a cut cable loses a line; a line may come twice when the acknowledgement was lost.
//!
//! A frame is `NUMBER SP COMMAND SP LENGTH [SP DATA] LF`.

use crate::batch::{Batch, Origin, Shape};
use crate::counters::Counts;
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

/// What some bytes ask for.
#[derive(Default)]
struct Asked {
    batch: Option<Batch>,
    /// Numbers of the lines in the batch.
    numbers: Vec<u32>,
    /// What is answered at once.
    answers: Vec<u8>,
    is_over: bool,
    taken: usize,
}

fn read_frames(bytes: &[u8], origin: &Arc<Origin>, received_at_us: i64) -> Result<Asked, Foreign> {
    let mut asked = Asked::default();
    while let Some(frame) = frame(&bytes[asked.taken..])? {
        asked.taken += frame.length;
        match frame.command {
            "open" => respond(&mut asked.answers, frame.number, OFFERS),
            "syslog" => {
                let batch = asked.batch.get_or_insert_with(|| Batch::new(origin.clone(), received_at_us));
                batch.push(frame.data.strip_suffix(b"\n").unwrap_or(frame.data), Shape::Whole, None);
                asked.numbers.push(frame.number);
            }
            "close" => {
                asked
                    .answers
                    .extend_from_slice(format!("{} rsp 0\n0 serverclose 0\n", frame.number).as_bytes());
                asked.is_over = true;
                break;
            }
            _ => respond(&mut asked.answers, frame.number, "500 command not known"),
        }
    }
    Ok(asked)
}

/// Reads a connection to its end, or to ours.
pub(crate) async fn read<S>(stream: &mut S, origin: Arc<Origin>, counts: &Counts, shared: &Shared) -> End
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut bytes, mut chunk) = (Vec::new(), vec![0; READ_BYTES]);
    loop {
        let read = tokio::select! {
            biased;
            () = shared.keeper.until_stopped() => return End::Stopped,
            read = timeout(shared.keeper.limits.idle, stream.read(&mut chunk)) => read,
        };
        let count = match read {
            Err(_) => return End::Silent,
            Ok(Err(_)) => return End::Broken,
            Ok(Ok(0)) => return End::Closed,
            Ok(Ok(count)) => count,
        };
        let Some(_room) = room_for(count, shared).await else { return End::Stopped };
        bytes.extend_from_slice(&chunk[..count]);
        let Ok(mut asked) = read_frames(&bytes, &origin, (shared.clock)()) else { return End::Broken };
        bytes.drain(..asked.taken);
        if let Some(batch) = asked.batch.take() {
            count_lines(&batch, counts);
            match shared.keeper.keep(Arc::new(batch), counts).await {
                Kept::Yes => {
                    asked.numbers.iter().for_each(|number| respond(&mut asked.answers, *number, "200 OK"))
                }
                Kept::Unwanted => return End::Unwanted,
                // Not acknowledged: the sender has them still.
                Kept::Stopped => return End::Stopped,
            }
        }
        if stream.write_all(&asked.answers).await.is_err() {
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
            if let Ok(asked) = read_frames(&bytes, &origin, 0) {
                assert!(asked.taken <= bytes.len());
                assert_eq!(asked.numbers.len(), asked.batch.map_or(0, |batch| batch.len()));
            }
        }
    }
}
