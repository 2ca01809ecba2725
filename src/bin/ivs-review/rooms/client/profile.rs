//! The profile that somebody named.

use std::env;

use anyhow::{Context, Result, bail};
use aws_config::profile;
use ivs_chat_review::display::display_safe;
use ivs_chat_review::suggest::{Nearness, suggest};

/// Whether the profile that somebody named is there. The SDK would go on without it, and take what the
/// machine has: the credentials of another account, say.
pub(super) async fn check(typed: Option<&str>) -> Result<()> {
    let (name, by) = match (typed, env::var("AWS_PROFILE")) {
        (Some(name), _) => (name.to_owned(), "--profile"),
        (None, Ok(name)) if !name.is_empty() => (name, "AWS_PROFILE"),
        _ => return Ok(()),
    };
    // The real file system and environment, and the files that they name.
    let profiles =
        profile::load(&Default::default(), &Default::default(), &Default::default(), None)
            .await
            .context("the AWS configuration files")?;
    // Which is there even if nobody wrote it.
    if name == "default" || profiles.get_profile(&name).is_some() {
        return Ok(());
    }
    let help = match suggest(&name, profiles.profiles(), Nearness::Edits(2)) {
        Some(known) => format!("did you mean {known}?"),
        None => "`aws configure list-profiles` tells them".to_owned(),
    };
    bail!("{by}: the AWS configuration files have no profile `{}`; {help}", display_safe(&name))
}
