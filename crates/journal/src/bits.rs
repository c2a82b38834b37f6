//! The encodings of values within Parquet pages: runs and packed bits (RLE), and packed differences
//! (DELTA_BINARY_PACKED), as the format describes them. What is read may be damaged: reading never panics.

/// Bits that hold every value up to this one.
pub fn width_of(max: u64) -> u8 {
    (64 - max.leading_zeros()) as u8
}

/// Appends a number, seven bits a byte, the lowest first.
pub fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

/// Appends values of `width` bits each, the lowest bits first; the last byte is filled with zeros.
fn pack(values: impl Iterator<Item = u64>, width: u8, out: &mut Vec<u8>) {
    let (mut held, mut bits) = (0_u128, 0_u32);
    for value in values {
        held |= u128::from(value) << bits;
        bits += u32::from(width);
        while bits >= 32 {
            out.extend_from_slice(&(held as u32).to_le_bytes());
            held >>= 32;
            bits -= 32;
        }
    }
    while bits > 0 {
        out.push(held as u8);
        held >>= 8;
        bits = bits.saturating_sub(8);
    }
}

/// Takes `count` values of `width` bits.
fn unpack(bytes: &[u8], width: u8, count: usize, mut take: impl FnMut(u64)) {
    // Eight bytes hold any value of so many bits, wherever in its first byte it begins.
    if width <= 56 {
        let (mask, width) = ((1_u64 << width) - 1, usize::from(width));
        for bit in (0..count).map(|number| number * width) {
            take(word_at(bytes, bit / 8) >> (bit % 8) & mask);
        }
        return;
    }
    let mask = if width >= 64 { u64::MAX } else { (1_u64 << width) - 1 };
    let (mut held, mut bits, mut at) = (0_u128, 0_u32, 0);
    for _ in 0..count {
        while bits < u32::from(width) {
            held |= u128::from(bytes.get(at).copied().unwrap_or(0)) << bits;
            at += 1;
            bits += 8;
        }
        take(held as u64 & mask);
        held >>= width;
        bits -= u32::from(width);
    }
}

/// The bytes from here on as a word, with zeros behind the last.
#[inline]
fn word_at(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// A run shorter than this is packed with its neighbours.
const SHORTEST_RUN: usize = 16;

/// Appends values as runs and packed groups of eight.
pub fn put_runs(values: &[u32], width: u8, out: &mut Vec<u8>) {
    // Start of what is not written yet, always a multiple of eight behind the last run.
    let (mut start, mut at) = (0, 0);
    while at < values.len() {
        let run = values[at..].iter().take_while(|value| **value == values[at]).count();
        // Packed groups are whole: a run gives its first values to the group before it.
        let given = (8 - (at - start) % 8) % 8;
        if run < SHORTEST_RUN + given {
            at += run;
            continue;
        }
        put_packed(&values[start..at + given], width, out);
        put_varint(out, ((run - given) as u64) << 1);
        out.extend_from_slice(&values[at].to_le_bytes()[..usize::from(width.div_ceil(8))]);
        at += run;
        start = at;
    }
    put_packed(&values[start..], width, out);
}

fn put_packed(values: &[u32], width: u8, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    let groups = values.len().div_ceil(8);
    put_varint(out, (groups as u64) << 1 | 1);
    let filled = values.iter().copied().chain(std::iter::repeat_n(0, groups * 8 - values.len()));
    match width {
        8 => out.extend(filled.map(|value| value as u8)),
        16 => filled.for_each(|value| out.extend_from_slice(&(value as u16).to_le_bytes())),
        _ => pack(filled.map(u64::from), width, out),
    }
}

/// Bytes being read.
#[derive(Debug)]
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    pub fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.take(4).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
    }

    pub fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

/// Reads `count` values of runs and packed groups; `None` when the bytes are not that.
pub fn runs(bytes: &[u8], width: u8, count: usize) -> Option<Vec<u32>> {
    if width > 32 {
        return None;
    }
    let (mut input, mut values) = (Input(bytes), Vec::with_capacity(count));
    while values.len() < count {
        let (stretch, here) = stretch(&mut input, width, count - values.len())?;
        match (stretch, width) {
            (Stretch::Run(value), _) => values.extend(std::iter::repeat_n(value, here)),
            (Stretch::Packed(packed), 8) => {
                values.extend(packed.iter().take(here).map(|byte| u32::from(*byte)));
            }
            (Stretch::Packed(packed), 16) => values.extend(
                packed.chunks_exact(2).take(here).map(|it| u32::from(u16::from_le_bytes([it[0], it[1]]))),
            ),
            (Stretch::Packed(packed), _) => unpack(packed, width, here, |value| values.push(value as u32)),
        }
    }
    Some(values)
}

