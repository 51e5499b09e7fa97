//! The credentials of an S3-compatible store, from the environment or a file and from nowhere else. Never here: printing
//! them; the type has no form for people.

use std::path::Path;

use zeroize::Zeroizing;

use super::PaperError;

/// The name of the variable, and of the line in a file, that has the access key.
const KEY: &str = "AWS_ACCESS_KEY_ID";
/// The same for the secret.
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";

/// An access key and its secret.
pub struct Credentials {
    pub(super) key: String,
    pub(super) secret: Zeroizing<String>,
}

impl Credentials {
    /// From the file when one is named, else from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` of the environment.
    ///
    /// # Errors
    /// [`PaperError::NoCredentials`], which says where they were looked for.
    pub fn find(file: Option<&Path>) -> Result<Self, PaperError> {
        let Some(file) = file else {
            let wanted = || format!("set {KEY} and {SECRET}, or name a file in attachments_credentials");
            return Self::of(|name| std::env::var(name).ok())
                .ok_or_else(|| PaperError::no_credentials(wanted()));
        };
        let text = std::fs::read_to_string(file).map(Zeroizing::new).map_err(|error| {
            PaperError::no_credentials(format!("{} cannot be read: {error}", file.display()))
        })?;
        Self::read(&text).ok_or_else(|| {
            PaperError::no_credentials(format!(
                "{} needs a line {KEY}=... and a line {SECRET}=...",
                file.display()
            ))
        })
    }

    /// Lines `name = value`, as in a systemd environment file or in a profile of the AWS tools; letters of either size,
    /// `#` before a comment.
    fn read(text: &str) -> Option<Self> {
        let line = |wanted: &str| {
            let found = text.lines().filter_map(|line| line.split_once('='));
            let mut found = found.filter(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
            found.next().map(|(_, value)| value.trim().trim_matches('"').to_owned())
        };
        Self::of(line)
    }

    fn of(named: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let (key, secret) = (named(KEY)?, Zeroizing::new(named(SECRET)?));
        let sound = |text: &str| !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_graphic());
        (sound(&key) && sound(&secret)).then_some(Self { key, secret })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_file_may_have_either_form() {
        for text in [
            "# of the bucket\nAWS_ACCESS_KEY_ID=AKIA\nAWS_SECRET_ACCESS_KEY=\"a/b+c==\"\n",
            "[default]\naws_access_key_id = AKIA\naws_secret_access_key = a/b+c==\n",
        ] {
            let read = Credentials::read(text).unwrap();
            assert_eq!((&*read.key, read.secret.as_str()), ("AKIA", "a/b+c=="), "{text}");
        }
        for text in ["", "AWS_ACCESS_KEY_ID=AKIA", "AWS_ACCESS_KEY_ID=\nAWS_SECRET_ACCESS_KEY=x"] {
            assert!(Credentials::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_or_not_whole_is_named_and_not_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bucket.env");
        let said = || Credentials::find(Some(&file)).err().unwrap().to_string();
        assert!(said().contains("bucket.env cannot be read"), "{}", said());
        std::fs::write(&file, "AWS_SECRET_ACCESS_KEY=hunter2\n").unwrap();
        assert!(
            said().contains("needs a line AWS_ACCESS_KEY_ID") && !said().contains("hunter2"),
            "{}",
            said()
        );
    }
}
