//! `cargo xtask package`: a Debian package of the release binary, put together from `packaging/` with
//! `dpkg-deb`. What the service may do stands in `packaging/belde.service`, not here.

use crate::shell::{self, Result};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of the repository, where it goes in the package, and its mode.
const FILES: [(&str, &str, u32); 9] = [
    ("packaging/belde.service", "usr/lib/systemd/system/belde.service", 0o644),
    ("packaging/belde.toml", "etc/belde/belde.toml", 0o640),
    ("packaging/postinst", "DEBIAN/postinst", 0o755),
    ("packaging/prerm", "DEBIAN/prerm", 0o755),
    ("packaging/postrm", "DEBIAN/postrm", 0o755),
    ("README.md", "usr/share/doc/belde/README.md", 0o644),
    ("README.tr.md", "usr/share/doc/belde/README.tr.md", 0o644),
    ("CHANGELOG.md", "usr/share/doc/belde/CHANGELOG.md", 0o644),
    ("LICENSE", "usr/share/doc/belde/copyright", 0o644),
];

/// What the command line may change.
struct Options {
    /// A binary that was built before; without it the release build runs first.
    binary: Option<PathBuf>,
    /// Folder that the package is written to.
    out: PathBuf,
}

/// Builds the package and prints its path.
pub fn run(args: &[String]) -> Result<bool> {
    let options = parse(args)?;
    let binary = match options.binary {
        Some(binary) => binary,
        None => release_build()?,
    };
    let program = fs::read(&binary).map_err(|error| format!("{}: {error}", binary.display()))?;
    let control = control(env!("CARGO_PKG_VERSION"), architecture()?, newest_glibc(&program).as_deref());
    let staging = options.out.join("belde.staging");
    if staging.exists() {
        fs::remove_dir_all(&staging).map_err(|error| format!("{}: {error}", staging.display()))?;
    }
    stage(&staging, &program, &control)?;
    let package = options.out.join(format!("belde_{}_{}.deb", env!("CARGO_PKG_VERSION"), architecture()?));
    shell::output(
        Command::new("dpkg-deb").args(["--root-owner-group", "--build"]).arg(&staging).arg(&package),
    )?;
    println!("{}", package.display());
    Ok(true)
}

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options { binary: None, out: shell::target_dir().join("package") };
    let mut words = args.iter();
    while let Some(word) = words.next() {
        let value = words.next().map(PathBuf::from).ok_or_else(|| format!("{word} needs a path"));
        match word.as_str() {
            "--binary" => options.binary = Some(value?),
            "--out" => options.out = value?,
            other => return Err(format!("`cargo xtask package` does not know `{other}`")),
        }
    }
    Ok(options)
}

fn release_build() -> Result<PathBuf> {
    if !shell::succeeds(shell::cargo().args(["build", "--release", "--locked", "--package", "belde"]))? {
        return Err("the release build failed".to_owned());
    }
    Ok(shell::target_dir().join("release/belde"))
}

/// Debian's name of this machine's architecture.
fn architecture() -> Result<&'static str> {
    match std::env::consts::ARCH {
        "x86_64" => Ok("amd64"),
        "aarch64" => Ok("arm64"),
        other => Err(format!("Belde is not packaged for {other}")),
    }
}

/// The newest glibc symbol version that the binary asks for, such as `2.34`.
///
/// The versions are plain text in the dynamic string table, so no tool of another package is needed.
fn newest_glibc(program: &[u8]) -> Option<String> {
    const MARK: &[u8] = b"GLIBC_2.";
    let minors = program.windows(MARK.len()).enumerate().filter(|(_, window)| *window == MARK).filter_map(
        |(at, _)| {
            let digits = program[at + MARK.len()..].iter().take_while(|it| it.is_ascii_digit()).take(3);
            String::from_utf8(digits.copied().collect()).ok()?.parse::<u32>().ok()
        },
    );
    minors.max().map(|minor| format!("2.{minor}"))
}

/// The control file (Debian policy, chapter 5).
fn control(version: &str, architecture: &str, glibc: Option<&str>) -> String {
    let glibc = glibc.map_or(String::new(), |version| format!("libc6 (>= {version}), "));
    format!(
        "Package: belde\nVersion: {version}\nArchitecture: {architecture}\nSection: web\nPriority: optional\n\
         Maintainer: The Belde authors <belde@example.org>\n\
         Depends: {glibc}passwd, ca-certificates\nRecommends: poppler-utils\nSuggests: postgresql\n\
         Description: system of the municipal IT directorate\n \
         One program that does the duties of a Turkish municipality's IT directorate: the regulation and who\n \
         answers for it, staff and units, authority and audit. Works with a file or with PostgreSQL.\n"
    )
}