/// A run, or packed groups of eight.
enum Stretch<'a> {
    Run(u32),
    Packed(&'a [u8]),
}

/// Takes the next run or groups, with how many values it has, at most `left`.
fn stretch<'a>(input: &mut Input<'a>, width: u8, left: usize) -> Option<(Stretch<'a>, usize)> {
    let head = input.varint()?;
    let many = usize::try_from(head >> 1).ok().filter(|many| *many > 0)?;
    if head & 1 == 0 {
        let mut value = [0; 4];
        let given = input.take(usize::from(width.div_ceil(8)))?;
        value.get_mut(..given.len())?.copy_from_slice(given);
        return Some((Stretch::Run(u32::from_le_bytes(value)), many.min(left)));
    }
    let packed = input.take(many.checked_mul(usize::from(width))?)?;
    Some((Stretch::Packed(packed), many.saturating_mul(8).min(left)))
}

/// Adds each of `count` values of runs and packed groups to its own count; values without one are passed over.
pub fn count_runs(bytes: &[u8], width: u8, count: usize, counts: &mut [u64]) -> Option<()> {
    if width > 32 {
        return None;
    }
    let (mut input, mut done) = (Input(bytes), 0);
    let mut add = |value: u32, many: usize| {
        if let Some(known) = counts.get_mut(value as usize) {
            *known += many as u64;
        }
    };
    while done < count {
        let (stretch, here) = stretch(&mut input, width, count - done)?;
        match (stretch, width) {
            (Stretch::Run(value), _) => add(value, here),
            (Stretch::Packed(packed), 8) => {
                packed.iter().take(here).for_each(|byte| add(u32::from(*byte), 1));
            }
            (Stretch::Packed(packed), _) => unpack(packed, width, here, |value| add(value as u32, 1)),
        }
        done += here;
    }
    Some(())
}

/// Of `count` values of runs and packed groups those at these places (ascending); `None` when the bytes are not that.
pub fn runs_at(bytes: &[u8], width: u8, count: usize, places: &[u32]) -> Option<Vec<u32>> {
    if width > 32 {
        return None;
    }
    let (mut input, mut values, mut from) = (Input(bytes), Vec::with_capacity(places.len()), 0);
    let mut rest = places;
    while let Some(last) = rest.last() {
        if from >= count || *last as usize >= count {
            return None;
        }
        let (stretch, many) = stretch(&mut input, width, count - from)?;
        let (here, others) = rest.split_at(rest.partition_point(|place| (*place as usize) < from + many));
        match stretch {
            Stretch::Run(value) => values.extend(here.iter().map(|_| value)),
            Stretch::Packed(packed) => {
                values.extend(here.iter().map(|place| one_of(packed, width, *place as usize - from)));
            }
        }
        (rest, from) = (others, from + many);
    }
    Some(values)
}

/// One of packed values of at most 32 bits.
fn one_of(packed: &[u8], width: u8, number: usize) -> u32 {
    let (bit, mask) = (number * usize::from(width), (1_u64 << width) - 1);
    (word_at(packed, bit / 8) >> (bit % 8) & mask) as u32
}

/// Of `count` bits as runs and packed groups: for each of these places (ascending) the number of ones before it, or
/// `None` where its bit is not set; and how many ones there are. `None` for all when the bytes are not that.
pub fn ones_at(bytes: &[u8], count: usize, places: &[u32]) -> Option<(Vec<Option<u32>>, usize)> {
    let (mut input, mut found, mut from) = (Input(bytes), Vec::with_capacity(places.len()), 0);
    let (mut before, mut rest) = (0, places);
    while from < count {
        let (stretch, many) = stretch(&mut input, 1, count - from)?;
        let (here, others) = rest.split_at(rest.partition_point(|place| (*place as usize) < from + many));
        let place = |place: &u32| *place as usize - from;
        match stretch {
            Stretch::Run(bit) => {
                found.extend(here.iter().map(|it| (bit & 1 == 1).then_some(before + place(it) as u32)));
                before += (bit & 1) * many as u32;
            }
            Stretch::Packed(packed) => {
                let (mut byte, ones) =
                    (0, |bytes: &[u8]| bytes.iter().map(|it| it.count_ones()).sum::<u32>());
                for at in here.iter().map(place) {
                    before += ones(packed.get(byte..at / 8)?);
                    byte = at / 8;
                    let bits = u32::from(*packed.get(byte)?);
                    let below = (bits & ((1 << (at % 8)) - 1)).count_ones();
                    found.push((bits >> (at % 8) & 1 == 1).then_some(before + below));
                }
                before += ones(packed.get(byte..many / 8)?);
                let left = (1_u32 << (many % 8)) - 1;
                before += packed.get(many / 8).map_or(0, |bits| (u32::from(*bits) & left).count_ones());
            }
        }
        (rest, from) = (others, from + many);
    }
    rest.is_empty().then_some((found, before as usize))
}

