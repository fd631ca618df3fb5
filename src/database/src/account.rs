use std::fs::{self, Metadata};
use std::os::unix::fs::{MetadataExt, chown, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::error::At;
use crate::{Error, sys};

/// Unprivileged users in order of preference, for a process that runs as root.
const NAMES: [&str; 2] = ["postgres", "nobody"];

/// The user as whom the server runs.
#[derive(Debug, Clone)]
pub(crate) enum Account {
    /// The same as this process.
    Own { uid: u32 },
    /// Another one, because PostgreSQL refuses root.
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    /// This process's own user; for root the one to whom the cluster belongs already, or else
    /// the first that this machine knows of `NAMES`.
    pub(crate) fn choose(cluster: &Path) -> Result<Self, Error> {
        let uid = sys::effective_uid();
        if uid != 0 {
            return Ok(Self::Own { uid });
        }
        if let Ok(found) = fs::metadata(cluster)
            && found.uid() != 0
        {
            return Ok(Self::Other {
                name: format!("with id {}", found.uid()),
                uid: found.uid(),
                gid: found.gid(),
            });
        }
        let path = Path::new("/etc/passwd");
        let passwd = fs::read_to_string(path).at("read", path)?;
        NAMES
            .iter()
            .find_map(|name| named(&passwd, name))
            .ok_or(Error::NoAccount)
    }

    pub(crate) fn uid(&self) -> u32 {
        match self {
            Self::Own { uid } | Self::Other { uid, .. } => *uid,
        }
    }

    /// Has the command run as this user; std drops the supplementary groups as well.
    pub(crate) fn apply(&self, command: &mut Command) {
        if let Self::Other { uid, gid, .. } = self {
            command.uid(*uid).gid(*gid);
        }
    }

    /// Mode of directories that this user must pass through, but not list.
    pub(crate) fn passage(&self) -> u32 {
        match self {
            Self::Own { .. } => 0o700,
            Self::Other { .. } => 0o711,
        }
    }

    /// Gives this user a file or folder that we made.
    pub(crate) fn give(&self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Own { .. } => Ok(()),
            Self::Other { uid, gid, .. } => {
                chown(path, Some(*uid), Some(*gid)).at("change the owner of", path)
            }
        }
    }

    /// Sees to it that a cluster, perhaps copied here by root, belongs to this user.
    pub(crate) fn take_over(&self, cluster: &Path) -> Result<(), Error> {
        let owner = fs::metadata(cluster).at("read", cluster)?.uid();
        match self {
            _ if owner == self.uid() => Ok(()),
            Self::Own { .. } => Err(Error::ForeignOwner {
                dir: cluster.to_owned(),
                owner,
            }),
            Self::Other { uid, gid, .. } => give_tree(cluster, *uid, *gid),
        }
    }

    /// Refuses a place below a folder that this user cannot enter. `existing` is the part of
    /// `data` that exists, without links.
    pub(crate) fn check_way(&self, existing: &Path, data: &Path) -> Result<(), Error> {
        let Self::Other { name, uid, gid } = self else {
            return Ok(());
        };
        let mut parents: Vec<&Path> = existing.ancestors().collect();
        parents.reverse();
        for dir in parents {
            let found = fs::metadata(dir).at("read", dir)?;
            if !may_enter(&found, *uid, *gid) {
                return Err(Error::Unreachable {
                    user: name.clone(),
                    blocked: dir.to_owned(),
                    data: data.to_owned(),
                });
            }
        }
        Ok(())
    }
}

fn may_enter(dir: &Metadata, uid: u32, gid: u32) -> bool {
    let bit = if dir.uid() == uid {
        0o100
    } else if dir.gid() == gid {
        0o010
    } else {
        0o001
    };
    dir.mode() & bit != 0
}

fn give_tree(path: &Path, uid: u32, gid: u32) -> Result<(), Error> {
    // Links are given themselves, never followed.
    lchown(path, Some(uid), Some(gid)).at("change the owner of", path)?;
    if fs::symlink_metadata(path).at("read", path)?.is_dir() {
        for entry in fs::read_dir(path).at("read", path)? {
            give_tree(&entry.at("read", path)?.path(), uid, gid)?;
        }
    }
    Ok(())
}

/// A line of passwd(5): name:password:uid:gid:...
fn named(passwd: &str, name: &str) -> Option<Account> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok().filter(|&uid| uid != 0)?;
        let gid = fields.next()?.parse().ok()?;
        let name = format!("`{name}`");
        Some(Account::Other { name, uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name_and_is_never_root() {
        let passwd = "root:x:0:0::/root:/bin/sh\npostgres2:x:7:7::/:\npostgres:x:101:104::/:\n";
        assert!(matches!(
            named(passwd, "postgres"),
            Some(Account::Other {
                uid: 101,
                gid: 104,
                ..
            })
        ));
        assert!(named(passwd, "nobody").is_none());
        assert!(named(passwd, "root").is_none());
    }
}
