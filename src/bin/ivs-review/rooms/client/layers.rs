//! Operations on layers and their versions.

use std::collections::BTreeSet;

use aws_smithy_types::base64;
use serde::Deserialize;
use serde_json::json;

use super::operation::Operation;
use super::signed::{JSON, Request, segment};
use super::{FailureKind, FunctionState, Service, ServiceError};

/// A version of a layer.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct LayerVersion {
    pub(crate) version: u64,
    pub(crate) description: Option<String>,
}

/// A version of a layer that was published.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Published {
    pub(crate) version: u64,
}

impl Service {
    /// Reads the versions of a layer. A layer that does not exist has none.
    pub(crate) async fn list_layer_versions(
        &self,
        layer: &str,
    ) -> Result<Vec<LayerVersion>, ServiceError> {
        let path = format!("/2018-10-31/layers/{}/versions?MaxItems=50", segment(layer));
        match self.lambda_pages(Operation::ListLayerVersions, &path).await {
            Err(error) if error.kind == FailureKind::NotFound => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// Returns the ARNs of all layer versions that functions of the account and Region use, with all
    /// their published versions.
    pub(crate) async fn layers_in_use(&self) -> Result<BTreeSet<String>, ServiceError> {
        let path = "/2015-03-31/functions?FunctionVersion=ALL&MaxItems=50";
        let functions: Vec<FunctionState> =
            self.lambda_pages(Operation::ListFunctions, path).await?;
        Ok(functions.iter().flat_map(FunctionState::layers).collect())
    }

    /// Publishes a version of a layer. A request without an answer is not sent again, because there
    /// might be two.
    pub(crate) async fn publish_layer_version(
        &self,
        layer: &str,
        description: &str,
        archive: &[u8],
    ) -> Result<Published, ServiceError> {
        let publish = async || self.try_publish(layer, description, archive).await;
        self.retry.retry_non_idempotent(publish).await
    }

    async fn try_publish(
        &self,
        layer: &str,
        description: &str,
        archive: &[u8],
    ) -> Result<Published, ServiceError> {
        let body = json!({
            "Description": description,
            "Content": { "ZipFile": base64::encode(archive) },
            "CompatibleRuntimes": ["provided.al2023"],
            "CompatibleArchitectures": ["x86_64", "arm64"],
        });
        let request = Request {
            method: "POST",
            path: format!("/2018-10-31/layers/{}/versions", segment(layer)),
            headers: &JSON,
            body: body.to_string().into(),
            expected: 201,
        };
        self.call_signed(Operation::PublishLayerVersion, request).await?.decode()
    }

    /// Deletes a version of a layer. One that does not exist counts as deleted.
    pub(crate) async fn delete_layer_version(
        &self,
        layer: &str,
        version: u64,
    ) -> Result<(), ServiceError> {
        let path = format!("/2018-10-31/layers/{}/versions/{version}", segment(layer));
        let delete = async || {
            let request = Request {
                method: "DELETE",
                path: path.clone(),
                headers: &[],
                body: Vec::new(),
                expected: 204,
            };
            self.call_signed(Operation::DeleteLayerVersion, request).await.map(drop)
        };
        self.retry_deletion(delete).await
    }
}
