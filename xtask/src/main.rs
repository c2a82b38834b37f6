//! The repository's own commands: test, tidy, bench, new, package. Each lives in the module of its name; this
//! file only reads the first word of the command line.

mod bench;
mod new;
mod package;
mod shell;
mod suite;
mod tidy;
mod tree;

use std::process::ExitCode;

const HELP: &str = "\
The repository's own commands.

Usage: cargo xtask COMMAND [OPTIONS]

  test      everything a change must pass: format, licences, lints and build, tests on both databases, browser
              --fast          SQLite only, no browser, nothing installed
              --only STEP     one step: tools, fmt, licences, build, openapi, test, new, e2e, alone (may be repeated)
              --verbose       also print the tests that passed
  tidy      rules over the repository itself (sizes, edges, glossary, duties, links), in a second
              --bless         write docs/adr/edges.toml from the manifests instead of comparing
  bench     pages a second, times and memory over HTTP at 10 k, 100 k and 1 M events, into target/bench/report.md
              --size 10k|100k|1m    one size
              --database NAME       sqlite, postgres or both (the default)
              --only TEXT           only what contains this text, such as `/personel` or `acts`
              --seconds N           load of each thing, 0.5 unless said otherwise; --quick is 0.15
              --fresh               make the data anew
              --texts DIR           also time the reading of these regulations
              --binary FILE         take this binary instead of building a release
  new NAME  a capability that compiles, with one record kind and its tests, listed where it must be
              --title T       its Turkish name, such as \"İSG çalışmaları\"
              --noun N        identifier of its record, such as risk
              --noun-tr W     the record in Turkish, small letters, such as \"risk\"
              --plural-tr W   heading of its list, such as \"Riskler\"
              --path P        address of its list, such as /isg
  package   a Debian package with a systemd unit, under target/package
              --binary FILE   take this binary instead of building a release
              --out DIR       write the package there
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match command {
        "test" => suite::run(rest),
        "tidy" => tidy::run(rest),
        "bench" => bench::run(rest),
        "new" => new::run(rest),
        "package" => package::run(rest),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(true)
        }
        other => Err(format!("there is no command `{other}`\n\n{HELP}")),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::from(2)
        }
    }
}
