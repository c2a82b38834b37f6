//! The columns that values of lines go to: the ones every format shares, each with its kind and meaning, and the
//! names of other keys, which are noted as they appear. No values.

/// What every value of a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bytes as they stand in the line; mostly ASCII or UTF-8, sometimes the code page of an old device.
    Text,
    /// An unsigned number of at most 19 digits, without leading zeros.
    Number,
    /// Nanoseconds since 1970-01-01 UTC.
    Time,
}

/// A column: one of the constants here, or a name of [`Names`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Column(u16);

/// A shared column as it is written down.
#[derive(Debug)]
pub struct Described {
    /// Its name in layouts and tables.
    pub name: &'static str,
    pub kind: Kind,
    /// Meaning and unit.
    pub about: &'static str,
    /// The name between the marks of a layout.
    place: &'static str,
}

macro_rules! columns {
    ($($id:ident $name:literal $kind:ident $about:literal)*) => {
        #[repr(u16)]
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Id { $($id,)* COUNT }

        impl Column {
            $(#[doc = $about] pub const $id: Column = Column(Id::$id as u16);)*
        }

        /// Every shared column, in the order of its number.
        pub static COLUMNS: [Described; Id::COUNT as usize] = [$(Described {
            name: $name,
            kind: Kind::$kind,
            about: $about,
            place: concat!("\u{2}", $name, "\u{3}"),
        },)*];
    };
}

columns! {
    TIME "time" Time "when it happened, by the clock of the device, where the message itself says it"
    HEADER_TIME "header_time" Time "the time in the header of the line"
    EVENT_TIME "event_time" Time "a second time of the device that does not agree with the first"
    UNTIL "until" Time "when a lease ends"
    DEVICE "device" Text "name or address of the device that wrote the line"
    PID "pid" Number "process number of the program that wrote the line"
    THREAD "thread" Text "process and thread of the program that wrote the line"
    UPTIME "uptime" Text "seconds since the device started"
    EVENT "event" Text "what happened, in the device's own word"
    LOG_ID "log_id" Text "the device's number of the kind of line"
    ACTION "action" Text "what the device did with it, in its own word"
    SRC_IP "src_ip" Text "address of the side that began"
    SRC_PORT "src_port" Number "port of the side that began"
    DST_IP "dst_ip" Text "address of the other side"
    DST_PORT "dst_port" Number "port of the other side"
    NAT_SRC_IP "nat_src_ip" Text "address that src_ip was translated to"
    NAT_SRC_PORT "nat_src_port" Number "port that src_port was translated to"
    NAT_DST_IP "nat_dst_ip" Text "address that dst_ip was translated to"
    NAT_DST_PORT "nat_dst_port" Number "port that dst_port was translated to"
    PROTO "proto" Text "protocol above IP: a name or its number"
    INTERFACE_IN "interface_in" Text "where it came in; for a lease where the client was heard"
    INTERFACE_OUT "interface_out" Text "where it went out"
    DIRECTION "direction" Text "in or out, in the device's own word"
    SESSION "session" Number "the device's number of the connection"
    SESSION_NAME "session_name" Text "the device's name of the session"
    RULE "rule" Number "number of the rule that decided"
    RULE_NAME "rule_name" Text "name of the rule that decided"
    SENT_BYTES "sent_bytes" Number "bytes from the beginner to the other side"
    RECEIVED_BYTES "received_bytes" Number "bytes from the other side to the beginner"
    TOTAL_BYTES "total_bytes" Number "bytes of both directions"
    SENT_PACKETS "sent_packets" Number "packets from the beginner to the other side"
    RECEIVED_PACKETS "received_packets" Number "packets from the other side to the beginner"
    DURATION_SECONDS "duration_seconds" Number "how long a session lasted, in seconds"
    DURATION "duration" Text "how long a session lasted, as hours, minutes, seconds"
    IP "ip" Text "address that a lease or an account is about"
    MAC "mac" Text "hardware address of the client or of the beginner"
    DST_MAC "dst_mac" Text "hardware address of the other side"
    HOST "host" Text "name the client gives itself"
    USER "user" Text "account"
    DOMAIN "domain" Text "domain of the account"
    DST_USER "dst_user" Text "account at the other side"
    SERVER_IP "server_ip" Text "address of the server that is asked"
    RELAY_IP "relay_ip" Text "address of the relay between client and server"
    CLIENT_ID "client_id" Text "client identifier or DUID"
    IAID "iaid" Text "identity association of DHCPv6"
    CIRCUIT_ID "circuit_id" Text "switch port told by the relay (option 82)"
    REMOTE_ID "remote_id" Text "switch told by the relay (option 82)"
    SUBSCRIBER_ID "subscriber_id" Text "subscriber told by the relay (option 38 of DHCPv6)"
    RELAY_INFO "relay_info" Text "all that the relay told, as digits"
    TRANSACTION_ID "transaction_id" Text "number of the exchange"
    LEASE_SECONDS "lease_seconds" Number "how long the lease is valid, in seconds"
    LEASE_LENGTH "lease_length" Text "how long the lease is valid, in words"
    SUBNET_ID "subnet_id" Number "the server's number of the subnet"
    NAS_IP "nas_ip" Text "address of the access point or switch that asked"
    NAS_NAME "nas_name" Text "name of the access point or switch that asked"
    NAS_PORT "nas_port" Number "port of the access point or switch"
    REASON "reason" Text "why, in the device's own words"
    SERVICE "service" Text "service that the port stands for"
    APPLICATION "application" Text "application that was recognised"
    CATEGORY "category" Text "category of the application or site"
    SITE "site" Text "host name that was asked for"
    URL "url" Text "address of the page"
    SRC_COUNTRY "src_country" Text "country of src_ip"
    DST_COUNTRY "dst_country" Text "country of dst_ip"
    FLAGS "flags" Text "flags of the packet"
    LENGTH "length" Number "bytes of the packet"
    DATA_LENGTH "data_length" Number "bytes of its payload"
    TTL "ttl" Number "hops the packet may still take"
    PACKET_ID "packet_id" Number "identification of the IP packet"
    SEQUENCE "sequence" Text "sequence numbers of TCP"
    ACKNOWLEDGED "acknowledged" Number "acknowledged sequence number of TCP"
    WINDOW "window" Number "window of TCP"
    TCP_OPTIONS "tcp_options" Text "options of TCP"
    CONNECTION_MARK "connection_mark" Text "marks the device gave the connection"
    CORRELATION_ID "correlation_id" Text "number that ties lines together"
    RECORD "record" Number "running number of the record at the device"
    NESTED "nested" Text "a packet that is quoted within"
    MESSAGE "message" Text "the whole message, where it was not taken apart"
    REST "rest" Text "what follows after everything that was understood"
    SPARE_0 "spare_0" Text "a value that does not fit its own column, or a second one of the same column"
    SPARE_1 "spare_1" Text "as spare_0"
    SPARE_2 "spare_2" Text "as spare_0"
    SPARE_3 "spare_3" Text "as spare_0"
    SPARE_4 "spare_4" Text "as spare_0"
    SPARE_5 "spare_5" Text "as spare_0"
    SPARE_6 "spare_6" Text "as spare_0"
    SPARE_7 "spare_7" Text "as spare_0"
}

/// How many spare columns there are; the value after them stays in the layout.
pub(crate) const SPARES: u16 = 8;

/// How many columns there can be at all: shared ones and noted names together.
pub(crate) const MOST_COLUMNS: usize = 384;

impl Described {
    /// The name between the marks of a layout.
    #[inline]
    pub(crate) fn place_bytes(&self) -> &'static [u8] {
        self.place.as_bytes()
    }
}

