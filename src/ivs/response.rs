//! The response of the handler: [`ReviewResponse`].

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

use super::attributes::Attributes;
use super::probe::Probe;

/// The typical size of a response in bytes without its content.
const FRAME: usize = 64;
/// The attribute of a denial that the sender sees.
const REASON: &str = "Reason";

/// The response to a review, in the format of "Chat Message Review Handler" in the Amazon IVS Chat
/// User Guide. It is always valid.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ReviewResponse<'a> {
    review_result: ReviewResult,
    content: Cow<'a, str>,
    /// If absent, the attributes of the message stay as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<Attributes<'a>>,
    /// Only for a caller that asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    probe: Option<Box<Probe>>,
}

impl fmt::Debug for ReviewResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReviewResponse")
            .field("review_result", &self.review_result)
            .field("content_bytes", &self.content.len())
            .finish_non_exhaustive()
    }
}

/// Whether the message is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ReviewResult {
    /// It is delivered with the content of the response.
    Allow,
    /// It is not delivered, and the sender receives an error.
    Deny,
}

impl<'a> ReviewResponse<'a> {
    /// Delivers the message with this content, and with these attributes instead of its own if
    /// there are any.
    pub(crate) fn allow(
        content: Cow<'a, str>,
        attributes: Option<Attributes<'a>>,
    ) -> ReviewResponse<'a> {
        ReviewResponse { review_result: ReviewResult::Allow, content, attributes, probe: None }
    }

    /// Denies the message. The format requires a content even then, so the original is sent.
    pub(crate) fn deny(content: Cow<'a, str>, reason: Option<&'a str>) -> ReviewResponse<'a> {
        let attributes = reason.map(|text| [(REASON.into(), text.into())].into_iter().collect());
        ReviewResponse { review_result: ReviewResult::Deny, content, attributes, probe: None }
    }

    /// Copies what is borrowed from the request and the rules.
    pub fn into_owned(self) -> ReviewResponse<'static> {
        ReviewResponse {
            review_result: self.review_result,
            content: Cow::Owned(self.content.into_owned()),
            attributes: self.attributes.map(Attributes::into_owned),
            probe: self.probe,
        }
    }

    /// Adds the state of the process.
    #[must_use]
    pub fn with_probe(self, probe: Probe) -> ReviewResponse<'a> {
        ReviewResponse { probe: Some(Box::new(probe)), ..self }
    }

    /// The content that is delivered; the original if the message is denied.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// What the sender sees if the message is denied; `None` without a reason.
    pub fn reason(&self) -> Option<&str> {
        let is_denied = self.review_result == ReviewResult::Deny;
        self.attributes.as_ref().filter(|_| is_denied)?.get(REASON)
    }

    /// The response as compact JSON.
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = Vec::with_capacity(self.content.len() + FRAME);
        serde_json::to_writer(&mut json, self).expect("a response has only strings");
        json
    }
}
