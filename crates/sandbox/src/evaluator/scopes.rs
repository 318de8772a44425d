//! Which scope of a token a table takes.
//! Source: docs.dynatrace.com, "Permissions in Grail".

/// The scope that every query takes.
pub(crate) const BUCKETS: &str = "storage:buckets:read";

/// The scope that reading a table takes; commands that read no table by name go by the name of the command.
pub(crate) fn scope_of(table: &str) -> &'static str {
    match table {
        "logs" => "storage:logs:read",
        "events" | "dt.davis.problems" | "dt.davis.events" | "dt.synthetic.events" => "storage:events:read",
        "bizevents" => "storage:bizevents:read",
        "spans" => "storage:spans:read",
        "timeseries" | "metrics" | "metric.series" => "storage:metrics:read",
        "security.events" => "storage:security.events:read",
        "smartscapeNodes" | "smartscapeEdges" | "traverse" => "storage:smartscape:read",
        "user.events" => "storage:user.events:read",
        "user.sessions" => "storage:user.sessions:read",
        "user.replays" => "storage:user.replays:read",
        "application.snapshots" => "storage:application.snapshots:read",
        "load" => "storage:files:read",
        _ if table.starts_with("dt.entity.") => "storage:entities:read",
        _ if table.starts_with("dt.smartscape.") => "storage:smartscape:read",
        _ if table.starts_with("dt.system.") => "storage:system:read",
        _ => BUCKETS,
    }
}

/// All scopes that the sandbox knows for reading.
pub(crate) const READ: [&str; 15] = [
    BUCKETS,
    "storage:logs:read",
    "storage:events:read",
    "storage:bizevents:read",
    "storage:spans:read",
    "storage:metrics:read",
    "storage:security.events:read",
    "storage:entities:read",
    "storage:smartscape:read",
    "storage:system:read",
    "storage:user.events:read",
    "storage:user.sessions:read",
    "storage:user.replays:read",
    "storage:application.snapshots:read",
    "storage:files:read",
];
