//! Scenarios of the kernel on both databases; rules that need none are tested beside their code.
