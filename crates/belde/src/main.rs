//! The binary: reads the command line and hands over.

mod capabilities;
mod cli;
mod config;
mod journals;
mod key;
mod listen;
mod setup;
mod start;
#[cfg(test)]
mod tests;

use clap::Parser;

// The pages of eight people at once spent a fifth of the processor in the C library's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let command = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("belde: {error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli::run(command)) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("belde: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}
