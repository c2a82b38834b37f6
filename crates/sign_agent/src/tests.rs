//! The whole way, against a portal played by axum and a card played by SoftHSM.
