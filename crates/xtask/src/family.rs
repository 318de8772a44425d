//! The npm family as `plugin-package.json` describes it.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;

use crate::repository;

/// Metadata that all packages share, and the packages.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Family {
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    pub(crate) scope: String,
    pub(crate) version: String,
    pub(crate) license: String,
    pub(crate) author: Option<String>,
    pub(crate) homepage: Option<String>,
    pub(crate) bugs: Option<String>,
    pub(crate) repository: String,
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    pub(crate) backstage: String,
    pub(crate) plugin_id: String,
    pub(crate) packages: Vec<Package>,
}

/// One npm package.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Package {
    /// Without the scope.
    pub(crate) name: String,
    directory: PathBuf,
    /// Backstage role; absent for a plain npm package.
    pub(crate) role: Option<String>,
    /// For a module, the plugin it extends.
    pub(crate) plugin_id: Option<String>,
}

impl Family {
    /// Reads `plugin-package.json`.
    pub(crate) fn read() -> anyhow::Result<Self> {
        let file = repository::path("plugin-package.json");
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("cannot understand {}", file.display()))
    }

    /// The package's name with its scope.
    pub(crate) fn full_name(&self, package: &Package) -> String {
        format!("{}/{}", self.scope, package.name)
    }

    /// The file `npm pack` makes of the package.
    pub(crate) fn tarball(&self, package: &Package) -> PathBuf {
        let scope = self.scope.trim_start_matches('@');
        repository::path("target/npm").join(format!("{scope}-{}-{}.tgz", package.name, self.version))
    }
}

impl Package {
    /// The package's folder.
    pub(crate) fn path(&self) -> PathBuf {
        repository::path("js").join(&self.directory)
    }

    /// The folder as npm's `repository.directory` wants it.
    pub(crate) fn repository_directory(&self) -> String {
        format!("js/{}", self.directory.display())
    }
}
