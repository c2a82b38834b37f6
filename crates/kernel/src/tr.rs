//! Turkish text: case, search folding, order, dates, numbers, cleaning of typed input, and the
//! identifiers a municipality handles (TCKN, VKN, IBAN, phone, plate, e-mail).
//! Everything here is pure; no clock, no database, no HTML. Screens' own words live beside the screens.

mod case;
mod clause;
mod clean;
mod collate;
mod contact;
mod dates;
mod fold;
mod iban;
mod identity;
mod label;
mod numbers;
mod plate;
mod relative;
mod suffix;

pub use case::{lower, title_case, upper};
pub use clause::{ClauseLetters, clause_letter, clause_letters, clause_ordinal};
pub use clean::{Cleaned, clean_line, clean_text};
pub use collate::{COLLATION_KEY_MAX_BYTES, collation_key, compare};
pub use contact::{Email, Phone};
pub use dates::{
    clock_time, date, date_long, instant, instant_us, local, local_date, month_name, parse_clock_time,
    parse_date, parse_instant, weekday_name,
};
pub use fold::{fold, words};
pub use iban::Iban;
pub use identity::{Tckn, Vkn};
pub use label::number_key;
pub use numbers::{count, file_size, grouped, money, number, parse_money, parse_number};
pub use plate::Plate;
pub use relative::{day_distance, due, past};
pub use suffix::{dative_name, locative_number, ordinal};
