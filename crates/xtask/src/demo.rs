//! `cargo xtask demo`: everything built, everything running, until Ctrl-C.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::Context;

use crate::portal::{self, Ports, RunningDemo};
use crate::process::say;
use crate::wasm_compiler::CompilerChoice;

/// Builds, starts, tells what to click and waits.
pub(crate) fn run(choice: CompilerChoice, port: u16, sandbox_port: u16) -> anyhow::Result<()> {
    crate::pack::run(choice)?;
    portal::prepare()?;

    let (interrupted, interruption) = channel();
    ctrlc::set_handler(move || {
        // Nobody listens any more when the demo is already stopping.
        interrupted.send(()).ok();
    })
    .context("cannot listen for Ctrl-C")?;

    let ports = Ports { portal: port, sandbox: sandbox_port };
    let mut demo = RunningDemo::start(ports)?;
    println!(
        "
  The portal is at {portal}

    1. Open {portal}/catalog/default/component/cart and enter as guest.
    2. The card \"Kubernetes workloads\" shows where cart runs, live from two Dynatrace environments;
       the tab \"Dynatrace\" has it all.
    3. Stop one environment and open a component whose answer is not kept yet, {portal}/catalog/default/component/search:
       curl -X POST {control}/__sandbox/environments/preproduction/stop    (…/start brings it back)
    4. {portal}/home has the components of your groups, {portal}/catalog/default/group/webshop-engineering
       those of all teams, the worst first.
    5. component/payment has queries of its own, component/notification one that the policy refuses, and the cards of
       component/accounting are not for guests.
    6. Run the template \"Ask Dynatrace\" at {portal}/create

  The sandbox, a Dynatrace in memory, is at {sandbox}
  Ctrl-C stops everything.
",
        portal = ports.portal_url(),
        sandbox = ports.sandbox_url(),
        control = ports.control_url(),
    );

    while let Err(RecvTimeoutError::Timeout) = interruption.recv_timeout(Duration::from_secs(1)) {
        demo.check_running()?;
    }
    say("stopping");
    Ok(())
}
