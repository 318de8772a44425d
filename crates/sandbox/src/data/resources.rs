//! What containers ask for, may use and use.

use serde_json::{Map, Value as Json, json};

use super::company::{Cluster, Component};

/// CPU in millicores, memory in mebibytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Resources {
    /// What the scheduler keeps free; nothing when the manifest does not say.
    pub(super) requests: Option<(u32, u32)>,
    /// What the container may use at most.
    pub(super) limits: Option<(u32, u32)>,
    /// CPU used on a quiet night, and what the busiest hour adds.
    pub(super) cpu: (f64, f64),
    /// Memory used.
    pub(super) memory: f64,
}

const fn resources(requests: (u32, u32), limits: (u32, u32), cpu: (f64, f64), memory: f64) -> Resources {
    Resources { requests: Some(requests), limits: Some(limits), cpu, memory }
}

/// The resources of a component's container, the same on each cluster. `catalog` asks for far more than it uses,
/// `search` is throttled at its limit, `recommendation` comes near its memory limit, and `notification` has no limits.
pub(super) fn of(component: &Component) -> Resources {
    match component.name {
        "storefront" => resources((250, 512), (1000, 1024), (90.0, 160.0), 380.0),
        "cart" => resources((250, 768), (1000, 1024), (60.0, 110.0), 640.0),
        "checkout" => resources((500, 1024), (1500, 1536), (140.0, 220.0), 880.0),
        "payment" => resources((200, 256), (500, 512), (50.0, 90.0), 120.0),
        "catalog" => resources((1000, 2048), (2000, 4096), (40.0, 50.0), 310.0),
        "search" => resources((500, 1536), (800, 2048), (420.0, 310.0), 1480.0),
        "recommendation" => resources((500, 1024), (1000, 1280), (210.0, 240.0), 1150.0),
        "inventory" => resources((250, 768), (1000, 1024), (70.0, 90.0), 560.0),
        "shipping" => resources((100, 128), (300, 256), (25.0, 45.0), 70.0),
        "notification" => Resources { requests: None, limits: None, cpu: (30.0, 40.0), memory: 150.0 },
        "batch-report" => resources((500, 512), (1000, 1024), (50.0, 20.0), 210.0),
        "kafka" => resources((1000, 3072), (2000, 4096), (450.0, 500.0), 2700.0),
        "node-agent" => resources((100, 200), (200, 300), (60.0, 20.0), 160.0),
        _ => resources((250, 512), (500, 1024), (20.0, 20.0), 240.0),
    }
}

impl Resources {
    /// The `resources` of the container in the manifest.
    pub(super) fn manifest(&self) -> Json {
        let mut resources = Map::new();
        for (name, amounts) in [("requests", self.requests), ("limits", self.limits)] {
            if let Some((cpu, memory)) = amounts {
                resources.insert(
                    name.to_owned(),
                    json!({"cpu": format!("{cpu}m"), "memory": format!("{memory}Mi")}),
                );
            }
        }
        Json::Object(resources)
    }
}

/// How much of production's load a cluster has.
pub(super) fn load(cluster: &Cluster) -> f64 {
    if cluster.stage == "production" { 1.0 } else { 0.15 }
}

/// What a node offers to pods: millicores and mebibytes.
pub(super) const ALLOCATABLE: (u32, u32) = (3_920, 15_360);
