//! The place of the gallery of components; the components themselves live in the crate.

fn main() {}
