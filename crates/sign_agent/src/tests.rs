//! The whole way, against a portal played by axum and a card played by SoftHSM.

mod asking;
mod cards;
mod faults;
mod pages;
mod portal;
mod tls;
mod town;