/// Whether these are `count` times the value 1, of one bit each, as a single run.
pub fn is_run_of_ones(bytes: &[u8], count: usize) -> bool {
    let mut input = Input(bytes);
    let run = input.varint().filter(|head| head & 1 == 0).map(|head| head >> 1);
    run.is_some_and(|run| run >= count as u64) && input.byte() == Some(1)
}

const DELTA_BLOCK: usize = 128;
const DELTA_MINI: usize = 32;

/// Appends numbers as packed differences.
pub fn put_deltas(values: &[u64], out: &mut Vec<u8>) {
    put_varint(out, DELTA_BLOCK as u64);
    put_varint(out, (DELTA_BLOCK / DELTA_MINI) as u64);
    put_varint(out, values.len() as u64);
    put_varint(out, zigzag(values.first().copied().unwrap_or(0).cast_signed()));
    let deltas: Vec<i64> =
        values.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]).cast_signed()).collect();
    for block in deltas.chunks(DELTA_BLOCK) {
        let least = block.iter().copied().min().unwrap_or(0);
        put_varint(out, zigzag(least));
        let above = |delta: &i64| delta.wrapping_sub(least).cast_unsigned();
        let width = |mini: &[i64]| width_of(mini.iter().map(above).max().unwrap_or(0));
        let minis = || block.chunks(DELTA_MINI);
        out.extend(minis().map(width).chain(std::iter::repeat(0)).take(DELTA_BLOCK / DELTA_MINI));
        for mini in minis() {
            let filled = mini.iter().map(above).chain(std::iter::repeat(0)).take(DELTA_MINI);
            pack(filled, width(mini), out);
        }
    }
}

/// Reads numbers of packed differences; `None` when the bytes are not that or do not hold `count` numbers.
pub fn deltas(bytes: &[u8], count: usize) -> Option<Vec<u64>> {
    let mut values = Vec::with_capacity(count);
    each_delta(bytes, count, count, |value| values.push(value))?;
    Some(values)
}

/// Of `count` numbers of packed differences those at these places (ascending).
pub fn deltas_at(bytes: &[u8], count: usize, places: &[u32]) -> Option<Vec<u64>> {
    let (mut values, mut rest, mut at) = (Vec::with_capacity(places.len()), places.iter().peekable(), 0);
    let upto = places.last().map_or(0, |last| *last as usize + 1);
    each_delta(bytes, count, upto, |value| {
        if rest.next_if(|place| **place == at).is_some() {
            values.push(value);
        }
        at += 1;
    })?;
    (values.len() == places.len()).then_some(values)
}

/// Calls with the first `upto` of `count` numbers.
fn each_delta(bytes: &[u8], count: usize, upto: usize, mut take: impl FnMut(u64)) -> Option<()> {
    let mut input = Input(bytes);
    let block = usize::try_from(input.varint()?).ok()?;
    let minis = usize::try_from(input.varint()?).ok()?;
    let stated = usize::try_from(input.varint()?).ok()?;
    if stated != count
        || upto > count
        || block == 0
        || block > 1 << 16
        || minis == 0
        || !block.is_multiple_of(minis)
    {
        return None;
    }
    let mini = block / minis;
    let mut last = unzigzag(input.varint()?).cast_unsigned();
    let mut done = upto.min(1);
    if done == 1 {
        take(last);
    }
    while done < upto {
        let least = unzigzag(input.varint()?).cast_unsigned();
        let widths = input.take(minis)?;
        for width in widths {
            let here = mini.min(upto - done);
            if here == 0 {
                break;
            }
            if *width > 64 {
                return None;
            }
            let packed = input.take((mini * usize::from(*width)).div_ceil(8))?;
            unpack(packed, *width, here, |above| {
                last = last.wrapping_add(least).wrapping_add(above);
                take(last);
            });
            done += here;
        }
    }
    Some(())
}
