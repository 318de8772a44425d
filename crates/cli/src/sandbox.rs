//! `grailstage sandbox`: a Dynatrace environment in memory.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Subcommand};
use grailstage_sandbox::load::store_from_files;
use grailstage_sandbox::serve::{Server, now_millis};
use grailstage_sandbox::{ACCOUNT_URN, CLIENT_ID, CLIENT_SECRET, PLATFORM_TOKEN, SandboxOptions};

use crate::failure::Failure;
use crate::generate;

#[derive(Debug, Subcommand)]
pub(crate) enum Sandbox {
    /// Serves two environments with the data of a webshop on loopback until Ctrl-C
    Serve(Serve),
    /// Writes records for load tests, one JSON object a line
    Generate(generate::Generate),
}

#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Port of the first environment; the second environment and the control API listen on the next two. 0 takes free ones
    #[arg(long, default_value_t = 7080)]
    port: u16,
    /// Own records in place of the webshop's: a folder of one file a data object, such as logs.json (an array of
    /// objects) or logs.jsonl (an object a line), or one JSON file, an object of arrays by data object
    #[arg(long, value_name = "DIR|FILE")]
    data: Option<PathBuf>,
    /// Decides ids, numbers and texts of the data
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(command: &Sandbox) -> Result<(), Failure> {
    match command {
        Sandbox::Serve(arguments) => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(serve(arguments))
        }
        Sandbox::Generate(arguments) => generate::run(arguments),
    }
}

async fn serve(arguments: &Serve) -> Result<(), Failure> {
    // Listened for before the first line of output, so that whoever waits for it can already stop the process.
    let mut terminate = Terminate::new()?;
    let options = SandboxOptions { seed: arguments.seed, now: now_millis() };
    let sandbox = Arc::new(grailstage_sandbox::Sandbox::new(options));
    if let Some(path) = &arguments.data {
        let store = store_from_files(path, &[])?;
        sandbox.environments().iter().for_each(|environment| environment.replace_data(store.clone()));
    }
    let server = Server::start(Arc::clone(&sandbox), arguments.port).await?;
    let mut out = std::io::stdout();
    // Nobody has to read the output: a closed pipe does not end the sandbox.
    let _ = out.write_all(introduction(&sandbox, &server).as_bytes()).and_then(|()| out.flush());
    terminate.wait().await;
    server.stop().await;
    Ok(())
}

/// What someone needs to use the environments.
fn introduction(sandbox: &grailstage_sandbox::Sandbox, server: &Server) -> String {
    let mut text = String::from("The sandbox is ready.\n\n");
    for (environment, (name, address)) in sandbox.environments().iter().zip(server.addresses()) {
        let _ =
            writeln!(text, "  {name:<14} http://{address}   clusters: {}", environment.clusters().join(", "));
    }
    let _ = writeln!(text, "  {:<14} http://{}/__sandbox/environments", "control", server.control());
    let _ = write!(
        text,
        "\nOAuth client     {CLIENT_ID}\nclient secret    {CLIENT_SECRET}\naccount URN      {ACCOUNT_URN}\n\
         platform token   {PLATFORM_TOKEN}\n\nFor app-config.yaml:\n\ndynatrace:\n  environments:\n"
    );
    for (name, address) in server.addresses() {
        let _ = write!(
            text,
            "    - name: {name}\n      url: http://{address}\n      tokenUrl: http://{address}/sso/oauth2/token\n      \
             clientId: {CLIENT_ID}\n      clientSecret: {CLIENT_SECRET}\n      accountUrn: {ACCOUNT_URN}\n"
        );
    }
    text.push_str("\nCtrl-C stops it.\n");
    text
}

/// The signals that end the process, listened for from [`Terminate::new`] on: `tokio::signal::ctrl_c()` would listen only
/// once it is polled, and an interrupt before that kills the process.
struct Terminate {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Terminate {
    #[cfg(unix)]
    fn new() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(windows)]
    fn new() -> Result<Self, Failure> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    async fn wait(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(windows)]
        self.interrupt.recv().await;
    }
}
