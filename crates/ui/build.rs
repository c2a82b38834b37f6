//! Bundles `ts/` with htmx into one script and `css/` into one style sheet, and embeds both.
//! The npm packages (pinned by `package-lock.json`) are installed by this script; nothing else in the
//! workspace needs them at build time.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

fn main() {
    for watched in ["build.rs", "css", "svg", "ts", "package.json", "package-lock.json", "tsconfig.json"] {
        println!("cargo:rerun-if-changed={watched}");
    }
    let source = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let tools = installed_tools(&source, &out);

    check_types(&source, &tools);
    bundle(&source, &tools, &out);
    fs::copy(source.join("svg/icon.svg"), out.join("belde.svg")).expect("the icon is part of the crate");
    write_table(&out);
}

/// The folder whose `node_modules` matches the lock file: one per lock file and target directory, so that
/// profiles and features share it. It is filled beside and renamed into place, so that two builds at once
/// never see a half-installed one.
fn installed_tools(source: &Path, out: &Path) -> PathBuf {
    let lock = fs::read(source.join("package-lock.json")).expect("package-lock.json is part of the crate");
    let target = out.ancestors().nth(4).expect("OUT_DIR is target/<profile>/build/<crate>/out");
    let shelf = target.join("ui-npm");
    let ready = shelf.join(hash(&lock));
    if ready.join("node_modules").is_dir() {
        return ready;
    }
    let fresh = shelf.join(format!("filling-{}", std::process::id()));
    fs::create_dir_all(&fresh).expect("the target directory is writable");
    for name in ["package.json", "package-lock.json"] {
        fs::copy(source.join(name), fresh.join(name)).expect("the manifest can be copied");
    }
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    // Install scripts of packages are refused: nothing here needs them.
    run(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], &fresh, &fresh);
    if fs::rename(&fresh, &ready).is_err() {
        assert!(
            ready.join("node_modules").is_dir(),
            "could not move the npm packages to {}",
            ready.display()
        );
        // Another build was quicker; its copy is the same by the lock file.
        fs::remove_dir_all(&fresh).ok();
    }
    ready
}

fn check_types(source: &Path, tools: &Path) {
    let tsc = tools.join("node_modules/typescript/bin/tsc");
    run("node", [tsc.as_os_str(), OsStr::new("--project"), source.as_os_str()], source, tools);
}

fn bundle(source: &Path, tools: &Path, out: &Path) {
    let esbuild = tools.join("node_modules/esbuild/bin/esbuild");
    let outdir = format!("--outdir={}", out.display());
    let arguments = [
        esbuild.as_os_str(),
        OsStr::new("belde=ts/main.ts"),
        // Read only by the page that counts with a camera: the reader is larger than all other islands together.
        OsStr::new("count=ts/count.ts"),
        OsStr::new("keeper=ts/keeper.ts"),
        OsStr::new("belde=css/main.css"),
        OsStr::new("--bundle"),
        OsStr::new("--minify"),
        OsStr::new("--charset=utf8"),
        OsStr::new("--format=iife"),
        OsStr::new("--target=es2022,chrome123,firefox121,safari17.5"),
        OsStr::new("--legal-comments=none"),
        OsStr::new("--log-level=warning"),
        OsStr::new(&outdir),
    ];
    run("node", arguments, source, tools);
}

/// Writes the Rust constants `assets.rs` includes: hashed paths, so that browsers may keep a file for ever.
fn write_table(out: &Path) {
    let mut table = String::new();
    for (constant, name, extension) in [
        ("STYLE", "belde", "css"),
        ("SCRIPT", "belde", "js"),
        ("COUNT", "count", "js"),
        ("ICON", "belde", "svg"),
    ] {
        let body = fs::read(out.join(format!("{name}.{extension}"))).expect("esbuild wrote its output");
        let etag = hash(&body);
        table.push_str(&format!(
            "/// Hashed path of the embedded `{name}.{extension}`.\n\
             pub const {constant}_PATH: &str = \"/varlik/{name}-{etag}.{extension}\";\n\
             pub(crate) const {constant}_ETAG: &str = \"\\\"{etag}\\\"\";\n\
             pub(crate) const {constant}_BODY: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.{extension}\"));\n"
        ));
    }
    // A service worker answers for the pages below its own address, so that it has no address of its content.
    table.push_str(
        "/// The script that keeps the page that counts; its address is that of the pages.\n\
         pub const KEEPER_BODY: &[u8] = include_bytes!(concat!(env!(\"OUT_DIR\"), \"/keeper.js\"));\n",
    );
    fs::write(out.join("table.rs"), table).expect("OUT_DIR is writable");
}

/// Runs a tool and ends the build with a message a newcomer can act on when it fails.
fn run<I, S>(program: &str, arguments: I, directory: &Path, tools: &Path)
where
    I: IntoIterator<Item = S>,
    S: AsRef<OsStr>,
{
    let outcome = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env("NODE_PATH", tools.join("node_modules"))
        .output();
    match outcome {
        Ok(output) if output.status.success() => {}
        Ok(output) => {
            eprintln!("crates/ui: {program} failed ({})", output.status);
            eprintln!(
                "{}{}",
                String::from_utf8_lossy(&output.stdout),
                String::from_utf8_lossy(&output.stderr)
            );
            exit(1);
        }
        Err(error) => {
            eprintln!("crates/ui: could not start {program}: {error}");
            eprintln!(
                "The screens are bundled at build time: install Node.js LTS (20 or newer) with npm and build again."
            );
            exit(1);
        }
    }
}

/// FNV-1a, 64 bits: names a file by its content; nothing secret depends on it.
fn hash(bytes: &[u8]) -> String {
    let folded = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{folded:016x}")
}