fn stage(staging: &Path, program: &[u8], control: &str) -> Result<()> {
    write(&staging.join("usr/bin/belde"), program, 0o755)?;
    write(&staging.join("DEBIAN/control"), control.as_bytes(), 0o644)?;
    write(&staging.join("DEBIAN/conffiles"), b"/etc/belde/belde.toml\n", 0o644)?;
    for (from, to, mode) in FILES {
        let content = fs::read(shell::root().join(from)).map_err(|error| format!("{from}: {error}"))?;
        write(&staging.join(to), &content, mode)?;
    }
    Ok(())
}

fn write(path: &Path, content: &[u8], mode: u32) -> Result<()> {
    let said = |error: std::io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(said)?;
        // dpkg-deb takes modes from the disk; a strict umask here must not close folders of the system.
        let mut above = Some(folder);
        while let Some(folder) = above.filter(|it| !it.ends_with("belde.staging")) {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(said)?;
            above =
                folder.parent().filter(|it| it.components().any(|part| part.as_os_str() == "belde.staging"));
        }
    }
    fs::write(path, content).map_err(said)?;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(said)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_newest_glibc_that_a_binary_asks_for_is_found_by_number_not_by_text() {
        let program = b"\0GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.4\0GLIBC_2.\0GLIBC_PRIVATE";
        assert_eq!(newest_glibc(program).as_deref(), Some("2.34"));
        assert_eq!(newest_glibc(b"static"), None);
    }

    #[test]
    fn the_control_file_has_what_dpkg_asks_for() {
        let text = control("1.2.3", "amd64", Some("2.36"));
        for field in ["Package: belde", "Version: 1.2.3", "Architecture: amd64", "Depends: libc6 (>= 2.36), "]
        {
            assert!(text.contains(field), "{text}");
        }
        assert!(text.ends_with('\n') && !text.contains("\n\n"), "{text}");
        assert!(
            text.lines()
                .skip_while(|line| !line.starts_with("Description"))
                .skip(1)
                .all(|it| it.starts_with(' '))
        );
    }

    #[test]
    fn a_package_of_a_small_program_can_be_listed() {
        let wanted = FILES.iter().any(|(from, _, _)| !shell::root().join(from).is_file());
        if wanted || shell::find_program(&["dpkg-deb"]).is_none() {
            eprintln!(
                "skipped: a package, there is no dpkg-deb or a page of the front door is not written yet"
            );
            return;
        }
        let out = std::env::temp_dir().join(format!("belde-package-{}", std::process::id()));
        let args = ["--binary", "/bin/true", "--out", out.to_str().unwrap()].map(str::to_owned);
        assert!(run(&args).unwrap());
        let name = format!("belde_{}_{}.deb", env!("CARGO_PKG_VERSION"), architecture().unwrap());
        let list = shell::output(Command::new("dpkg-deb").arg("--contents").arg(out.join(name))).unwrap();
        for path in ["./usr/bin/belde", "./usr/lib/systemd/system/belde.service", "./etc/belde/belde.toml"] {
            assert!(list.contains(path), "{list}");
        }
        assert!(list.contains("-rw-r----- root/root") && list.contains("drwxr-xr-x root/root"), "{list}");
        fs::remove_dir_all(&out).unwrap();
    }

    #[test]
    fn systemd_finds_nothing_wrong_with_the_unit() {
        let Some(systemd) = shell::find_program(&["systemd-analyze"]) else {
            eprintln!("skipped: the unit file, systemd-analyze was not found");
            return;
        };
        let folder = std::env::temp_dir().join(format!("belde-unit-{}", std::process::id()));
        let unit = fs::read_to_string(shell::root().join("packaging/belde.service")).unwrap();
        // The program is not installed where the tests run; any other will do for reading the unit.
        let unit = unit.replace("/usr/bin/belde", "/bin/true");
        write(&folder.join("belde.service"), unit.as_bytes(), 0o644).unwrap();
        let output = Command::new(systemd).arg("verify").arg(folder.join("belde.service")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        fs::remove_dir_all(&folder).unwrap();
        let about_us: Vec<&str> = said.lines().filter(|line| line.contains("belde.service")).collect();
        assert!(about_us.is_empty(), "{about_us:?}");
    }
}
