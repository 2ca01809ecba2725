//! `publish`: gives a function the rules of a folder, or those that it had before.
//!
//! The function has the new rules from one moment to the next: Lambda keeps the old configuration
//! until the new one is ready. Each step leaves the function with complete rules, and the same
//! command goes on after one that failed.

mod archive;
mod report;
mod steps;

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use ivs_chat_review::compiled::{CODE, RulesHash};
use ivs_chat_review::provision::layer::{Existing, Mark, Plan, Target, is_layer, split_arn};

use self::archive::archive;
use self::report::Report;
use self::steps::{Change, Wanted};
use super::args::PublishArgs;
use crate::Outcome;
use crate::commands::compile;
use crate::rooms::client::{FunctionState, Service};
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::progress::note;
use crate::rules_dir::RuleFolder;
use crate::terminal::count;

/// The rules of a folder, ready to be published.
struct Rules {
    hash: String,
    archive: Vec<u8>,
    /// Their counts, for the report.
    summary: String,
}

/// The function and the versions of its layer, as they were read.
struct Known {
    function: FunctionState,
    existing: Existing,
    /// The ARN of the layer without a version.
    layer: String,
}

pub(crate) async fn run(args: &PublishArgs) -> anyhow::Result<Outcome> {
    // Without calls: wrong rules are reported first.
    let rules = match args.rollback {
        true => None,
        false => match Rules::read(args)? {
            Some(rules) => Some(rules),
            None => return Ok(Outcome::Findings),
        },
    };
    let context = CommandContext::open(&args.connect, &[], args.function.arn()).await?;
    context.finish_in_flight()?;
    let mut known = Known::read(&context.service, args).await?;
    let plan = match &rules {
        Some(rules) => known.plan(&context.service, rules, args).await?,
        None => known.rollback(args)?,
    };
    let report = Report::new(args.format);
    if let Some(rules) = &rules {
        report.rules(&rules.hash, &rules.summary)?;
    }
    report.function(&known.function.name, &args.layer, known.live())?;
    report.plan(&plan)?;
    if args.dry_run {
        return Ok(Outcome::Fine);
    }
    let hash = rules.as_ref().map(|rules| rules.hash.clone());
    let archive = rules.map(|rules| rules.archive);
    let wanted = Wanted { hash: hash.or_else(|| known.hash_of(&plan)), archive };
    let change = Change { args, context: &context, known: &known, report: &report };
    change.make(&plan, &wanted).await
}

impl Rules {
    /// Reads, checks and compiles the rules. Returns `None` after an error message if they have
    /// errors.
    fn read(args: &PublishArgs) -> anyhow::Result<Option<Rules>> {
        let folder = RuleFolder::open_quietly(&args.folder.path)?;
        if !compile::is_valid(&folder, &args.folder.path, "published")? {
            return Ok(None);
        }
        let archive = archive(&folder)?;
        let summary = format!(
            "{}, {}, {}, {} KiB",
            count(folder.engine.rules().rules.len(), "rule", "rules"),
            count(folder.engine.entries(), "entry", "entries"),
            count(folder.engine.patterns(), "pattern", "patterns"),
            archive.len().div_ceil(1024),
        );
        let hash = RulesHash::of(&folder.sources).to_string();
        Ok(Some(Rules { hash, archive, summary }))
    }
}

impl Known {
    async fn read(service: &Service, args: &PublishArgs) -> anyhow::Result<Known> {
        let reference = args.function.to_string();
        let function = service.get_function(&reference).await.map_err(|error| advised(&error))?;
        let layer = layer_arn(&function, &args.layer)?;
        let versions = service.list_layer_versions(&args.layer).await;
        let versions = versions
            .map_err(|error| advised(&error))?
            .into_iter()
            .map(|it| (it.version, it.description.as_deref().and_then(Mark::parse)));
        let current = current(&function, &layer);
        let existing = Existing { current, versions: versions.collect(), used: None };
        Ok(Known { function, existing, layer })
    }

