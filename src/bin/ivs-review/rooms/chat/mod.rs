//! Commands about the users of a room.

mod delete_message;
mod disconnect;
mod event;
mod token;

pub(crate) use self::delete_message::run as delete_message;
pub(crate) use self::disconnect::run as disconnect;
pub(crate) use self::event::run as event;
pub(crate) use self::token::run as token;
