//! Finds the Region.

use std::env;

use anyhow::{Context, Result, bail};
use aws_config::meta::region::ProvideRegion;
use aws_config::profile::ProfileFileRegionProvider;
use ivs_chat_review::provision::arn::{RegionStatus, is_region_name, region_status};

use crate::rooms::ui::progress::note;

/// A Region and its source.
struct Configured {
    region: String,
    source: &'static str,
}

/// Returns the configured Region, as for every AWS tool, or else the Region of the ARNs. The
/// metadata service of EC2 is not queried: the rooms may be in another Region, and elsewhere the
/// query would only delay the command. `has_endpoint`: requests are sent to an endpoint of the
/// configuration, in any Region.
pub(super) async fn find(
    option: Option<&str>,
    profile: Option<&str>,
    expected: Option<&str>,
    has_endpoint: bool,
) -> Result<String> {
    if let Some(expected) = expected {
        check(expected, "the ARN", has_endpoint)?;
    }
    let (region, source) = choose(configured(option, profile).await, expected)?;
    if expected.is_none() {
        check(&region, source, has_endpoint)?;
    }
    Ok(region)
}

/// Prints a warning if IVS Chat is not known to be available in a Region, and returns an error if
/// the Region cannot exist. An endpoint of the configuration may have Regions of its own.
fn check(region: &str, source: &'static str, has_endpoint: bool) -> Result<()> {
    let warning = match region_status(region) {
        RegionStatus::Available => return Ok(()),
        RegionStatus::Unknown(warning) => warning,
        RegionStatus::Invalid(error) if has_endpoint && is_region_name(region) => error.to_string(),
        RegionStatus::Invalid(error) => return Err(error).with_context(|| source.to_owned()),
    };
    note(&format!("warning: {warning} (Region from {source})"));
    Ok(())
}

async fn configured(option: Option<&str>, profile: Option<&str>) -> Option<Configured> {
    if let Some(region) = option {
        return Some(Configured { region: region.to_owned(), source: "--region" });
    }
    for source in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(region) = env::var(source).ok().filter(|region| !region.is_empty()) {
            return Some(Configured { region, source });
        }
    }
    let mut profiles = ProfileFileRegionProvider::builder();
    if let Some(name) = profile {
        profiles = profiles.profile_name(name);
    }
    let region = profiles.build().region().await?.to_string();
    Some(Configured { region, source: "the profile" })
}

/// Returns the Region and its source.
fn choose(
    configured: Option<Configured>,
    expected: Option<&str>,
) -> Result<(String, &'static str)> {
    let Some(Configured { region, source }) = configured else {
        return match expected {
            Some(region) => Ok((region.to_owned(), "the ARN")),
            None => bail!(
                "no Region configured: pass --region, such as `--region eu-west-1`, or set AWS_REGION"
            ),
        };
    };
    match expected {
        Some(expected) if expected != region && source == "--region" => {
            bail!(
                "the ARN is in {expected}, but --region is {region}; use `--region {expected}` or omit it"
            )
        }
        Some(expected) if expected != region => {
            bail!("the ARN is in {expected}, but {source} has {region}; pass `--region {expected}`")
        }
        _ => Ok((region, source)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configured_region_must_match_the_arns() {
        let east = Some("us-east-1");
        let cases = [
            (None, east, Ok("us-east-1")),
            (None, None, Err("--region eu-west-1")),
            (Some(("us-east-1", "--region")), None, Ok("us-east-1")),
            (Some(("us-east-1", "AWS_REGION")), east, Ok("us-east-1")),
            (
                Some(("eu-west-1", "AWS_REGION")),
                east,
                Err("AWS_REGION has eu-west-1; pass `--region us-east-1`"),
            ),
            (Some(("eu-west-1", "--region")), east, Err("use `--region us-east-1` or omit it")),
        ];
        for (configured, expected, outcome) in cases {
            let configuration =
                configured.map(|(region, source)| Configured { region: region.to_owned(), source });
            match (choose(configuration, expected), outcome) {
                (Ok((region, _)), Ok(expected)) => assert_eq!(region, expected),
                (Err(error), Err(part)) => {
                    assert!(format!("{error:#}").contains(part), "{error:#}");
                }
                (found, _) => panic!("{configured:?} {expected:?}: {found:?}"),
            }
        }
    }

    #[test]
    fn an_endpoint_may_have_other_regions() {
        for (region, without, with) in [
            ("eu-west-1", true, true),
            ("eu-west-2", true, true),
            ("us-east1", false, true),
            ("local", false, true),
            ("a/b", false, false),
            ("", false, false),
        ] {
            assert_eq!(check(region, "--region", false).is_ok(), without, "{region}");
            assert_eq!(check(region, "--region", true).is_ok(), with, "{region}");
        }
    }
}
