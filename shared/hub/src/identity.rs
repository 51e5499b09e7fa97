//! Who someone is: passwords checked, tokens issued and verified, repeated failures shut out
//! (handbook 8.1, identity authentication). Never here: what an officer may do (`permit`), or which
//! officers there are (`roster`).

mod doors;
mod lockout;
mod passwords;
mod tokens;

pub use doors::{DoorTables, Doors};
pub use lockout::{Locked, Lockout, Peer};
pub use passwords::{LEAST, MOST, PasswordError, Passwords, one_time_password};
pub use tokens::{
    Bearer, DEFAULT_LIFETIME, IdentityError, LONGEST_SESSION, Token, Tokens, TokensError, credential_mark,
};
