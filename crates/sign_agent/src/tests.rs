//! The whole way, against a portal played by axum and a card played by SoftHSM.

mod asking;
mod cards;
mod faults;
mod portal;
mod town;