    /// Decides what to do so that the function has these rules. Other functions are only read if
    /// versions might be deleted.
    async fn plan(
        &mut self,
        service: &Service,
        rules: &Rules,
        args: &PublishArgs,
    ) -> anyhow::Result<Plan> {
        let plan = |existing: &Existing| existing.plan(&rules.hash, CODE, args.keep.get());
        self.existing.used = Some(BTreeSet::new());
        let first = plan(&self.existing);
        if first.delete.is_empty() {
            return Ok(first);
        }
        self.existing.used = match service.layers_in_use().await {
            Ok(layers) => Some(self.versions_of(&layers)),
            Err(error) => {
                let error = advised(&error);
                note(&format!(
                    "warning: no version is deleted, because it is not known which ones other functions use: {error:#}"
                ));
                None
            }
        };
        Ok(plan(&self.existing))
    }

    fn rollback(&self, args: &PublishArgs) -> anyhow::Result<Plan> {
        let Some(before) = self.existing.before() else {
            let layer = &args.layer;
            match self.existing.current {
                Some(version) => bail!(
                    "no version of the layer {layer} is older than {version}, which the function has; publish the rules of an earlier commit"
                ),
                None => bail!(
                    "the function does not have the layer {layer}; `aws lambda get-function-configuration` shows its layers"
                ),
            }
        };
        Ok(Plan { target: Target::Existing(before), delete: Vec::new() })
    }

    /// Returns the versions of the layer among the ARNs of layers.
    fn versions_of(&self, layers: &BTreeSet<String>) -> BTreeSet<u64> {
        let versions = layers.iter().filter_map(|arn| split_arn(arn));
        versions.filter(|(layer, _)| *layer == self.layer).map(|(_, version)| version).collect()
    }

    /// Returns the version that the function has, and the hash of its rules if it is known.
    fn live(&self) -> Option<(u64, Option<&str>)> {
        self.existing.current.map(|version| (version, self.hash(version)))
    }

    fn hash(&self, version: u64) -> Option<&str> {
        let (_, mark) = self.existing.versions.iter().find(|(it, _)| *it == version)?;
        mark.as_ref().map(|mark| mark.rules.as_str())
    }

    /// Returns the hash of the rules that a plan leads to, if they exist already and it is known.
    fn hash_of(&self, plan: &Plan) -> Option<String> {
        match plan.target {
            Target::Existing(version) | Target::Current(version) => {
                self.hash(version).map(str::to_owned)
            }
            Target::New(_) => None,
        }
    }

    /// Returns the layers of the function with another version of this one. Others stay, in their
    /// order: a later layer replaces files of an earlier one.
    fn layers_with(&self, version: u64) -> Vec<String> {
        let wanted = format!("{}:{version}", self.layer);
        let mut layers = self.function.layers();
        let has_layer =
            |arn: &&mut String| split_arn(arn).is_some_and(|(layer, _)| layer == self.layer);
        match layers.iter_mut().find(has_layer) {
            Some(arn) => *arn = wanted,
            None => layers.push(wanted),
        }
        layers
    }
}

/// Returns the ARN of a layer in the account and Region of a function.
fn layer_arn(function: &FunctionState, layer: &str) -> anyhow::Result<String> {
    let place = function.arn.split_once(":function:").map(|(place, _)| place);
    let place =
        place.with_context(|| format!("unexpected ARN `{}` of a function", function.arn))?;
    let own = format!("{place}:layer:{layer}");
    let layers = function.layers();
    let arns = || layers.iter().filter_map(|arn| split_arn(arn)).map(|(arn, _)| arn);
    if let Some(other) = arns().find(|&arn| is_layer(arn, layer) && arn != own) {
        bail!(
            "the function has a layer {layer} of another account, {other}; versions are published to \
             {own}, so choose another name, and remove that layer from the function"
        );
    }
    if arns().next().is_some() && !arns().any(|arn| arn == own) {
        let names: Vec<&str> = arns().filter_map(|arn| Some(arn.rsplit_once(':')?.1)).collect();
        note(&format!(
            "warning: the function does not have the layer {layer}, but {}; Lambda merges the files of \
             all layers, so if one of these has its rules, use that name",
            names.join(", ")
        ));
    }
    Ok(own)
}

/// Returns the version of a layer that a function has.
fn current(function: &FunctionState, layer: &str) -> Option<u64> {
    let layers = function.layers();
    let mut layers = layers.iter().filter_map(|arn| split_arn(arn));
    layers.find(|(arn, _)| *arn == layer).map(|(_, version)| version)
}
