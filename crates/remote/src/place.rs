//! From a URL and variables to a store and the path within it.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};

use crate::Meter;
use crate::connector::Connector;
use crate::error::Problem;

/// A store, and where in it the place is.
pub(crate) struct Place {
    pub(crate) store: Box<dyn ObjectStore>,
    pub(crate) root: Path,
    pub(crate) by_manifest: bool,
}

/// Three more tries within half a minute: a hiccup is got over, a wrong host is told soon.
fn retry() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(2),
            base: 2.0,
        },
        max_retries: 3,
        retry_timeout: Duration::from_secs(30),
    }
}

pub(crate) fn open(
    url: &str,
    variables: &[(String, String)],
    meter: &Arc<Meter>,
) -> Result<Place, Problem> {
    let found = |what: &str| Problem::Url(what.to_owned());
    let (scheme, rest) = url
        .split_once("://")
        .ok_or_else(|| found("this is no URL"))?;
    if rest.contains(['?', '#']) {
        return Err(found("a URL with a query or a fragment names no folder"));
    }
    let (host, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    if host.is_empty() {
        return Err(found("there is no bucket or host in it"));
    }
    let root = Path::parse(prefix).map_err(|e| Problem::Url(e.to_string()))?;
    let connector = Connector(Arc::clone(meter));
    let settings = |e: object_store::Error| Problem::Settings(e.to_string());
    let scheme = scheme.to_ascii_lowercase();
    let store: Box<dyn ObjectStore> = match scheme.as_str() {
        "s3" => Box::new(s3(host, variables, connector).map_err(settings)?),
        "gs" => Box::new(gs(host, variables, connector).map_err(settings)?),
        "az" => Box::new(az(host, variables, connector).map_err(settings)?),
        "http" | "https" => {
            let builder = HttpBuilder::new()
                .with_url(format!("{scheme}://{host}"))
                .with_retry(retry())
                .with_http_connector(connector);
            Box::new(builder.build().map_err(settings)?)
        }
        other => return Err(found(&format!("`{other}` is no scheme of a remote tape"))),
    };
    Ok(Place {
        store,
        root,
        by_manifest: scheme.starts_with("http"),
    })
}

/// The variables of one vendor as its library's keys; what it does not know is not for it.
fn keyed<'a, K: std::str::FromStr + 'a>(
    variables: &'a [(String, String)],
    vendor: &'a str,
) -> impl Iterator<Item = (K, &'a str)> + 'a {
    variables.iter().filter_map(move |(name, value)| {
        let ours = name.starts_with(vendor) && !value.is_empty();
        Some((
            name.to_ascii_lowercase().parse().ok().filter(|_| ours)?,
            value.as_str(),
        ))
    })
}

/// True if any of the variables is set. Without credentials the libraries would ask the metadata service of a cloud
/// machine, and on any other machine wait for an answer that never comes.
fn has(variables: &[(String, String)], names: &[&str]) -> bool {
    variables
        .iter()
        .any(|(name, value)| names.contains(&name.as_str()) && !value.is_empty())
}

fn s3(
    bucket: &str,
    variables: &[(String, String)],
    connector: Connector,
) -> object_store::Result<impl ObjectStore> {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_retry(retry())
        .with_http_connector(connector)
        // An endpoint of one's own is named with its scheme: http there is meant.
        .with_allow_http(true)
        .with_skip_signature(!has(
            variables,
            &[
                "AWS_ACCESS_KEY_ID",
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            ],
        ));
    for (key, value) in keyed::<AmazonS3ConfigKey>(variables, "AWS_") {
        builder = builder.with_config(key, value);
    }
    builder.build()
}

fn gs(
    bucket: &str,
    variables: &[(String, String)],
    connector: Connector,
) -> object_store::Result<impl ObjectStore> {
    let mut builder = GoogleCloudStorageBuilder::new()
        .with_bucket_name(bucket)
        .with_retry(retry())
        .with_http_connector(connector)
        .with_skip_signature(!has(
            variables,
            &[
                "GOOGLE_SERVICE_ACCOUNT",
                "GOOGLE_SERVICE_ACCOUNT_PATH",
                "GOOGLE_SERVICE_ACCOUNT_KEY",
                "GOOGLE_APPLICATION_CREDENTIALS",
            ],
        ));
    for (key, value) in keyed::<GoogleConfigKey>(variables, "GOOGLE_") {
        builder = builder.with_config(key, value);
    }
    builder.build()
}

fn az(
    container: &str,
    variables: &[(String, String)],
    connector: Connector,
) -> object_store::Result<impl ObjectStore> {
    let mut builder = MicrosoftAzureBuilder::new()
        .with_container_name(container)
        .with_retry(retry())
        .with_http_connector(connector)
        .with_allow_http(true)
        .with_skip_signature(!has(
            variables,
            &[
                "AZURE_STORAGE_ACCOUNT_KEY",
                "AZURE_STORAGE_ACCESS_KEY",
                "AZURE_STORAGE_SAS_KEY",
                "AZURE_STORAGE_SAS_TOKEN",
                "AZURE_STORAGE_TOKEN",
                "AZURE_STORAGE_CLIENT_SECRET",
                "AZURE_CLIENT_SECRET",
                "AZURE_FEDERATED_TOKEN_FILE",
            ],
        ));
    for (key, value) in keyed::<AzureConfigKey>(variables, "AZURE_") {
        builder = builder.with_config(key, value);
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(url: &str) -> String {
        match open(url, &[], &Arc::default()) {
            Ok(_) => "opened".to_owned(),
            Err(problem) => problem.to_string(),
        }
    }

    #[test]
    fn a_wrong_url_is_told_with_what_would_do() {
        for (url, found) in [
            ("ftp://host/x", "`ftp` is no scheme"),
            ("s3://", "no bucket"),
            ("s3:///x", "no bucket"),
            ("http://host/x?sig=1", "query"),
            ("s3://bucket/a//b", "a//b"),
        ] {
            let told = told(url);
            assert!(
                told.contains(found) && told.contains("expected s3://"),
                "{url}: {told}"
            );
        }
    }

    #[test]
    fn every_scheme_opens_and_only_web_servers_need_a_manifest() {
        let account = [("AZURE_STORAGE_ACCOUNT_NAME".to_owned(), "me".to_owned())];
        for (url, by_manifest) in [
            ("s3://bucket", false),
            ("S3://bucket/a/b/", false),
            ("gs://bucket/a", false),
            ("az://container/a", false),
            ("http://localhost:9000/a", true),
            ("https://host", true),
        ] {
            let place = open(url, &account, &Arc::default()).unwrap();
            assert_eq!(place.by_manifest, by_manifest, "{url}");
        }
        assert_eq!(
            open("S3://b/a/b/", &[], &Arc::default())
                .unwrap()
                .root
                .as_ref(),
            "a/b"
        );
        assert!(
            told("az://container").contains("AZURE_ variables"),
            "{}",
            told("az://container")
        );
    }

    #[test]
    fn variables_of_other_vendors_and_unknown_ones_are_left() {
        let variables = [
            ("AWS_REGION", "eu-west-1"),
            ("AWS_NOTHING", "x"),
            ("REGION", "us-east-2"),
            ("AWS_ENDPOINT_URL", ""),
            ("GOOGLE_BUCKET", "b"),
        ];
        let variables = variables.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let keys: Vec<_> = keyed::<AmazonS3ConfigKey>(&variables, "AWS_").collect();
        assert_eq!(keys, [(AmazonS3ConfigKey::Region, "eu-west-1")]);
    }
}
