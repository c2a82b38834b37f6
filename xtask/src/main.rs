//! The repository's own commands: test, tidy, new, bench, bless, package.

fn main() {}
