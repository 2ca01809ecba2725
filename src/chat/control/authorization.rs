//! The header `Authorization` of AWS Signature Version 4: [`Scope`].

/// For whom and for what a request is signed.
///
/// The signature itself is not verified: a local chat is open to everyone who can reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope<'h> {
    /// The access key ID.
    pub access_key: &'h str,
    /// Such as `20261130`.
    pub date: &'h str,
    /// Such as `us-west-2`.
    pub region: &'h str,
    /// Such as `ivschat`.
    pub service: &'h str,
}

/// The account of requests whose access key is not the ID of an account. The one of AWS's examples.
pub const DEFAULT_ACCOUNT: &str = "123456789012";

impl<'h> Scope<'h> {
    /// Parses `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, ...`.
    ///
    /// # Errors
    ///
    /// If it has another form. The error says which part is wrong.
    pub fn parse(authorization: &'h str) -> Result<Scope<'h>, &'static str> {
        let fields =
            authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or("not AWS4-HMAC-SHA256")?;
        let mut fields = fields.split(',').map(str::trim);
        let credential = fields.find_map(|field| field.strip_prefix("Credential="));
        let mut parts = credential.ok_or("no Credential in it")?.rsplitn(5, '/');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (end, service, region, date, access_key) = (part(), part(), part(), part(), part());
        if end != Some("aws4_request") {
            return Err("the credential scope does not end in aws4_request");
        }
        let (Some(service), Some(region), Some(date), Some(access_key)) =
            (service, region, date, access_key)
        else {
            return Err("the credential scope is incomplete");
        };
        let is_name = |text: &str| {
            text.len() <= 32
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if !is_name(region) {
            return Err("the Region of the credential scope is invalid");
        }
        Ok(Scope { access_key, date, region, service })
    }

    /// The account: the access key if that has twelve digits, so that a test can have several
    /// accounts, else [`DEFAULT_ACCOUNT`].
    pub fn account(&self) -> &'h str {
        let is_account =
            self.access_key.len() == 12 && self.access_key.bytes().all(|it| it.is_ascii_digit());
        if is_account { self.access_key } else { DEFAULT_ACCOUNT }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_has_region_and_account() {
        for (credential, expected) in [
            ("AKIA/20261130/us-west-2/ivschat/aws4_request", Ok(("us-west-2", DEFAULT_ACCOUNT))),
            (
                "111122223333/20261130/eu-west-1/ivschat/aws4_request",
                Ok(("eu-west-1", "111122223333")),
            ),
            // Access keys of some tools contain slashes.
            ("a/b/20261130/eu-west-1/ivschat/aws4_request", Ok(("eu-west-1", DEFAULT_ACCOUNT))),
            (
                "AKIA/20261130/us-west-2/ivschat",
                Err("the credential scope does not end in aws4_request"),
            ),
            ("20261130/us-west-2/ivschat/aws4_request", Err("the credential scope is incomplete")),
            (
                "AKIA/20261130/../ivschat/aws4_request",
                Err("the Region of the credential scope is invalid"),
            ),
            ("AKIA/20261130//ivschat/aws4_request", Err("the credential scope is incomplete")),
        ] {
            let header = format!(
                "AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"
            );
            let scope = Scope::parse(&header).map(|scope| (scope.region, scope.account()));
            assert_eq!(scope, expected, "{credential}");
        }
        assert_eq!(Scope::parse("Bearer x"), Err("not AWS4-HMAC-SHA256"));
        assert_eq!(Scope::parse("AWS4-HMAC-SHA256 x"), Err("no Credential in it"));
    }
}