impl Column {
    /// A shared column by its name.
    pub fn named(name: &str) -> Option<Self> {
        COLUMNS.iter().position(|one| one.name == name).map(|at| Self(at as u16))
    }

    /// Its number; below `COLUMNS.len()` for shared columns.
    pub fn number(self) -> usize {
        usize::from(self.0)
    }

    /// What its values are. Noted names are text.
    pub fn kind(self) -> Kind {
        COLUMNS.get(self.number()).map_or(Kind::Text, |one| one.kind)
    }

    pub(crate) fn spare(index: u16) -> Self {
        Self(Self::SPARE_0.0 + index)
    }
}

/// Names of keys that no shared column stands for, as they appeared: `fortigate.srcserver`. Their number is bounded;
/// a key beyond it goes into the rest of its line.
#[derive(Debug)]
pub struct Names {
    /// Name between the marks of a layout.
    places: Vec<Box<[u8]>>,
    /// Open addressing over `places`, by the hash of prefix and key.
    slots: Box<[u16; SLOTS]>,
}

const SLOTS: usize = 1024;
const FREE: u16 = u16::MAX;

impl Default for Names {
    fn default() -> Self {
        Self { places: Vec::new(), slots: Box::new([FREE; SLOTS]) }
    }
}

impl Names {
    /// The name of a column.
    pub fn name(&self, column: Column) -> &str {
        let place = self.place(column);
        let inside = place.get(1..place.len().saturating_sub(1)).unwrap_or_default();
        std::str::from_utf8(inside).unwrap_or_default()
    }

