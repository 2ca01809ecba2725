//! Lists of Lambda and CloudWatch, read page by page.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::aws_service::AwsService;
use super::operation::Operation;
use super::pages::Pages;
use super::signed::{Answer, Request, segment};
use super::{Service, ServiceError};

/// The maximum number of pages of a list: 25,000 versions of a layer or of functions, or 50,000
/// alarms.
const MAX_PAGES: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page<T> {
    #[serde(alias = "LayerVersions", alias = "MetricAlarms", alias = "Functions")]
    items: Option<Vec<T>>,
    #[serde(alias = "NextMarker", alias = "NextToken")]
    next: Option<String>,
}

impl Service {
    /// Reads all pages of a list of Lambda, whose path has a query.
    pub(super) async fn lambda_pages<T: DeserializeOwned>(
        &self,
        operation: Operation,
        path: &str,
    ) -> Result<Vec<T>, ServiceError> {
        let page = |marker: Option<&str>| match marker {
            Some(marker) => Request::get(format!("{path}&Marker={}", segment(marker))),
            None => Request::get(path.to_owned()),
        };
        self.signed_pages(operation, page).await
    }

    /// Reads all pages of a list. `page` returns the request for the page with a token.
    pub(super) async fn signed_pages<T: DeserializeOwned>(
        &self,
        operation: Operation,
        page: impl Fn(Option<&str>) -> Request<'static>,
    ) -> Result<Vec<T>, ServiceError> {
        let (mut pages, mut all) = (Pages::new(operation, MAX_PAGES), Vec::new());
        loop {
            let token = pages.token();
            let read = async || self.call_signed(operation, page(token.as_deref())).await;
            let Page { items, next } = self.retry(read).await?.decode()?;
            let items: Vec<T> = match items {
                Some(items) => items,
                None if operation.service() == AwsService::CloudWatch => Vec::new(),
                // Lambda does not omit an empty list, so one that is missing may not be empty.
                None => {
                    return Err(ServiceError::wrong_endpoint("the list is missing").of(operation));
                }
            };
            let is_new = !items.is_empty();
            all.extend(items);
            if !pages.proceed(next, is_new).map_err(|error| error.of(operation))? {
                return Ok(all);
            }
        }
    }

    /// Reads something by its path.
    pub(super) async fn get_signed(
        &self,
        operation: Operation,
        path: &str,
    ) -> Result<Answer, ServiceError> {
        self.retry(async || self.call_signed(operation, Request::get(path.to_owned())).await).await
    }
}
