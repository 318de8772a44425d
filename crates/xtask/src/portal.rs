//! The demo: the sandbox and a real Backstage with the packed packages, both on loopback.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use process_wrap::std::{ChildWrapper, CommandWrap, ProcessGroup};

use crate::process::{command, run, say};
use crate::repository;

const LONGEST_START: Duration = Duration::from_secs(180);

/// The sandbox listens on this many ports in a row: one for each environment and, the last, one for its controls.
const SANDBOX_PORTS: u16 = 3;

/// Where the demo listens.
#[derive(Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) portal: u16,
    /// The first of the sandbox's ports.
    pub(crate) sandbox: u16,
}

impl Ports {
    pub(crate) fn portal_url(self) -> String {
        format!("http://127.0.0.1:{}", self.portal)
    }

    pub(crate) fn sandbox_url(self) -> String {
        format!("http://127.0.0.1:{}", self.sandbox)
    }

    /// Where the sandbox is told to stop an environment or to let it fail, whichever of them runs.
    pub(crate) fn control_url(self) -> String {
        format!("http://127.0.0.1:{}", self.sandbox + SANDBOX_PORTS - 1)
    }

    /// Ports that nothing listens on: a demo may be running on this machine.
    pub(crate) fn free() -> anyhow::Result<Self> {
        let portal = free_port().context("no port is free")?;
        for _ in 0..100 {
            let ports = Self { portal, sandbox: free_port().context("no port is free")? };
            if ports.check_free().is_ok() {
                return Ok(ports);
            }
        }
        bail!("no {SANDBOX_PORTS} ports in a row are free")
    }

    fn check_free(self) -> anyhow::Result<()> {
        let sandbox = (self.sandbox..).take(SANDBOX_PORTS.into()).map(|port| (port, "--sandbox-port"));
        // Kept until all are checked, so that no two programs are given the same port.
        let mut taken = Vec::new();
        for (port, option) in std::iter::once((self.portal, "--port")).chain(sandbox) {
            taken.push(TcpListener::bind(("127.0.0.1", port)).with_context(|| {
                format!("port {port} is taken: stop what listens there, or choose another with {option}")
            })?);
        }
        Ok(())
    }
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Installs Backstage and, like a customer, the packed packages; then bundles the app.
pub(crate) fn prepare() -> anyhow::Result<()> {
    let portal = repository::path("examples/portal");
    say("installing the portal: Backstage and the packed packages");
    run(&mut command("npm", &portal, ["install", "--loglevel=error"]))?;
    say("building the portal");
    run(&mut command("npm", &portal, ["run", "--silent", "build"]))
}

/// Builds the command line with the sandbox in it, and says where it is.
pub(crate) fn build_sandbox() -> anyhow::Result<PathBuf> {
    say("building the sandbox");
    run(&mut command("cargo", &repository::root(), ["build", "--quiet", "--package", "grailstage-cli"]))?;
    Ok(repository::target().join("debug").join(format!("grailstage{}", std::env::consts::EXE_SUFFIX)))
}

/// The sandbox and the portal while they run; ended when dropped.
pub(crate) struct RunningDemo {
    programs: Vec<Program>,
}

struct Program {
    name: &'static str,
    child: Box<dyn ChildWrapper>,
}

impl RunningDemo {
    /// Starts both and waits until they answer.
    pub(crate) fn start(ports: Ports) -> anyhow::Result<Self> {
        ports.check_free()?;
        let mut demo = Self { programs: Vec::new() };

        let program = build_sandbox()?;
        say("starting the sandbox");
        let mut sandbox = command(program, &repository::root(), ["sandbox", "serve", "--port"]);
        demo.spawn("the sandbox", sandbox.arg(ports.sandbox.to_string()))?;
        demo.wait_for("the sandbox", &format!("{}/__sandbox/health", ports.sandbox_url()))?;

        say("starting the portal");
        let mut portal = command("npm", &repository::path("examples/portal"), ["run", "--silent", "start"]);
        portal
            .env("PORTAL_PORT", ports.portal.to_string())
            .env("SANDBOX_PORT", ports.sandbox.to_string())
            .env("SANDBOX_PORT_2", (ports.sandbox + 1).to_string());
        demo.spawn("the portal", &mut portal)?;
        demo.wait_for("the portal", &format!("{}/.backstage/health/v1/readiness", ports.portal_url()))?;
        Ok(demo)
    }

    /// Fails when one of the programs has ended by itself.
    pub(crate) fn check_running(&mut self) -> anyhow::Result<()> {
        for program in &mut self.programs {
            if let Some(status) = ended(program)? {
                bail!("{} ended by itself with {status}; its last lines are above", program.name);
            }
        }
        Ok(())
    }

    fn spawn(&mut self, name: &'static str, program: &mut Command) -> anyhow::Result<()> {
        // npm starts node as a child of its own: the group is what has to end.
        let program = std::mem::replace(program, Command::new(""));
        let child = CommandWrap::from(program).wrap(ProcessGroup::leader()).spawn();
        self.programs.push(Program { name, child: child.with_context(|| format!("cannot start {name}"))? });
        Ok(())
    }

    fn wait_for(&mut self, name: &str, url: &str) -> anyhow::Result<()> {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(5))).build().into();
        let started = Instant::now();
        while started.elapsed() < LONGEST_START {
            self.check_running()?;
            if agent.get(url).call().is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(300));
        }
        bail!("{name} did not answer at {url} within {} s", LONGEST_START.as_secs())
    }
}

impl Drop for RunningDemo {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            // An error here means that it has ended already.
            program.child.kill().ok();
        }
    }
}

fn ended(program: &mut Program) -> anyhow::Result<Option<ExitStatus>> {
    program.child.try_wait().with_context(|| format!("cannot tell whether {} runs", program.name))
}
