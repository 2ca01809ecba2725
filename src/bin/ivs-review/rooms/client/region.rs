//! The Region whose rooms are meant.

use std::env;

use anyhow::{Context, Result, bail};
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::ProfileFileRegionProvider;
use ivs_chat_review::provision::arn::check_region;

/// A Region, and who says so.
struct Configured {
    region: String,
    by: &'static str,
}

/// The Region that is configured, as with every AWS tool, or else the one that ARNs are of. A machine
/// on EC2 is not asked where it is: its rooms may well be elsewhere, and a laptop would wait for nothing.
pub(super) async fn find(
    typed: Option<&str>,
    profile: Option<&str>,
    expected: Option<&str>,
) -> Result<String> {
    choose(configured(typed, profile).await, expected)
}

async fn configured(typed: Option<&str>, profile: Option<&str>) -> Option<Configured> {
    if let Some(region) = typed {
        return Some(Configured { region: region.to_owned(), by: "--region" });
    }
    for by in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(region) = env::var(by).ok().filter(|region| !region.is_empty()) {
            return Some(Configured { region, by });
        }
    }
    let mut profiles = ProfileFileRegionProvider::builder();
    if let Some(name) = profile {
        profiles = profiles.profile_name(name);
    }
    let region = profiles.build().region().await?.to_string();
    Some(Configured { region, by: "the profile" })
}

fn choose(configured: Option<Configured>, expected: Option<&str>) -> Result<String> {
    let Some(Configured { region, by }) = configured else {
        return match expected {
            Some(region) => Ok(region.to_owned()),
            None => bail!("no Region: add one, such as `--region eu-west-1`, or set AWS_REGION"),
        };
    };
    match expected {
        Some(expected) if expected != region && by == "--region" => {
            bail!(
                "the ARN is of {expected}, but --region says {region}; write `--region {expected}`, or leave it out"
            )
        }
        Some(expected) if expected != region => {
            bail!("the ARN is of {expected}, but {by} says {region}; add `--region {expected}`")
        }
        _ => check_region(&region).with_context(|| by.to_owned()).map(|()| region),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_configured_must_be_what_is_named() {
        let east = Some("us-east-1");
        let cases = [
            (None, east, Ok("us-east-1")),
            (None, None, Err("--region eu-west-1")),
            (Some(("us-east-1", "--region")), None, Ok("us-east-1")),
            (Some(("us-east-1", "AWS_REGION")), east, Ok("us-east-1")),
            (
                Some(("eu-west-1", "AWS_REGION")),
                east,
                Err("AWS_REGION says eu-west-1; add `--region us-east-1`"),
            ),
            (
                Some(("eu-west-1", "--region")),
                east,
                Err("write `--region us-east-1`, or leave it out"),
            ),
            (Some(("us-east1", "--region")), None, Err("did you mean us-east-1?")),
            (Some(("sa-east-1", "the profile")), None, Err("the profile")),
        ];
        for (configured, expected, outcome) in cases {
            let given = configured.map(|(region, by)| Configured { region: region.to_owned(), by });
            match (choose(given, expected), outcome) {
                (Ok(region), Ok(expected)) => assert_eq!(region, expected),
                (Err(error), Err(part)) => {
                    assert!(format!("{error:#}").contains(part), "{error:#}");
                }
                (found, _) => panic!("{configured:?} {expected:?}: {found:?}"),
            }
        }
    }
}
