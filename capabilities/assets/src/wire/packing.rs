//! How a message is packed: told by its first bytes and never by its Content-Type, which agents set as they like.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::ZlibEncoder;

use super::Refusal;

/// The largest message taken from the network. A switch of 20 MB packs into less than two.
pub(crate) const MOST_PACKED_BYTES: usize = 16 * 1024 * 1024;
/// The largest unpacked message.
const MOST_BYTES: usize = 64 * 1024 * 1024;
/// An inventory packs 12:1, a very even one 60:1; what packs better than this was made to fill the memory.
const MOST_RATIO: usize = 250;
/// Packed bytes from which on a message is counted before room is made for it: a buffer that grows is there twice, and three
/// times as large as what is in it.
const COUNTED_FROM_BYTES: usize = 256 * 1024;
/// Below this the ratio says nothing.
const RATIO_FROM_BYTES: usize = 4 * 1024 * 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Zlib,
    Gzip,
}

/// The message and how it was packed.
pub(crate) fn unpack(body: &[u8]) -> Result<(Packing, Vec<u8>), Refusal> {
    let packing = match body {
        [0x1F, 0x8B, ..] => Packing::Gzip,
        // RFC 1950: deflate with a 32 KB window, and a header that divides by 31.
        [0x78, flags, ..] if (0x7800_u16 | u16::from(*flags)).is_multiple_of(31) => Packing::Zlib,
        _ => Packing::Plain,
    };
    let bytes = match packing {
        Packing::Plain if body.len() > MOST_BYTES => return Err(too_large()),
        Packing::Plain => body.to_vec(),
        Packing::Zlib => inflate(body, ZlibDecoder::new)?,
        Packing::Gzip => inflate(body, GzDecoder::new)?,
    };
    Ok((packing, bytes))
}

fn too_large() -> Refusal {
    Refusal::TooLarge { most_bytes: MOST_BYTES }
}

fn inflate<'a, D: Read>(packed: &'a [u8], decoder: impl Fn(&'a [u8]) -> D) -> Result<Vec<u8>, Refusal> {
    let most = MOST_BYTES.min((packed.len() * MOST_RATIO).max(RATIO_FROM_BYTES));
    let open = || decoder(packed).take(most as u64 + 1);
    let mut bytes = Vec::new();
    if packed.len() >= COUNTED_FROM_BYTES {
        let count = io::copy(&mut open(), &mut io::sink()).map_err(|_| Refusal::Damaged)?;
        bytes.reserve_exact((count as usize).min(most) + 1);
    }
    open().read_to_end(&mut bytes).map_err(|_| Refusal::Damaged)?;
    if bytes.len() > most { Err(too_large()) } else { Ok(bytes) }
}

/// The answer as the agent understands it. Whoever sent packed bytes gets zlib of level 6: FusionInventory knows it by its
/// first two bytes 78 9C and dies of a gzip answer, and OCS takes nothing unpacked.
pub(crate) fn pack(packing: Packing, text: &str) -> Vec<u8> {
    if packing == Packing::Plain {
        return text.as_bytes().to_vec();
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    // Writing into memory does not fail.
    let written = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}