    /// Notes that were made, with the number of the first as the number of shared columns.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether no name was noted yet.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    #[inline]
    pub(crate) fn place(&self, column: Column) -> &[u8] {
        match COLUMNS.get(column.number()) {
            Some(shared) => shared.place.as_bytes(),
            None => self.places.get(column.number() - COLUMNS.len()).map_or(&[], |it| it),
        }
    }

    /// The column of a key of a format; none when there are too many or the key is no plain word.
    #[inline]
    pub(crate) fn column(&mut self, prefix: &str, key: &[u8]) -> Option<Column> {
        let mut slot = hash(key) as usize % SLOTS;
        loop {
            let index = self.slots[slot];
            if index == FREE {
                return self.note(prefix, key, slot);
            }
            if self.places.get(usize::from(index)).is_some_and(|place| is_name(place, prefix, key)) {
                return Some(Column(COLUMNS.len() as u16 + index));
            }
            slot = (slot + 1) % SLOTS;
        }
    }

    #[cold]
    fn note(&mut self, prefix: &str, key: &[u8], slot: usize) -> Option<Column> {
        let is_plain = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-' | b'.');
        let can_be = self.places.len() + COLUMNS.len() < MOST_COLUMNS;
        if !can_be || key.is_empty() || key.len() > 40 || !key.iter().all(is_plain) {
            return None;
        }
        let index = self.places.len() as u16;
        let mut place = vec![crate::layout::OPEN];
        place.extend_from_slice(prefix.as_bytes());
        place.push(b'.');
        place.extend_from_slice(key);
        place.push(crate::layout::CLOSE);
        self.places.push(place.into_boxed_slice());
        self.slots[slot] = index;
        Some(Column(COLUMNS.len() as u16 + index))
    }
}

#[inline]
fn is_name(place: &[u8], prefix: &str, key: &[u8]) -> bool {
    place.len() == prefix.len() + key.len() + 3
        && place[prefix.len() + 2..].starts_with(key)
        && place[1..].starts_with(prefix.as_bytes())
}

/// A quick hash of a key: its first eight bytes, its last and its length.
#[inline]
pub(crate) fn hash(key: &[u8]) -> u32 {
    let first = match key.first_chunk::<8>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => key.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
    };
    let last = u64::from(key.last().copied().unwrap_or_default());
    let mixed = (first ^ (last << 40) ^ key.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 40) as u32
}

/// Keys of a format that mean something, found by [`hash`].
#[derive(Debug)]
pub(crate) struct Keys<T> {
    slots: Vec<Option<(&'static str, T)>>,
}

impl<T: Copy> Keys<T> {
    pub(crate) fn new(keys: &[(&'static str, T)]) -> Self {
        let mut slots = vec![None; 512];
        for (key, meaning) in keys {
            let mut at = hash(key.as_bytes()) as usize % slots.len();
            while slots[at].is_some() {
                at = (at + 1) % slots.len();
            }
            slots[at] = Some((*key, *meaning));
        }
        Self { slots }
    }

    #[inline]
    pub(crate) fn get(&self, key: &[u8]) -> Option<T> {
        let mut at = hash(key) as usize % self.slots.len();
        while let Some((known, meaning)) = self.slots[at] {
            if known.as_bytes() == key {
                return Some(meaning);
            }
            at = (at + 1) % self.slots.len();
        }
        None
    }
}
