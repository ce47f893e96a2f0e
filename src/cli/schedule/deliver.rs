//! Messages to their receivers, with the secrets that the environment holds.

use crate::cli::message::println;
use crate::cli::sources;
use crate::error::{Error, InputError, Result};
use crate::schedule::channel::{email, webhook};
use crate::schedule::rule::{Channel, Message, Rule};
use crate::source::Secret;

/// Delivers messages of one rule. Feeds and files are written with the pages: they follow from
/// the ledger.
pub fn deliver(rule: &Rule, messages: &[Message], silent: bool) -> Result<()> {
    match &rule.to {
        Channel::Stdout if silent => Ok(()),
        Channel::Stdout => {
            for message in messages {
                println(&message.fact.text);
            }
            Ok(())
        }
        Channel::Feed | Channel::File(_) => Ok(()),
        Channel::Webhook(hook) => {
            let secret = hook.secret_env.as_deref().map(secret).transpose()?;
            let base = sources::http_settings()?.retry_base;
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(|e| Error::io("threads", &e))?;
            messages.iter().try_for_each(|message| {
                runtime.block_on(webhook::deliver(hook, secret.as_ref(), message, base))
            })
        }
        Channel::Email(to) => {
            let login = match (&to.user_env, &to.password_env) {
                (Some(user), Some(password)) => Some(email::Login {
                    user: secret(user)?.expose().to_owned(),
                    password: secret(password)?,
                }),
                _ => None,
            };
            email::deliver(to, login.as_ref(), messages)
        }
    }
}

/// What a variable holds. Nothing goes out unsigned because it is not set.
fn secret(variable: &str) -> Result<Secret> {
    let value = std::env::var(variable).ok();
    value.as_deref().and_then(Secret::new).ok_or_else(|| {
        let cure = format!("set {variable}; the next run delivers what waits");
        let fault = InputError::new("the secret is not in the environment", cure);
        fault.in_file(variable).into()
    })
}
