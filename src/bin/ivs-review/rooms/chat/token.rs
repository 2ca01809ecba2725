//! `rooms token`. The token is only written to standard output.

use std::io::Write;

use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::chat_attributes::{Attributes, attribute};
use ivs_chat_review::provision::session_duration::SessionMinutes;
use ivs_chat_review::provision::token_capability::Capability;
use ivs_chat_review::provision::user_id::UserId;
use serde::Serialize;

use crate::Outcome;
use crate::options::Format;
use crate::rooms::args::chat::TokenArgs;
use crate::rooms::client::{Token, TokenRequest};
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::argument_errors::ArgumentErrors;
use crate::rooms::ui::progress::note;
use crate::terminal::json_line;

pub(crate) async fn run(args: &TokenArgs) -> anyhow::Result<Outcome> {
    let request = token_request(args)?;
    let room = &args.target.room;
    let context =
        CommandContext::open(&args.target.common.connect, std::slice::from_ref(room), []).await?;
    let token = context.service.create_token(room, &request).await;
    let token = token.map_err(|error| advised(&error))?;
    print(args.target.common.format, &token)?;
    Ok(Outcome::Fine)
}

fn token_request(args: &TokenArgs) -> anyhow::Result<TokenRequest> {
    let mut errors = ArgumentErrors::default();
    let user = errors.check("--user", UserId::parse(&args.user));
    let capabilities = errors.check_each("--capability", &args.capability, Capability::parse);
    let minutes =
        errors.check("--minutes", args.minutes.as_deref().map(SessionMinutes::parse).transpose());
    let attributes = errors.check_each("--attribute", &args.attribute, attribute);
    let attributes =
        attributes.and_then(|all| errors.check("--attribute", Attributes::of_token(all)));
    errors.finish()?;
    let mut capabilities = capabilities?;
    capabilities.sort();
    capabilities.dedup();
    Ok(TokenRequest { user: user?, capabilities, minutes: minutes?, attributes: attributes? })
}

fn print(format: Format, token: &Token) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Text => writeln!(out, "{}", display_safe(token.expose()))?,
        Format::Json => {
            let (expires, session_expires) = (&token.expires, &token.session_expires);
            let line = Line { token: token.expose(), expires, session_expires };
            writeln!(out, "{}", json_line(&line)?)?;
        }
    }
    out.flush()?;
    if let (Format::Text, Some(until), Some(session)) =
        (format, &token.expires, &token.session_expires)
    {
        note(&format!(
            "note: valid for one connection, which must be made before {until} and ends by {session}"
        ));
    }
    Ok(())
}

#[derive(Serialize)]
struct Line<'t> {
    token: &'t str,
    #[serde(rename = "tokenExpirationTime")]
    expires: &'t Option<String>,
    #[serde(rename = "sessionExpirationTime")]
    session_expires: &'t Option<String>,
}
