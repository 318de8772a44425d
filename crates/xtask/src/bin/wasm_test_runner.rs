//! Runs the `#[wasm_bindgen_test]`s of a test binary in Node: the runner of wasm-bindgen's own command line,
//! built from the version that Cargo.lock pins, so that nobody has to install it.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
