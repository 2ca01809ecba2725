//! Checks the profile.

use std::env;

use anyhow::{Context, Result, bail};
use aws_config::profile;
use ivs_chat_review::display::display_safe;
use ivs_chat_review::suggest::{Nearness, suggest};

/// Returns an error if the named profile does not exist. The SDK would continue without it, perhaps
/// with the credentials of another account.
pub(super) async fn check(option: Option<&str>) -> Result<()> {
    let (name, source) = match (option, env::var("AWS_PROFILE")) {
        (Some(name), _) => (name.to_owned(), "--profile"),
        (None, Ok(name)) if !name.is_empty() => (name, "AWS_PROFILE"),
        _ => return Ok(()),
    };
    // With defaults: the real file system, environment and configuration files.
    let profiles =
        profile::load(&Default::default(), &Default::default(), &Default::default(), None)
            .await
            .context("the AWS configuration files")?;
    // The default profile always exists.
    if name == "default" || profiles.get_profile(&name).is_some() {
        return Ok(());
    }
    let help = match suggest(&name, profiles.profiles(), Nearness::Edits(2)) {
        Some(known) => format!("did you mean {known}?"),
        None => "`aws configure list-profiles` shows all profiles".to_owned(),
    };
    bail!("{source}: no profile `{}` in the AWS configuration files; {help}", display_safe(&name))
}
