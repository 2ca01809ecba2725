//! Operations on tags of rooms and logging configurations.

use std::collections::BTreeMap;

use ivs_chat_review::provision::arn::TaggableArn;
use ivs_chat_review::provision::tags::Tags;

use super::convert;
use super::operation::Operation;
use super::{Service, ServiceError};

impl Service {
    /// Reads all tags of a resource, in one attempt.
    pub(crate) async fn try_list_tags(
        &self,
        arn: &TaggableArn,
    ) -> Result<BTreeMap<String, String>, ServiceError> {
        let request = self.client.list_tags_for_resource().resource_arn(arn.as_str()).send();
        let output = self.call(Operation::ListTagsForResource, request).await?;
        Ok(output.tags.into_iter().collect())
    }

    /// Adds tags or changes their values, in one attempt. Idempotent.
    pub(crate) async fn try_tag(&self, arn: &TaggableArn, tags: &Tags) -> Result<(), ServiceError> {
        let request = self
            .client
            .tag_resource()
            .resource_arn(arn.as_str())
            .set_tags(Some(convert::texts(tags)))
            .send();
        self.call(Operation::TagResource, request).await.map(drop)
    }

    /// Removes tags, in one attempt. Idempotent.
    pub(crate) async fn try_untag(
        &self,
        arn: &TaggableArn,
        keys: &[String],
    ) -> Result<(), ServiceError> {
        let request = self
            .client
            .untag_resource()
            .resource_arn(arn.as_str())
            .set_tag_keys(Some(keys.to_vec()))
            .send();
        self.call(Operation::UntagResource, request).await.map(drop)
    }
}
